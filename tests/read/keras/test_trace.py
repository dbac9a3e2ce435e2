"""Subclassed models: several inputs, layers looked into, attributes as names."""

from __future__ import annotations

import re

import pytest

from net2fig.errors import ModelError, UsageError
from net2fig.read import read
from net2fig.read.keras.trace_inputs import remember_calls

pytestmark = pytest.mark.keras

SAY_IT = (
    "hint: call it once before drawing, or give the input shape without the batch: "
    "--input-shape 224x224x3"
)
SAY_EACH = (
    "hint: give the shape of each, without the batch: --input-shape left=… --input-shape right=…"
)


@pytest.fixture(scope="module")
def net():
    """Classes as they are write in papers' repositories."""
    import keras
    from keras import layers

    class Block(layers.Layer):
        def __init__(self, filters):
            super().__init__()
            self.conv = layers.Conv2D(filters, 3, padding="same")
            self.norm = layers.BatchNormalization()

        def call(self, x, training=False):
            return keras.ops.relu(self.norm(self.conv(x), training=training))

    class Encoder(layers.Layer):
        def __init__(self):
            super().__init__()
            self.blocks = [Block(4), Block(8)]
            self.pool = layers.MaxPooling2D()

        def call(self, x):
            for block in self.blocks:
                x = self.pool(block(x))
            return x

    class Pair(keras.Model):
        def __init__(self):
            super().__init__(name="pair")
            self.encoder = Encoder()
            self.head = keras.Sequential([layers.GlobalMaxPooling2D(), layers.Dense(3)])

        def call(self, left, right):
            return self.head(keras.ops.concatenate([self.encoder(left), self.encoder(right)]))

    class Listed(Pair):
        def call(self, images):
            return super().call(*images)

    class Named(Pair):
        def call(self, images, training=None, mask=None):
            return {"score": super().call(images["left"], images["right"]), "none": None}

    return {"Pair": Pair, "Listed": Listed, "Named": Named}


IDS = [
    "encoder/blocks_0/conv2d",
    "encoder/blocks_0/batch_normalization",
    "encoder/blocks_0/relu",
    "encoder/max_pooling2d",
    "encoder/blocks_1/conv2d",
]


def plain(id):
    """Return an id without the number that Keras gives to a name."""
    return re.sub(r"_\d+$", "", id)


@pytest.mark.parametrize(
    ("kind", "shapes", "inputs", "outputs"),
    [
        ("Pair", ["8x8x3", "8x8x3"], ["left", "right"], None),
        ("Pair", {"right": "8x8x3", "left": (8, 8, 3)}, ["left", "right"], None),
        ("Pair", ["8x8x3", "left=8x8x3"], ["left", "right"], None),
        ("Listed", [(8, 8, 3), (8, 8, 3)], None, None),
        ("Named", ["left=8x8x3", "right=8x8x3"], ["left", "right"], ["score"]),
    ],
)
def test_several_inputs(net, kind, shapes, inputs, outputs):
    network = read(net[kind](), input_shape=shapes)
    ids = [layer.id for layer in network.layers]
    assert [plain(id) for id in ids[1:6]] == IDS
    assert len(ids) == 2 + 2 * 8 + 3
    assert sum(id.startswith("encoder@2/") for id in ids) == 8
    assert network.layers[1].models == ("encoder", "blocks_0")
    assert network.layers[-1].models == ("head",)
    assert network.layers[-1].output == (None, 3)
    assert network.layers[1].shared
    if inputs:
        assert [port.name for port in network.inputs] == inputs
    if outputs:
        assert [port.name for port in network.outputs] == outputs


def test_a_called_model_needs_no_shapes(net):
    import numpy as np

    image = np.zeros((1, 8, 8, 3), "float32")
    for kind, first in (("Listed", [image, image]), ("Named", {"left": image, "right": image})):
        model = net[kind]()
        model(first)
        before = model.count_params()
        network = read(model)
        assert len(network.layers) == 21
        once = {layer.name: layer.params for layer in network.layers}
        assert sum(once.values()) == model.count_params() == before
    model = net["Pair"]()
    model(image, image)
    with pytest.raises(ModelError) as caught:
        read(model)
    assert caught.value.lines() == [
        "missing input shape: the model of class 'Pair' takes left, right",
        SAY_EACH,
    ]


def test_the_last_call_of_a_model_is_remembered():
    import keras
    import numpy as np
    from keras import layers

    class Two(keras.Model):
        def __init__(self):
            super().__init__()
            self.words = layers.Embedding(9, 4)

        def call(self, words, scale, more=None, training=None):
            return self.words(words) * scale

    remember_calls(Two)
    model = Two()
    model(np.zeros((2, 5), "int32"), scale=np.zeros((2, 5, 1), "float32"), training=False)
    network = read(model)
    assert [layer.output for layer in network.layers] == [
        *((2, 5), (2, 5, 4), (2, 5, 1), (2, 5, 4)),
    ]


def test_keras_is_unchanged_after_tracing(net):
    import keras
    import tensorflow as tf

    before = dict(vars(keras.Layer))
    read(net["Pair"](), input_shape=["8x8x3", "8x8x3"])
    assert dict(vars(keras.Layer)) == before
    with pytest.raises(ValueError, match="KerasTensor"):
        tf.nn.relu(keras.Input((3,)))


