"""The graph that is drawn, evaluated with the layer's weights, is Keras' layer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cells.oracle import (
    cell_of,
    run_attention,
    run_recurrent,
    run_wrapper,
    variables_of,
)

pytestmark = pytest.mark.keras

NEAR = 1e-5

FUNCTIONS = st.sampled_from(
    ["tanh", "sigmoid", "relu", "hard_sigmoid", "linear", "softsign", "elu", "silu", "softplus"]
)
RECURRENT = st.fixed_dictionaries(
    {
        "units": st.integers(1, 5),
        "activation": FUNCTIONS,
        "use_bias": st.booleans(),
        "return_sequences": st.booleans(),
        "bias_initializer": st.just("glorot_normal"),
    }
)

np = pytest.importorskip("numpy")
GATED = st.fixed_dictionaries({"recurrent_activation": FUNCTIONS})
FEW = settings(max_examples=15)


def numbers(*shape: int) -> Any:
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def randomize(layer: Any) -> None:
    """Give all weights values of their own, biases too."""
    source = np.random.default_rng(2)
    for each in layer.weights:
        each.assign(0.5 * source.normal(size=each.shape))


def build(layer: Any, *inputs: Any, **call: Any) -> Any:
    """Return the cell of a layer with random weights."""
    cell = cell_of(layer, *inputs, **call)
    randomize(layer)
    return cell


def check_recurrent(layer: Any, x: Any, state_shape: tuple[int, ...]) -> None:
    import keras

    cell = build(layer, keras.Input(x.shape[1:]))
    states = run_recurrent(cell, variables_of(layer), x, np.zeros(state_shape, "float32"))
    wanted = keras.ops.convert_to_numpy(layer(x))
    found = states if layer.return_sequences else states[:, -1]
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() < NEAR


@FEW
@given(RECURRENT, GATED)
def test_an_lstm(config: dict[str, Any], gates: dict[str, Any]) -> None:
    import keras

    layer = keras.layers.LSTM(**config, **gates)
    check_recurrent(layer, numbers(2, 4, 3), (2, config["units"]))


@FEW
@given(RECURRENT, GATED, st.booleans())
def test_a_gru(config: dict[str, Any], gates: dict[str, Any], after: bool) -> None:
    import keras

    layer = keras.layers.GRU(**config, **gates, reset_after=after)
    check_recurrent(layer, numbers(2, 4, 3), (2, config["units"]))


@FEW
@given(RECURRENT)
def test_a_simple_rnn(config: dict[str, Any]) -> None:
    import keras

    check_recurrent(keras.layers.SimpleRNN(**config), numbers(2, 4, 3), (2, config["units"]))


@pytest.mark.parametrize("name", ["LSTMCell", "GRUCell", "SimpleRNNCell"])
def test_a_cell_that_a_runner_runs(name: str) -> None:
    import keras

    layer = keras.layers.RNN(getattr(keras.layers, name)(4))
    check_recurrent(layer, numbers(2, 4, 3), (2, 4))


@FEW
@given(
    RECURRENT,
    GATED,
    st.sampled_from(["LSTM", "GRU", "SimpleRNN"]),
    st.sampled_from(["concat", "sum", "mul", "ave"]),
)
def test_a_bidirectional_layer(
    config: dict[str, Any], gates: dict[str, Any], name: str, merge: str
) -> None:
    import keras

    gates = {} if name == "SimpleRNN" else gates
    inner = getattr(keras.layers, name)(**config, **gates)
    layer = keras.layers.Bidirectional(inner, merge_mode=merge)
    x = numbers(2, 4, 3)
    cell = build(layer, keras.Input((4, 3)))
    wanted = keras.ops.convert_to_numpy(layer(x))
    found = run_wrapper(cell, layer, x)
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() < NEAR


@settings(max_examples=8)
@given(
    st.sampled_from([1, 2]),
    st.sampled_from(["same", "valid"]),
    st.sampled_from([1, 2]),
    st.booleans(),
    FUNCTIONS,
)
def test_a_convolutional_lstm(
    rank: int, padding: str, stride: int, bias: bool, function: str
) -> None:
    import keras

    layer = getattr(keras.layers, f"ConvLSTM{rank}D")(
        3,
        3,
        padding=padding,
        strides=stride,
        use_bias=bias,
        activation=function,
        return_sequences=True,
    )
    x = numbers(2, 3, *(7,) * rank, 2)
    shape = layer.compute_output_shape(x.shape)
    check_recurrent(layer, x, (2, *shape[2:]))


WIRINGS = st.sampled_from(["self", "memory", "apart"])


def wire(how: str, depths: tuple[int, int, int]) -> tuple[list[Any], dict[str, Any], list[int]]:
    """Return inputs of Keras, arrays by ports, and the input of query, value and key."""
    import keras

    if how == "self":
        tensor = keras.Input((5, depths[0]))
        return [tensor, tensor], {"x": numbers(2, 5, depths[0])}, [0, 0]
    query, value = keras.Input((5, depths[0])), keras.Input((6, depths[1]))
    arrays = {"q": numbers(2, 5, depths[0]), "y": numbers(2, 6, depths[1])}
    if how == "memory":
        return [query, value], arrays, [0, 1]
    key = keras.Input((6, depths[2]))
    arrays = {"q": arrays["q"], "v": arrays["y"], "k": numbers(2, 6, depths[2])}
    return [query, value, key], arrays, [0, 1, 2]


def check_attention(layer: Any, how: str, depths: tuple[int, int, int], **call: Any) -> None:
    import keras

    tensors, arrays, order = wire(how, depths)
    cell = build(layer, *tensors, **call)
    values = [list(arrays.values())[number] for number in order]
    listed = [values] if type(layer).__name__ in ("Attention", "AdditiveAttention") else values
    wanted = keras.ops.convert_to_numpy(layer(*listed, **call))
    found = run_attention(cell, variables_of(layer), arrays)
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() < NEAR


@FEW
@given(
    WIRINGS,
    st.integers(1, 4),
    st.integers(1, 4),
    st.none() | st.integers(1, 4),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(1, 3),
    st.none() | st.integers(1, 5),
    st.sampled_from([0.0, 0.3]),
)
def test_a_multi_head_attention(
    how: str,
    heads: int,
    depth: int,
    width: int | None,
    bias: bool,
    causal: bool,
    window: int | None,
    output: int | None,
    dropout: float,
) -> None:
    import keras

    layer = keras.layers.MultiHeadAttention(
        heads,
        depth,
        width,
        use_bias=bias,
        sliding_window=window,
        output_shape=output,
        dropout=dropout,
    )
    check_attention(layer, how, (3, 4, 2), use_causal_mask=causal)


@FEW
@given(
    WIRINGS, st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.booleans(), st.booleans()
)
def test_a_grouped_query_attention(
    how: str, groups: int, each: int, depth: int, bias: bool, causal: bool
) -> None:
    import keras

    layer = keras.layers.GroupQueryAttention(depth, groups * each, groups, use_bias=bias)
    check_attention(layer, how, (3, 3, 2), use_causal_mask=causal)


@FEW
@given(st.sampled_from(["AdditiveAttention", "Attention"]), WIRINGS, st.booleans(), st.booleans())
def test_an_attention_without_projections(name: str, how: str, scaled: bool, causal: bool) -> None:
    import keras

    layer = getattr(keras.layers, name)(use_scale=scaled)
    check_attention(layer, how, (3, 3, 3), use_causal_mask=causal)
