"""Saved files against the same models in memory: two readers that share no walk."""

from __future__ import annotations

import json
import threading
import zipfile
from collections import Counter

import pytest
from msgspec.structs import replace

from net2fig.network import Port
from net2fig.read import read

pytestmark = pytest.mark.keras

APPLICATIONS = (
    "ConvNeXtTiny",
    "DenseNet121",
    "EfficientNetB0",
    "EfficientNetV2L",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Small",
    "NASNetLarge",
    "ResNet50",
    "VGG16",
    "Xception",
)


@pytest.fixture(scope="module")
def keras():
    import keras

    return keras


def saved(keras, model, path):
    """Write a `.keras` file as Keras does, but without weights."""
    with keras.src.saving.serialization_lib.ObjectSharingScope():
        data = keras.saving.serialize_keras_object(model)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(data))
    return path


def own_calls(model):
    """Yield what Keras' own objects say of every call, inputs of nested models left out."""
    for operation in model.operations:
        graph = getattr(operation, "_functional", operation)
        if hasattr(graph, "operations"):
            yield from (call for call in own_calls(graph) if call[1] != "InputLayer")
        else:
            for node in operation._inbound_nodes:
                shapes = tuple(tuple(tensor.shape) for tensor in node.outputs)
                yield operation.name, type(operation).__name__, shapes


def assert_same(first, second):
    """Compare two networks field by field, so that a failure says which."""
    assert [layer.id for layer in first.layers] == [layer.id for layer in second.layers]
    for one, other in zip(first.layers, second.layers, strict=True):
        # Only a model in memory knows how many parameters a layer of the user's own has.
        assert one == (
            other if str(one.module).startswith("keras") else replace(other, params=None)
        )
    assert first.edges == second.edges
    assert first.inputs == second.inputs
    assert first.outputs == second.outputs
    assert first.notices == second.notices
    assert first.name == second.name


@pytest.mark.parametrize("name", APPLICATIONS)
def test_applications(keras, tmp_path, name):
    model = getattr(keras.applications, name)(weights=None)
    live = read(model)
    assert_same(read(saved(keras, model, tmp_path / f"{name}.keras")), live)
    counts = Counter((layer.name, layer.class_name, layer.outputs) for layer in live.layers)
    assert counts == Counter(own_calls(model))
    assert sum(layer.params for layer in live.layers) == model.count_params()
    keras.backend.clear_session()


def unet(keras):
    layers = keras.layers
    x = image = keras.Input((64, 64, 3))
    skips = []
    for filters in (8, 16):
        x = layers.ReLU()(layers.Conv2D(filters, 3, padding="same")(x))
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    for filters, skip in zip((16, 8), reversed(skips), strict=True):
        x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
        x = layers.Concatenate()([x, skip])
    return keras.Model(image, layers.Conv2D(2, 1)(x), name="unet")


def nested(keras):
    layers = keras.layers
    deep = keras.Sequential([layers.Dense(3), layers.Dropout(0.2)], name="deep")
    encoder = keras.Sequential([keras.Input((8,)), layers.Dense(4), deep], name="encoder")
    left, right = keras.Input((3,), name="left"), keras.Input((3,), name="right")
    both = [layers.Add(name="s")([left, right]), layers.Subtract(name="d")([left, right])]
    join = keras.Model({"left": left, "right": right}, both, name="join")
    a, b = keras.Input((8,), name="a"), keras.Input((8,), name="b")
    u, v = encoder(a), encoder(b)
    p, q = join({"left": u, "right": v})
    r, _ = join({"right": u, "left": v})
    return keras.Model({"b": b, "a": a}, {"x": p, "y": q * r, "z": r}, name="nested")


def masked(keras):
    layers = keras.layers
    words = keras.Input((None,), dtype="int32")
    x = layers.Embedding(100, 16, mask_zero=True)(words)
    x = layers.Bidirectional(layers.LSTM(8, return_sequences=True))(x)
    y, hidden, cell = layers.LSTM(8, return_sequences=True, return_state=True)(x)
    z = layers.GRU(8, return_state=True)(y, initial_state=hidden)
    steps = layers.TimeDistributed(layers.Dense(3))(y)
    stack = layers.RNN([layers.LSTMCell(4), layers.GRUCell(5)], return_state=True)(y)
    return keras.Model(words, [z[0], steps, cell, stack[0]], name="masked")


def attentive(keras):
    layers, ops = keras.layers, keras.ops
    i = keras.Input((20, 16))
    x = layers.LayerNormalization()(layers.MultiHeadAttention(2, 8)(i, i) + i)
    x = layers.MultiHeadAttention(2, 8, value_dim=4)(value=i, query=x, key=i)
    weights = ops.softmax(ops.matmul(x, ops.transpose(x, (0, 2, 1))))
    last = ops.relu(x * 2.0)[:, -1]
    pair = ops.concatenate([last, last], axis=-1)
    return keras.Model(i, [pair, weights, ops.mean(x, axis=1)], name="attentive")


