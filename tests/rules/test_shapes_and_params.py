"""Shape and parameter rules against Keras' own answers on random configurations."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from net2fig.attributes import keras_attributes
from net2fig.read.plain_json import to_plain_json
from net2fig.rules.params import count
from net2fig.rules.params import has_rule as params_known
from net2fig.rules.shapes import has_rule as shapes_known
from net2fig.rules.shapes import infer

pytestmark = pytest.mark.keras

LAW = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

small = st.integers(1, 4)
padding = st.sampled_from(["valid", "same"])
formats = st.sampled_from(["channels_last", "channels_first"])
flag = st.booleans()
depths = st.integers(1, 6)


@st.composite
def grids(draw, rank, channels=depths):
    """A shape with `rank` spatial axes, and where its channels stand."""
    size = st.integers(14, 24)
    axes = [draw(st.none() | size) for _ in range(rank)]
    depth, order = draw(channels), draw(formats)
    return ((None, depth, *axes) if order == "channels_first" else (None, *axes, depth)), order


def flat(shapes):
    """Return the shapes in what Keras answers, which nests them."""
    if isinstance(shapes, (list, tuple)) and all(
        axis is None or isinstance(axis, int) for axis in shapes
    ):
        return [tuple(shapes)]
    return [shape for item in shapes for shape in flat(item)]


def assert_as_keras(layer, *shapes, listed=False, parameters=True):
    """Compare the rules with what a layer says about itself."""
    import keras

    data = keras.saving.serialize_keras_object(layer)
    config = to_plain_json(data["config"])
    own = (
        layer.compute_output_shape(list(shapes)) if listed else layer.compute_output_shape(*shapes)
    )
    assert flat(list(infer(keras_attributes(data["class_name"], config), shapes))) == flat(own)
    if parameters:
        known = [tuple(20 if axis is None else axis for axis in shape) for shape in shapes]
        layer.build(known if listed else known[0]) if len(known) == 1 or listed else layer.build(
            *known
        )
        assert count(keras_attributes(data["class_name"], config), shapes) == layer.count_params()


@given(st.data(), st.integers(1, 3))
@LAW
def test_convolutions(data, rank):
    from keras import layers

    groups = data.draw(st.sampled_from([1, 2]))
    shape, order = data.draw(grids(rank, st.sampled_from([2, 4])))
    dilate = data.draw(flag)
    options = {
        "filters": 2 * data.draw(small),
        "kernel_size": data.draw(small),
        "strides": 1 if dilate else data.draw(small),
        "dilation_rate": data.draw(small) if dilate else 1,
        "padding": data.draw(padding),
        "data_format": order,
        "use_bias": data.draw(flag),
    }
    assert_as_keras(getattr(layers, f"Conv{rank}D")(**options, groups=groups), shape)
    assert_as_keras(
        getattr(layers, f"Conv{rank}DTranspose")(
            **{**options, "dilation_rate": 1, "strides": data.draw(small)}
        ),
        shape,
    )
    if rank < 3:
        options |= {"depth_multiplier": data.draw(st.integers(1, 2))}
        assert_as_keras(getattr(layers, f"SeparableConv{rank}D")(**options), shape)
        del options["filters"]
        assert_as_keras(getattr(layers, f"DepthwiseConv{rank}D")(**options), shape)


@given(st.data())
@LAW
def test_a_causal_convolution(data):
    from keras import layers

    options = {"filters": 3, "kernel_size": data.draw(small), "padding": "causal"}
    layer = layers.Conv1D(**options, strides=data.draw(small))
    assert_as_keras(layer, (None, data.draw(st.none() | st.integers(1, 20)), 5))


@given(st.data(), st.integers(1, 3))
@LAW
def test_pooling_padding_cropping_upsampling(data, rank):
    from keras import layers

    shape, order = data.draw(grids(rank))
    options = {"data_format": order}
    for kind in ("Max", "Average"):
        layer = getattr(layers, f"{kind}Pooling{rank}D")(
            data.draw(small), data.draw(st.none() | small), data.draw(padding), **options
        )
        assert_as_keras(layer, shape)
        layer = getattr(layers, f"Global{kind}Pooling{rank}D")(keepdims=data.draw(flag), **options)
        assert_as_keras(layer, shape)
        layer = getattr(layers, f"Adaptive{kind}Pooling{rank}D")(data.draw(small), **options)
        assert_as_keras(layer, shape)
    pairs = [(data.draw(small), data.draw(small)) for _ in range(rank)]
    amount = data.draw(st.sampled_from([data.draw(small), pairs if rank > 1 else pairs[0]]))
    if rank == 1:
        options, shape = {}, data.draw(grids(1).filter(lambda item: item[1] == "channels_last"))[0]
    assert_as_keras(getattr(layers, f"ZeroPadding{rank}D")(amount, **options), shape)
    assert_as_keras(getattr(layers, f"Cropping{rank}D")(amount, **options), shape)
    assert_as_keras(getattr(layers, f"UpSampling{rank}D")(data.draw(small), **options), shape)


@given(st.data())
@LAW
def test_dense_embedding_reshaping(data):
    from keras import layers

    shape = (None, *data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)))
    bias = data.draw(flag)
    assert_as_keras(layers.Dense(data.draw(small), use_bias=bias), shape)
    assert_as_keras(layers.Embedding(7, data.draw(small)), shape, parameters=False)
    assert_as_keras(layers.Flatten(), shape)
    assert_as_keras(layers.Flatten(), (None, None, 3))
    assert_as_keras(layers.Reshape((-1,)), shape)
    assert_as_keras(layers.Reshape((2, -1)), (None, 4, shape[-1]))
    assert_as_keras(layers.Permute(tuple(range(len(shape) - 1, 0, -1))), shape)
    assert_as_keras(layers.RepeatVector(data.draw(small)), (None, shape[-1]))
    assert_as_keras(layers.LayerNormalization(scale=bias), shape)
    assert_as_keras(layers.RMSNormalization(), shape)
    assert_as_keras(layers.BatchNormalization(center=bias), shape)
    assert_as_keras(layers.PReLU(shared_axes=[1] if bias else None), shape)
    for layer in (layers.Dropout(0.5), layers.ReLU(), layers.Softmax(), layers.Masking()):
        assert_as_keras(layer, shape, parameters=False)


@given(st.data())
@LAW
def test_einsum_dense(data):
    from keras import layers

    # Keras puts the axes that the dots stand for in reverse order: let them be equal.
    side, many = data.draw(small), data.draw(small)
    shape = (None, side, side, data.draw(small))
    for equation, target, bias in [
        ("abcd,de->abce", (shape[1], shape[2], many), "e"),
        ("...d,de->...e", many, None),
        ("abcd,dcef->abef", (shape[1], many, 3), "ef"),
    ]:
        assert_as_keras(layers.EinsumDense(equation, target, bias_axes=bias), shape)


@given(st.data())
@LAW
def test_merging(data):
    from keras import layers

    shape = (None, *data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)))
    one = tuple(1 if axis and data.draw(flag) else axis for axis in shape)
    for name in ("Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract"):
        assert_as_keras(getattr(layers, name)(), shape, one, listed=True)
    wide = (*shape[:-1], data.draw(small))
    assert_as_keras(layers.Concatenate(), shape, wide, shape, listed=True)
    assert_as_keras(layers.Dot(axes=-1), shape, shape, listed=True)


@given(st.data())
@settings(LAW, max_examples=6)
def test_recurrent_layers(data):
    from keras import layers

    shape = (None, data.draw(st.none() | small), data.draw(small))
    options = {"return_sequences": data.draw(flag), "return_state": data.draw(flag)}
    units, bias = data.draw(small), data.draw(flag)
    for name in ("LSTM", "GRU", "SimpleRNN"):
        layer = getattr(layers, name)(units, use_bias=bias, **options)
        assert_as_keras(layer, shape)
        inner = getattr(layers, name)(units, return_sequences=options["return_sequences"])
        mode = data.draw(st.sampled_from(["concat", "sum", None]))
        assert_as_keras(layers.Bidirectional(inner, merge_mode=mode), shape)
    cells = [layers.LSTMCell(units), layers.GRUCell(3, reset_after=bias), layers.SimpleRNNCell(2)]
    assert_as_keras(layers.RNN(cells[1], **options), shape)
    assert_as_keras(layers.TimeDistributed(layers.Dense(units)), (None, 5, 4))
    grid = (None, 3, 9, 8, 2)
    layer = layers.ConvLSTM2D(units, 3, padding=data.draw(padding), **options)
    assert_as_keras(layer, grid)


@given(st.data())
@settings(LAW, max_examples=4)
def test_attention(data):
    from keras import layers

    query, value = (None, 4, data.draw(small)), (None, 5, data.draw(small))
    out = data.draw(st.none() | small)
    layer = layers.MultiHeadAttention(
        data.draw(small),
        3,
        value_dim=data.draw(st.none() | small),
        output_shape=out,
        use_bias=data.draw(flag),
    )
    assert_as_keras(layer, query, value)
    wide = (None, 5, query[-1])
    grouped = layers.GroupQueryAttention(3, 4, 2, use_bias=data.draw(flag))
    assert_as_keras(grouped, query, wide)
    assert_as_keras(layers.Attention(use_scale=data.draw(flag)), query, wide, listed=True)
    assert_as_keras(layers.AdditiveAttention(), query, wide, listed=True)


OPERATIONS = {
    "mean": lambda ops, x: ops.mean(x, axis=1, keepdims=True),
    "sum": lambda ops, x: ops.sum(x, axis=(1, -1)),
    "max": lambda ops, x: ops.max(x, axis=-1),
    "item": lambda _, x: x[:, 1:, ..., 0],
    "new axis": lambda _, x: x[:, None, ::2],
    "last": lambda _, x: x[:, -1],
    "transpose": lambda ops, x: ops.transpose(x, (0, 3, 1, 2)),
    "swapaxes": lambda ops, x: ops.swapaxes(x, 1, -1),
    "moveaxis": lambda ops, x: ops.moveaxis(x, 1, -1),
    "reshape": lambda ops, x: ops.reshape(x, (-1, 8, 3)),
    "expand": lambda ops, x: ops.expand_dims(x, -1),
    "squeeze": lambda ops, x: ops.squeeze(x[:, :1], axis=1),
    "concatenate": lambda ops, x: ops.concatenate([x, x], axis=2),
    "stack": lambda ops, x: ops.stack([x, x], axis=1),
    "matmul": lambda ops, x: ops.matmul(x, ops.swapaxes(x, -1, -2)),
    "einsum": lambda ops, x: ops.einsum("abcd,abed->aceb", x, x),
    "repeat": lambda ops, x: ops.repeat(x, 3, axis=2),
    "tile": lambda ops, x: ops.tile(x, (1, 1, 2, 2)),
    "pad": lambda ops, x: ops.pad(x, ((0, 0), (1, 2), (0, 0), (3, 3))),
    "resize": lambda ops, x: ops.image.resize(x, (7, 9)),
    "add": lambda _, x: x + x[:, :1],
    "scale": lambda _, x: x * 2.0,
    "exp": lambda ops, x: ops.exp(x),
    "gelu": lambda ops, x: ops.gelu(x),
    "softmax": lambda ops, x: ops.softmax(x, axis=1),
    "cast": lambda ops, x: ops.cast(x, "float16"),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations(name):
    import keras

    from net2fig.read.keras.architecture import read_architecture

    x = keras.Input((4, 6, 8))
    y = OPERATIONS[name](keras.ops, x)
    data = json.loads(keras.Model(x, y).to_json())
    network = read_architecture(data, source="net.keras", reader="saved", name=None)
    # The output of a model is the one shape that its file does not state.
    assert network[network.outputs[0].layer].output == tuple(y.shape)


def test_split():
    config = {"indices_or_sections": 2, "axis": 1}
    assert (
        infer(keras_attributes("Split", config, operation=True), [(None, 4, 3)])
        == [(None, 2, 3)] * 2
    )
    config = {"indices_or_sections": [1, 3], "axis": 1}
    shapes = [(None, 1, 3), (None, 2, 3), (None, 1, 3)]
    assert infer(keras_attributes("Split", config, operation=True), [(None, 4, 3)]) == shapes


UNRULED = {
    "Layer": "the base of all layers",
    "Wrapper": "the base of wrappers",
    "InputLayer": "its file states its shape",
    **dict.fromkeys(("FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"), "foreign code"),
    "Lambda": "code, which is not executed",
}


def test_every_layer_of_keras_has_a_rule_for_its_shape_and_its_parameters():
    import keras

    exported = [getattr(keras.layers, name) for name in dir(keras.layers)]
    classes = {each for each in exported if isinstance(each, type)}
    names = {each.__name__ for each in classes if issubclass(each, keras.layers.Layer)}
    names -= set(UNRULED)
    assert {name for name in names if not shapes_known(name)} == set()
    assert {name for name in names if not params_known(name)} == set()
