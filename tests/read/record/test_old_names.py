"""Keras under the names that it has had, and the layers that it has dropped, without Keras."""

from __future__ import annotations

import pytest

from net2fig.read import read
from net2fig.read.keras.moved_modules import KERAS_NAMES, modernize_module, replace_name
from net2fig.read.script import code

HOMES = {
    "Dense": "core",
    "Conv2D": "convolutional",
    "MaxPooling2D": "pooling",
    "BatchNormalization": "normalization",
    "LeakyReLU": "advanced_activations",
}
CALLS = {"Dense": "(3)", "Conv2D": "(4, 3)"}

WAYS = (
    *(f"import {name} as keras" for name in (*KERAS_NAMES, "tf_keras")),
    *(f"from tensorflow.{name} import keras" for name in ("contrib", "python", "compat.v1")),
    *(f"import tensorflow.compat.v{n} as tf\nkeras = tf.keras" for n in (1, 2)),
    *(f"import tensorflow as tf\nkeras = tf.{name}.keras" for name in ("contrib", "compat.v1")),
    "from tensorflow.compat import v1 as tf\nkeras = tf.keras",
)
MODEL = """
model = keras.models.Sequential([keras.layers.Input(shape=(4,)), keras.layers.Dense(3)])
"""

OPS = (
    "from tensorflow.python.ops import math_ops\nf = lambda x: math_ops.reduce_sum(x, 1, True)",
    "import tensorflow.compat.v1 as tf\nf = lambda x: tf.expand_dims(x, 1)",
    "import tensorflow as tf\nf = lambda x: tf.compat.v1.expand_dims(x, 1)",
)


@pytest.fixture(autouse=True)
def without_keras(monkeypatch):
    monkeypatch.setattr(code, "is_keras_available", lambda: False)


def draw(folder, text):
    path = folder / "net.py"
    path.write_text(text)
    return read(path)


def describe(network):
    return [(layer.class_name, layer.params, layer.outputs) for layer in network.layers]


@pytest.mark.parametrize("way", [*WAYS])
def test_each_name_of_keras_is_keras(tmp_path, way):
    network = draw(tmp_path, way + MODEL)
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "Dense"]
    assert sum(layer.params for layer in network.layers) == 15
    assert not [each for each in network.notices if each.code == "not-recorded"]


@pytest.mark.parametrize("root", ["keras", "keras.src", "tensorflow.contrib.keras.python.keras"])
@pytest.mark.parametrize("name", [*HOMES])
def test_each_layer_is_in_its_old_module(tmp_path, root, name):
    old = f"from {root}.layers.{HOMES[name]} import {name}\n"
    new = f"from keras.layers import {name}\n"
    rest = f"import keras\ni = keras.Input((8, 8, 3))\nmodel = keras.Model(i, {name}%s(i))\n"
    rest %= CALLS.get(name, "()")
    assert describe(draw(tmp_path, old + rest)) == describe(draw(tmp_path, new + rest))


@pytest.mark.parametrize("function", OPS)
def test_inner_modules_hold_the_public_functions(tmp_path, function):
    layers = "keras.Input((4,)), keras.layers.Lambda(f), keras.layers.Dense(3)"
    network = draw(tmp_path, f"import keras\n{function}\nmodel = keras.Sequential([{layers}])\n")
    size = network.layers[1].outputs[0][-1]
    assert network.layers[2].params == 3 * size + 3


def test_a_scope_computes_nothing(tmp_path):
    body = "with ops.name_scope('n', 'Swish', [x]):\n            return x * 2"
    layer = f"class Swish(keras.layers.Layer):\n    def call(self, x):\n        {body}\n"
    begin = "import keras\nfrom tensorflow.python.framework import ops\n"
    text = "model = keras.Sequential([keras.Input((4,)), Swish(), keras.layers.Dense(3)])\n"
    assert draw(tmp_path, begin + layer + text).layers[2].params == 15