def backbone(keras):
    layers = keras.layers
    inner = keras.Input((None, None, 3))
    x = layers.Conv2D(4, 3, strides=2, padding="same")(inner)
    inner = keras.Model(inner, layers.BatchNormalization()(x), name="backbone")
    image = keras.Input((64, 48, 3))
    x = layers.GlobalAveragePooling2D()(inner(image))
    return keras.Model(image, layers.Dense(5)(x), name="whole")


def cut(keras):
    whole = unet(keras)
    return keras.Model(whole.input, whole.get_layer(index=4).output, name="cut")


def make_sequential(keras):
    layers = keras.layers
    stack = [
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.Dense(10),
        layers.Activation("softmax"),
    ]
    return keras.Sequential(stack, name="lenet")


def never_built(keras):
    return keras.Sequential([keras.layers.Dense(3), keras.layers.ReLU()], name="unbuilt")


def own_layer(keras):
    class Twice(keras.layers.Layer):
        def call(self, x):
            return x * 2

    i = keras.Input((8,))
    return keras.Model(i, keras.layers.Dense(2)(Twice(name="twice")(i)), name="own")


def films(keras):
    """A model at every step, twice, with a wrapper and a model in it; another is not opened."""
    layers = keras.layers
    i = keras.Input((None, None, 3))
    x = layers.GlobalMaxPooling2D()(layers.Conv2D(4, 3)(i))
    inner = keras.Model(i, x, name="frame")
    row = keras.Sequential([inner, layers.Dense(6)], name="row")
    twice = keras.Sequential([layers.TimeDistributed(layers.Dense(5)), layers.Flatten()])
    first, second = keras.Input((7, 12, 12, 3)), keras.Input((None, 9, 12, 3))
    a = layers.TimeDistributed(row, name="a")(first)
    b = layers.TimeDistributed(inner, name="b")(second)
    c = layers.TimeDistributed(row, name="c")(first)
    d = layers.TimeDistributed(twice, name="d")(layers.Reshape((7, 3, 2))(a))
    lstm = layers.Bidirectional(layers.LSTM(3, return_sequences=True))
    return keras.Model([first, second], [lstm(c), b, d], name="films")


MODEL_CLASSES = [
    *(
        unet,
        nested,
        masked,
        attentive,
        backbone,
        cut,
        make_sequential,
        never_built,
        own_layer,
        films,
    ),
]


@pytest.mark.parametrize("build", MODEL_CLASSES, ids=lambda build: build.__name__)
def test_models_of_every_shape(keras, tmp_path, build):
    model = build(keras)
    assert_same(read(saved(keras, model, tmp_path / "net.keras")), read(model))


def test_the_architecture_in_json_is_the_same(keras, tmp_path):
    model = nested(keras)
    path = tmp_path / "net.json"
    path.write_text(model.to_json())
    assert_same(read(path), read(model))


def test_a_file_with_weights(keras, tmp_path):
    model = unet(keras)
    model.save(tmp_path / "net.keras")
    assert_same(read(tmp_path / "net.keras"), read(model))


def test_names_of_inputs_and_outputs(keras):
    network = read(nested(keras))
    assert network.inputs == (Port("a", "a"), Port("b", "b"))
    assert [port.name for port in network.outputs] == ["x", "y", "z"]


def test_a_nested_model_has_the_size_of_its_arguments(keras):
    network = read(backbone(keras))
    assert [layer.output for layer in network.layers[1:3]] == [(None, 32, 24, 4)] * 2


def test_a_lambda_is_not_executed(keras, tmp_path):
    ran = []
    layer = keras.layers.Lambda(lambda x: ran.append(1) or x, output_shape=(8,))
    i = keras.Input((8,))
    model = keras.Model(i, layer(i))
    ran.clear()
    network = read(saved(keras, model, tmp_path / "net.keras"))
    assert network.layers[1].output == (None, 8)
    assert network.layers[1].config["function"] == {"class_name": "__lambda__"}
    assert not ran


def test_other_threads_do_not_see_that_a_model_is_traced(keras):
    """While one thread looks into a layer, another builds a model with layers like it, whole."""
    reached, built = threading.Event(), threading.Event()

    class Block(keras.layers.Layer):
        def __init__(self, wait=False, **kwargs):
            super().__init__(**kwargs)
            self.inner = keras.layers.Dense(4)
            self.wait = wait

        def call(self, x):
            if self.wait and not isinstance(x, tuple):
                reached.set()
                built.wait(60)
            return self.inner(x)

    class Traced(keras.Model):
        def __init__(self):
            super().__init__()
            self.block = Block(wait=True)

        def call(self, x):
            return self.block(x)

    model = Traced()
    classes = []
    thread = threading.Thread(target=lambda: classes.append(read(model, input_shape="8")))
    thread.start()
    assert reached.wait(60)
    inputs = keras.Input((8,))
    other = keras.Model(inputs, Block()(inputs))
    built.set()
    thread.join(60)
    assert [type(layer).__name__ for layer in other.layers] == ["InputLayer", "Block"]
    assert [layer.class_name for layer in classes[0].layers] == ["InputLayer", "Dense"]
    assert [layer.class_name for layer in read(other).layers] == ["InputLayer", "Dense"]
