"""The operators of ONNX in the words of PyTorch: grammar/onnx.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir

PLACES = "#"
"""Stands in a word for the number of places along which an operator works."""


class OnnxWords(Struct, frozen=True):
    """The contents of grammar/onnx.toml.

    `functions` and `layers` are PyTorch's by operator, `weights` says which inputs of an operator
    are weights. The others are the operators that return a shape like that of their inputs.
    """

    same: frozenset[str]
    broadcast: frozenset[str]
    reductions: frozenset[str]
    functions: Mapping[str, str]
    layers: Mapping[str, str]
    weights: Mapping[str, tuple[int, ...]]

    def function(self, op: str, rank: int) -> str:
        """Return the function for an operator on tensors of a rank; its own name if none is known.

        >>> load_onnx_words().function("Conv", 4), load_onnx_words().function("Nothing", 4)
        ('conv2d', 'Nothing')
        """
        return self.functions.get(op, op).replace(PLACES, str(min(max(rank - 2, 1), 3)))

    def layer(self, op: str, rank: int) -> str:
        """Return the layer for an operator; empty if there is none."""
        return self.layers.get(op, "").replace(PLACES, str(min(max(rank - 2, 1), 3)))


@cache
def load_onnx_words() -> OnnxWords:
    """Return the words that ship with net2fig."""
    data = load_toml(data_dir("grammar") / "onnx.toml", "onnx")
    weights = {op: tuple(places) for op, places in data["weights"].items()}
    return OnnxWords(
        frozenset(data["same"]),
        frozenset(data["broadcast"]),
        frozenset(data["reductions"]),
        data["function"],
        data["layer"],
        weights,
    )
