"""Where there is no Keras to ask, the recorder goes on: what it does not know is told."""

from __future__ import annotations

import pytest

from net2fig.read import read
from net2fig.read.script import code

START = "import keras\nimport tensorflow as tf\nfrom keras import layers\n"


@pytest.fixture(autouse=True)
def without_keras(monkeypatch):
    monkeypatch.setattr(code, "is_keras_available", lambda: False)


def draw(folder, text):
    path = folder / "net.py"
    path.write_text(START + text)
    network = read(path)
    return network, "; ".join(notice.text for notice in network.notices)


def describe(network):
    return [(layer.class_name, layer.output, layer.params) for layer in network.layers[1:]]


MODEL = "inputs = keras.Input((8, 8, 3))\nx = {}\nmodel = keras.Model(inputs, layers.{}(x))\n"


@pytest.mark.parametrize(
    ("first", "second", "layers", "told"),
    [
        (
            "layers.Hashed(9)(inputs)",
            "Dense(4)",
            [("Hashed", None, None), ("Dense", None, None)],
            "the recorder does not know Hashed, of which only the name is drawn",
        ),
        (
            "tf.reroll(inputs, 1, 1)",
            "Conv2D(4, 3)",
            [("Reroll", None, 0), ("Conv2D", None, None)],
            "output shape is not known of 'reroll'",
        ),
        (
            "layers.Conv2D(4, 3, activation=lambda x: x, kernel_initializer=print)(inputs)",
            "Flatten()",
            [("Conv2D", (None, 6, 6, 4), 112), ("Flatten", (None, 144), 0)],
            "",
        ),
        (
            "layers.Conv2D(4, 3.5)(inputs)",
            "Flatten()",
            [("Conv2D", None, None), ("Flatten", None, 0)],
            "kernel_size=3.5",
        ),
    ],
)
def test_what_the_recorder_does_not_know_is_drawn_by_its_name(
    tmp_path, first, second, layers, told
):
    network, notices = draw(tmp_path, MODEL.format(first, second))
    assert describe(network) == layers
    assert told in notices


def test_a_function_that_the_code_unpacks_returns_as_many_tensors(tmp_path):
    text = "inputs = keras.Input((8,))\na, b = tf.nn.moments(inputs, 1)\n"
    text += "model = keras.Model(inputs, [a, b])\n"
    network, _ = draw(tmp_path, text)
    assert len(network.outputs) == 2


def test_modules_of_tensorflow_that_are_not_known_can_be_imported(tmp_path):
    text = "from tensorflow.python.ops import array_ops\ndata = tf.data.Dataset.range(3).batch(2)\n"
    model = "model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
    network, _ = draw(tmp_path, text + model)
    assert describe(network) == [("Dense", (None, 3), 15)]


def test_an_input_of_unknown_shape_leaves_all_shapes_open(tmp_path):
    text = (
        "import pandas as pd\ndata = pd.read_csv('a.csv')\n"
        "model = keras.Sequential([keras.Input(data.shape), layers.Dense(3), layers.ReLU()])\n"
    )
    network, notices = draw(tmp_path, text)
    assert [layer.output for layer in network.layers] == [None, None, None]
    assert "the shape" in notices


def test_a_class_that_was_never_called_takes_any_shape(tmp_path):
    text = (
        "class Net(keras.Model):\n"
        "    def __init__(self):\n        super().__init__()\n"
        "        self.dense = layers.Dense(3)\n"
        "    def call(self, inputs):\n        a, b = inputs\n        return self.dense(a * b)\n"
        "model = Net()\n"
    )
    network, notices = draw(tmp_path, text)
    assert len(network.inputs) == 2
    assert network.layers[-1].class_name == "Dense"
    assert "was never called" in notices