DROPPED = {
    "Deconvolution2D(8, 3, 3, subsample=(2, 2), border_mode='same', output_shape=(1, 16, 16, 8))": (
        "Conv2DTranspose(8, (3, 3), strides=(2, 2), padding='same')"
    ),
    "Deconvolution2D(8, (3, 3), strides=2)": "Conv2DTranspose(8, (3, 3), strides=2)",
    "AtrousConvolution2D(4, 3, 3, atrous_rate=(2, 2))": "Conv2D(4, (3, 3), dilation_rate=(2, 2))",
    "AveragePooling2D()": "AveragePooling2D(2)",
    "AveragePooling2D(strides=1)": "AveragePooling2D(2, strides=1)",
}


@pytest.mark.parametrize("old", [*DROPPED])
@pytest.mark.parametrize("imported", ["*", "{name}"])
def test_a_dropped_layer_is_the_one_of_today(tmp_path, old, imported):
    text = "import keras\nfrom keras.layers import {}\ni = keras.Input((8, 8, 3))\n"
    text += "model = keras.Model(i, {}(i))\n"

    def draw_call(call):
        return draw(tmp_path, text.format(imported.format(name=call.partition("(")[0]), call))

    assert describe(draw_call(old)) == describe(draw_call(DROPPED[old]))


def test_merge_of_keras_1_is_the_layer_of_its_mode(tmp_path):
    text = "from keras.layers import Dense, Input, Merge, merge\nfrom keras.models import Model\n"
    text += "i = Input((8,))\na = Dense(4)(i)\nb = Dense(4)(i)\n"
    text += "c = merge([a, b], mode='concat', concat_axis=-1)\nd = merge([a, b], 'mul')\n"
    text += "e = Merge(mode='sum')([a, d])\nmodel = Model(input=i, output=[c, e])\n"
    network = draw(tmp_path, text)
    kinds = {layer.class_name: layer.outputs[0] for layer in network.layers}
    assert kinds["Concatenate"] == (None, 8)
    assert kinds["Multiply"] == kinds["Add"] == (None, 4)


def test_a_merge_of_models_is_drawn_by_its_name(tmp_path):
    text = "from keras.layers import Dense, Merge\nfrom keras.models import Sequential\n"
    text += "a = Sequential([Dense(4, input_dim=8)])\nb = Sequential([Dense(4, input_dim=8)])\n"
    text += "model = Sequential()\nmodel.add(Merge([a, b], mode='concat'))\nmodel.add(Dense(2))\n"
    network = draw(tmp_path, text)
    assert "Merge" in {layer.class_name for layer in network.layers}


def test_a_layer_without_a_successor_keeps_its_arguments(tmp_path):
    text = "import keras\nfrom keras.layers import LocallyConnected2D\n"
    text += "model = keras.Sequential([keras.Input((6, 6, 2)), LocallyConnected2D(4, 3)])\n"
    layer = draw(tmp_path, text).layers[1]
    assert layer.outputs == ((None, 4, 4, 4),)
    assert layer.params == 4 * 4 * (3 * 3 * 2 * 4 + 4)


def test_names_of_today_stay():
    for name in ("keras.layers", "tensorflow.keras.models", "keras.src.layers", "contrib.keras"):
        assert modernize_module(name) == name
    assert replace_name("tensorflow.contrib.keras_tools") == "tensorflow.contrib.keras_tools"


def test_a_module_beside_the_file_that_imports_it_is_found_as_in_python_2(tmp_path):
    package = tmp_path / "blocks"
    package.mkdir()
    (package / "__init__.py").write_text("from head import make_head\n")
    (package / "head.py").write_text(
        "from keras.layers import Dense\ndef make_head(x):\n    return Dense(3)(x)\n"
    )
    text = "import keras\nfrom blocks import make_head\ni = keras.Input((4,))\n"
    network = draw(tmp_path, text + "model = keras.Model(i, make_head(i))\n")
    assert [layer.params for layer in network.layers] == [0, 15]


ENGINE = """
import keras
import keras.engine as KE
import keras.models as KM
from keras.engine.network import Network

class Scale(KE.Layer):
    def call(self, x):
        return x * 2

i = KM.Input((4,))
model = Network(i, keras.layers.Dense(3)(Scale()(i)))
"""


def test_the_engine_of_keras_2_holds_layers_and_inputs(tmp_path):
    network = draw(tmp_path, ENGINE)
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "Scale", "Dense"]
    assert network.layers[2].params == 15
