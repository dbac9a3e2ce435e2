"""What is not known is said on purpose: a mistake inside a rule is a mistake, not an unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net2fig.attributes import Attributes, NoRule, attributes_of, keras_attributes
from net2fig.data.vocabulary import load_vocabulary
from net2fig.network import Edge, Layer, Network, Port
from net2fig.rules import macs, params, receptive_rules, shapes_layers, trainable
from net2fig.rules.macs import macs as multiply_adds
from net2fig.rules.params import count
from net2fig.rules.receptive import receptive_field
from net2fig.rules.shapes import infer

DENSE = {"units": 4, "use_bias": True}
CONV = {"filters": 4, "kernel_size": [3, 3]}


def typo(*_arguments: Any) -> Any:
    return {}["unit"]


def image(class_name: str, config: dict[str, Any]) -> Network:
    layers = (
        Layer("x", "x", "InputLayer", None, {}, ((None, 8, 8, 3),)),
        Layer("y", "y", class_name, None, config, ((None, 6, 6, 4),)),
    )
    return Network("n", layers, (Edge("x", "y"),), (Port("x", "x"),), (Port("y", "y"),))


CALLS: dict[str, tuple[Any, str, Callable[[], Any]]] = {
    "shape": (
        shapes_layers.RULES,
        "Dense",
        lambda: infer(keras_attributes("Dense", DENSE), [(None, 3)]),
    ),
    "params": (params.RULES, "Dense", lambda: count(keras_attributes("Dense", DENSE), [(None, 3)])),
    "macs": (
        macs.RULES,
        "Dense",
        lambda: multiply_adds(Layer("d", "d", "Dense", None, DENSE, ((None, 4),)), [(None, 3)]),
    ),
    "field": (receptive_rules.RULES, "Conv2D", lambda: receptive_field(image("Conv2D", CONV))),
}


@pytest.mark.parametrize("topic", CALLS)
def test_a_mistake_inside_a_rule_raises(topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rules, op, call = CALLS[topic]
    assert call()
    monkeypatch.setitem(rules, op, typo)
    with pytest.raises(KeyError, match="unit"):
        call()


@pytest.mark.parametrize("topic", CALLS)
def test_a_value_without_a_rule_is_unknown(topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsure(*_arguments: Any) -> Any:
        raise NoRule("it depends")

    rules, op, call = CALLS[topic]
    monkeypatch.setitem(rules, op, unsure)
    assert not call()


def test_values_have_the_type_that_a_rule_requires() -> None:
    at = keras_attributes(
        "Any", {"units": "4", "kernel_size": [3, 0], "padding": 3, "axis": [1, 2.5], "n": -1}
    )
    for ask in (
        lambda: at.whole("units"),
        lambda: at.whole("n"),
        lambda: at.whole("missing"),
        lambda: at.per_axis("kernel", 2),
        lambda: at.per_axis("kernel", 3),
        lambda: at.text("padding"),
        lambda: at.numbers("axis"),
        lambda: at.items("units"),
        lambda: at["missing"],
        lambda: at.wrapped,
        lambda: at.network([]),
    ):
        with pytest.raises(NoRule):
            ask()
    assert at.whole("missing", 1) == 1
    assert keras_attributes("Any", {"strides": 2}).per_axis("stride", 2) == [2, 2]


def test_the_nesting_of_layers_is_limited() -> None:
    config: dict[str, Any] = {"units": 3}
    for _ in range(500):
        config = {"layer": {"class_name": "TimeDistributed", "config": config}}
    assert list(infer(keras_attributes("TimeDistributed", config), [(None, 2, 3)])) == []
    assert count(keras_attributes("TimeDistributed", config), [(None, 2, 3)]) is None
    assert isinstance(keras_attributes("TimeDistributed", config).innermost, Attributes)


# Configurations from files may hold anything.

# fmt: off
WORDS = [
    "kernel_size", "strides", "dilation_rate", "pool_size", "size", "padding", "data_format",
    "filters", "units", "groups", "axis", "axes", "axis1", "axis2", "cell", "cells", "layer",
    "layers", "input_layers", "output_layers", "equation", "output_shape", "bias_axes",
    "target_shape", "dims", "n", "num_heads", "key_dim", "value_dim", "head_dim",
    "num_query_heads", "num_key_value_heads", "depth_multiplier", "output_padding", "output_size",
    "height", "width", "cropping", "args", "newshape", "source", "destination", "repeats",
    "shape", "pad_width", "num_classes", "indices_or_sections", "subscripts", "keepdims",
    "return_state", "return_sequences", "merge_mode", "input_dim", "output_dim", "shared_axes",
    "frame_length", "fft_length", "frame_step", "num_mel_bins", "sequence_stride", "num_tokens",
    "output_mode", "vocabulary", "max_tokens", "num_bins", "bin_boundaries", "projection_dim",
    "interpolation", "activation", "use_bias", "scale", "center", "mean", "trainable",
    "class_name", "config",
]
# fmt: on

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5),
    st.integers(),
    st.floats(),
    st.sampled_from(
        ["same", "valid", "channels_first", "a,b->c", "ab,bc->ac", "...a,ab->...b", "", "Dense"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
        st.builds(
            lambda name, config: {"class_name": name, "config": config},
            st.sampled_from(["Dense", "LSTMCell", "StackedRNNCells", "Conv2D", "__slice__"]),
            st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
        ),
    ),
    max_leaves=8,
)
CONFIGS = st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=12)
SHAPES = st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=5).map(tuple)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(load_vocabulary().ops),
    CONFIGS,
    st.lists(st.one_of(st.none(), SHAPES), max_size=3),
    st.one_of(st.none(), SHAPES),
    st.booleans(),
)
def test_no_configuration_makes_a_rule_fail(op, config, inputs, output, operation) -> None:
    at = keras_attributes(op, config, operation=operation)
    for shape in infer(at, inputs):
        assert shape is None or all(axis is None or axis >= 0 for axis in shape)
    number = count(at, inputs)
    assert number is None or number >= 0
    layer = Layer("y", "y", op, "keras.ops.x" if operation else None, config, (output,), number)
    products = multiply_adds(layer, inputs)
    assert products is None or products >= 0
    assert trainable.count_frozen(layer) is None or number is not None
    for shape in inputs:
        first = Layer("x", "x", "InputLayer", None, {}, (shape,))
        receptive_field(Network("n", (first, layer), (Edge("x", "y"),), (), ()))
    assert attributes_of(layer).innermost.activation is not None