def test_a_layer_inside_of_one_that_is_not_known_has_no_known_parameters(tmp_path):
    text = (
        "class Block(layers.Layer):\n"
        "    def __init__(self):\n        super().__init__()\n"
        "        self.dense = layers.Dense(3)\n"
        "    def call(self, x):\n        return self.dense(int(x))\n"
        "inputs = keras.Input((4,))\nmodel = keras.Model(inputs, Block()(inputs))\n"
    )
    network, _ = draw(tmp_path, text)
    assert describe(network) == [("Block", None, None)]


def test_a_class_derived_from_a_layer_is_told(tmp_path):
    text = "class Wide(layers.Conv2D):\n    pass\n" + MODEL.format(
        "Wide(4, 3)(inputs)", "Flatten()"
    )
    network, notices = draw(tmp_path, text)
    assert describe(network)[0] == ("Wide", (None, 6, 6, 4), 112)
    assert "what the class 'Wide' changes of Conv2D" in notices


def test_an_old_recurrent_layer_is_the_one_of_today(tmp_path):
    text = (
        "inputs = keras.Input((8, 4))\nmodel = keras.Model(inputs, layers.CuDNNLSTM(3)(inputs))\n"
    )
    network, _ = draw(tmp_path, text)
    assert describe(network) == [("LSTM", (None, 3), 96)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import tensorflow_hub as hub\nx = hub.KerasLayer('a.b/c')(inputs)\n", "KerasLayer"),
        ("from transformers import TFBert\nx = TFBert.load('base')(inputs)[0]\n", "TFBert"),
        ("import keras_hub\nx = keras_hub.models.Backbone.from_preset('b')(inputs)\n", "Backbone"),
        ("from nowhere import conv_block\nx = conv_block(inputs, 3)\n", "ConvBlock"),
    ],
)
def test_what_comes_from_modules_that_are_not_installed_is_drawn_by_its_name(tmp_path, text, name):
    model = "model = keras.Model(inputs, layers.Dense(2)(x))\n"
    network, notices = draw(tmp_path, "inputs = keras.Input((64,))\n" + text + model)
    assert name in [layer.class_name for layer in network.layers]
    assert network.layers[-1].params is None
    assert "is not installed" in notices


def test_a_required_option_of_the_command_line_is_unknown(tmp_path):
    text = (
        "import argparse\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('--data', required=True)\nargs = parser.parse_args()\n"
        "rows = len(open(args.data).readlines())\n"
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
        "model.add(layers.Dense(rows))\n"
    )
    network, _ = draw(tmp_path, text)
    assert str(network.layers[-1].output[-1]) == "rows"


def test_an_input_of_a_given_tensor_is_that_tensor(tmp_path):
    text = "inputs = keras.Input((4,))\nsame = keras.Input(tensor=inputs)\n"
    network, _ = draw(tmp_path, text + "model = keras.Model(inputs, layers.Dense(3)(same))\n")
    assert describe(network) == [("Dense", (None, 3), 15)]


def test_functions_of_numbers_are_computed(tmp_path):
    text = "size = keras.ops.prod((4, 3)) + tf.reduce_sum([1, 2])\n"
    text += "model = keras.Sequential([keras.Input((4,)), layers.Dense(size)])\n"
    network, notices = draw(tmp_path, text)
    assert describe(network) == [("Dense", (None, 15), 75)]
    assert "only data know" not in notices


def test_what_usually_keeps_a_shape_keeps_it_and_says_so(tmp_path):
    text = (
        "from keras.applications.vgg16 import VGG16, preprocess_input\n"
        "inputs = keras.Input((64, 64, 3))\nx = preprocess_input(inputs)\n"
        "x = layers.AffineScale()(x)\nmodel = keras.Model(inputs, VGG16()(x))\n"
    ).replace("VGG16()", "VGG16(include_top=False, weights=None)")
    network, notices = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 2, 2, 512)
    params = {layer.class_name: layer.params for layer in network.layers}
    assert params["AffineScale"] is None
    assert "the result of AffineScale is taken to be as large as its input" in notices