def test_errors(net):
    with pytest.raises(ModelError) as caught:
        read(net["Pair"]())
    assert caught.value.lines() == [
        "missing input shape: the model of class 'Pair' was never called on data",
        SAY_IT,
    ]
    with pytest.raises(UsageError, match=r"^unknown input: 'lft' .*'left', 'right'"):
        read(net["Pair"](), input_shape={"lft": "8x8x3"})
    with pytest.raises(ModelError, match=r"^unsupported model: the class 'Pair' cannot be called"):
        read(net["Pair"](), input_shape=["8x8x3", "8x8x4"])


def test_a_layer_with_own_weights_stays_whole():
    import keras
    from keras import layers

    class Tokens(layers.Layer):
        def __init__(self):
            super().__init__(name="tokens")
            self.dense = layers.Dense(4)
            self.first = self.add_weight(shape=(4,))

        def call(self, x):
            return self.dense(x) + self.first

    class Unclear(layers.Layer):
        def __init__(self):
            super().__init__(name="unclear")
            self.dense = layers.Dense(4)

        def call(self, x):
            import numpy as np

            return self.dense(np.asarray(x))

        def compute_output_spec(self, x):
            return keras.KerasTensor((*x.shape[:-1], 4), x.dtype)

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.tokens, self.unclear = Tokens(), Unclear()

        def call(self, x):
            return self.unclear(self.tokens(x))

    network = read(Net(), input_shape="5x3")
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "Tokens", "Unclear"]
    assert network.layers[1].params == 20
    assert [notice.code for notice in network.notices] == ["drawn-whole"]


def test_a_layer_inside_a_functional_model_is_opened(net):
    import keras
    from keras import layers, ops

    encoder = type(net["Pair"]().encoder)

    class Places(layers.Layer):
        def __init__(self):
            super().__init__(name="places")
            self.words, self.places = layers.Embedding(9, 4), layers.Embedding(5, 4)

        def call(self, x):
            return self.words(x) + self.places(ops.arange(5))

    class Mixed(layers.Layer):
        def __init__(self):
            super().__init__(name="mixed")
            self.first, self.second = layers.Dense(3), layers.Dense(3)

        def call(self, a, scale=1.0, b=None):
            return {"sum": self.first(a) + self.second(b) * scale, "a": self.first(b)}

    image, words = keras.Input((8, 8, 3)), keras.Input((5,), dtype="int32")
    once, again = (one := encoder())(image), one(image)
    mixed = Mixed()(layers.Flatten()(once), scale=2.0, b=layers.Flatten()(again))
    model = keras.Model([image, words], [mixed["sum"], mixed["a"], Places()(words)])
    network = read(model)
    scopes = {tuple(step.id for step in layer.scope) for layer in network.layers}
    name = one.name
    assert {(name,), (name, "blocks_0"), (f"{name}@2", "blocks_1"), ("mixed",), ()} <= scopes
    held = [layer.class_name for layer in network.layers if layer.models == ("mixed",)]
    assert sorted(held) == ["Add", "Dense", "Dense", "Dense", "Multiply"]
    # Some of its parameters would be in none of the layers that it calls on tensors.
    assert network["places"].params == 56
    once_each = {(layer.name, layer.params) for layer in network.layers}
    assert sum(params for _, params in once_each) == model.count_params()
    assert [port.layer for port in network.outputs][2] == "places"


def test_parameters_outside_of_layers_are_reported():
    import keras
    import numpy as np
    from keras import layers, ops

    class Net(keras.Model):
        def __init__(self):
            super().__init__(name="net")
            self.words, self.places = layers.Embedding(9, 4), layers.Embedding(5, 4)

        def call(self, x):
            return self.words(x) + self.places(ops.arange(5))

    model = Net()
    model(np.zeros((1, 5), "int32"))
    texts = [notice.text for notice in read(model).notices]
    assert texts == ["20 parameters of 'net' are in no layer that is drawn"]


def test_functions_of_tensorflow():
    import keras
    import tensorflow as tf
    from keras import layers

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.conv = layers.Conv2D(8, 3, padding="same")

        def call(self, x):
            y = tf.nn.relu(self.conv(x))
            y = tf.concat([y, x], axis=-1) * 2.0
            size = tf.shape(y)
            y = tf.reshape(y, (size[0], -1, y.shape[-1]))
            left, right = tf.split(y, [4, 7], axis=2)
            return tf.reduce_mean(left, 1), tf.matmul(left, right, transpose_a=True)

    network = read(Net(), input_shape="6x6x3")
    assert [(layer.class_name, layer.outputs) for layer in network.layers[2:]] == [
        ("Relu", ((None, 6, 6, 8),)),
        ("Concatenate", ((None, 6, 6, 11),)),
        ("Multiply", ((None, 6, 6, 11),)),
        ("Reshape", ((None, None, 11),)),
        ("Split", ((None, None, 4), (None, None, 7))),
        ("Mean", ((None, 4),)),
        ("Matmul", ((None, 4, 7),)),
    ]
    assert network.layers[5].config["newshape"] == [None, -1, 11]
    assert network.notices == ()


def test_a_sequential_model_in_memory():
    import keras
    from keras import layers

    model = keras.Sequential([layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(2)])
    assert read(model, input_shape=(10, 10, 3)).layers[-1].output == (None, 2)
    assert not model.built
