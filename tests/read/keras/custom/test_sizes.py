"""Layers that ask a tensor for its sizes alone read no data."""

from __future__ import annotations

from typing import Any

import pytest

from net2fig.read.keras.custom.sizes import find_size_parameters, take_size_arguments

MODEL = """
import keras
from keras import layers, ops

class Queries(layers.Layer):
    def build(self, shape):
        self.queries = self.add_weight(shape=(10, 8), name="queries")
    def call(self, x):
        return ops.tile(self.queries[None], ({batch}, 1, 1))

x = layers.Input((20, 8), name="tokens")
memory = layers.Dense(8, name="memory")(x)
queries = Queries(name="queries")(memory)
y = layers.MultiHeadAttention(2, 4, name="cross")(queries, memory)
model = keras.Model(x, y)
"""


class Sized:
    def shape(self, x: Any) -> Any:
        return x.shape[0] + len(x)

    def value(self, x: Any) -> Any:
        return x + x.shape[0]

    def other(self, x: Any, memory: Any = None) -> Any:
        return memory * self.zeros_like(x)

    def zeros_like(self, x: Any) -> Any:
        return 0 * x

    def rebound(self, x: Any) -> Any:
        x = x + 1
        return x.shape

    def call(self, x: Any, memory: Any = None) -> Any:
        return memory + x.shape[0]


@pytest.mark.parametrize(
    ("method", "names"),
    [("shape", {"x"}), ("value", set()), ("other", {"x"}), ("rebound", set()), ("call", {"x"})],
)
def test_parameters_of_which_code_reads_sizes_alone(method: str, names: set[str]) -> None:
    assert find_size_parameters(getattr(Sized, method)) == names


def test_arguments_that_give_sizes_are_taken_out() -> None:
    assert take_size_arguments(Sized(), [1, 2], {}) == ([None, 2], {}, [1])
    assert take_size_arguments(Sized(), [1], {"memory": 2}) == ([None], {"memory": 2}, [1])
    assert take_size_arguments(Sized(), [], {"x": 1, "memory": 2}) == ([], {"memory": 2}, [1])


def test_code_that_cannot_be_read_reads_everything() -> None:
    scope: dict[str, Any] = {}
    exec("def call(self, x):\n    return x.shape", scope)  # noqa: S102  # without a file
    assert find_size_parameters(scope["call"]) == frozenset()


@pytest.mark.keras
def test_no_line_leads_to_learned_queries(tmp_path: Any) -> None:
    from net2fig import draw

    path = tmp_path / "model.py"
    for batch, reads in (("ops.shape(x)[0]", set()), ("ops.max(x)", {"memory"})):
        path.write_text(MODEL.format(batch=batch))
        network = draw(path).network
        assert {edge.source for edge in network.edges if edge.target == "queries"} == reads
        sources = {edge.source for edge in network.edges if edge.target == "cross"}
        assert sources == {"queries", "memory"}
