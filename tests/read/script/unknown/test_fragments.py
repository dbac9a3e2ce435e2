"""Files that lack a part: names, imports, a base, the order of cells, the language of today."""

from __future__ import annotations

import json

import pytest

from net2fig.errors import ModelError
from net2fig.read import read
from net2fig.read.script import code
from net2fig.read.script.sandbox.python2 import modernize_python2

HEAD = "import tensorflow as tf\nfrom keras.layers import {}\nfrom keras.models import {}\n"
SEQUENTIAL = HEAD.format("LSTM, Dense", "Sequential")
FUNCTIONAL = HEAD.format("Dense, Flatten, Input", "Model")


@pytest.fixture(autouse=True)
def without_keras(monkeypatch):
    monkeypatch.setattr(code, "is_keras_available", lambda: False)


def draw(folder, text, name="net.py"):
    path = folder / name
    path.write_text(text)
    network = read(path)
    return network, "; ".join(notice.text for notice in network.notices)


def classes(network):
    return [layer.class_name for layer in network.layers]


def test_a_name_that_nothing_defines_is_unknown(tmp_path):
    text = f"{SEQUENTIAL}model = Sequential()\n"
    text += "model.add(LSTM(5, input_shape=(x_train.shape[1], 1)))\nmodel.add(Dense(2))\n"
    network, told = draw(tmp_path, text)
    assert classes(network)[-2:] == ["LSTM", "Dense"]
    assert network.layers[-2].params == 4 * 5 * (5 + 1 + 1)
    assert "nothing defines 'x_train': not known" in told


def test_a_name_that_the_code_defines_somewhere_is_no_unknown_one(tmp_path):
    text = f"{SEQUENTIAL}model = Sequential([Dense(units, input_shape=(3,))])\nunits = 4\n"
    with pytest.raises(ModelError, match="name 'units' is not defined"):
        draw(tmp_path, text)


def test_an_import_of_keras_that_is_missing_is_told(tmp_path):
    text = f"{SEQUENTIAL}model = Sequential([Dropout(0.5, input_shape=(3,)), Dense(2)])\n"
    network, told = draw(tmp_path, text)
    assert classes(network)[-2:] == ["Dropout", "Dense"]
    assert "nothing defines Dropout: took that of keras.layers" in told


def test_names_of_a_star_import_are_defined(tmp_path):
    text = "from keras.layers import *\nfrom keras.models import *\n"
    text += "i = Input((n,))\nmodel = Model(i, Dense(2)(i))\n"
    network, told = draw(tmp_path, text)
    assert classes(network)[-1] == "Dense"
    assert "nothing defines 'n': not known" in told
    assert "took that of" not in told


def test_a_base_that_is_not_there_is_an_input(tmp_path):
    text = f"{FUNCTIONAL}x = Flatten()(base.output)\nmodel = Model(base.input, Dense(2)(x))\n"
    network, told = draw(tmp_path, text)
    assert classes(network) == ["InputLayer", "Flatten", "Dense"]
    assert network.layers[-1].params is None
    assert "base.output is not known: it is drawn as an input" in told


def test_a_call_that_is_a_tf_function_is_traced(tmp_path):
    text = f"{FUNCTIONAL}class Net(Model):\n    def __init__(self):\n"
    text += "        super().__init__()\n        self.dense = Dense(3)\n"
    text += "    @tf.function\n    def call(self, x):\n        return self.dense(x)\nnet = Net()\n"
    network, told = draw(tmp_path, text)
    assert classes(network)[-1] == "Dense"
    assert "'Net' was never called: took the input shape 64, a usual one" in told


def test_a_call_whose_inputs_have_defaults_gets_all_of_them(tmp_path):
    text = f"{FUNCTIONAL}class Net(Model):\n    def __init__(self):\n"
    text += "        super().__init__()\n        self.one, self.two = Dense(3), Dense(3)\n"
    text += "    def call(self, x=None, h=None):\n        return self.one(x) + self.two(h)\n"
    network, _ = draw(tmp_path, f"{text}net = Net()\n")
    assert classes(network).count("Dense") == 2
    assert len(network.inputs) == 2


def test_where_a_statement_inside_of_another_fails_the_rest_runs(tmp_path):
    text = (
        f"{SEQUENTIAL}import pandas as pd\ntry:\n    model = tf.keras.models.load_model('m.h5')\n"
    )
    text += "except OSError:\n    first, *rest = pd.read_csv('a.csv')\n"
    text += "    model = Sequential([Dense(4, input_shape=(3,))])\n    model.add(Dense(2))\n"
    network, _ = draw(tmp_path, text)
    assert [layer.params for layer in network.layers[-2:]] == [16, 10]


def test_an_argument_that_keras_renamed_is_left_out_and_told(tmp_path):
    text = f"{SEQUENTIAL}from keras.regularizers import l2\n"
    text += "model = Sequential([Dense(4, kernel_regularizer=l2(l=0.1), input_shape=(3,))])\n"
    network, told = draw(tmp_path, text)
    assert network.layers[-1].params == 16
    assert "the recorder does not know argument 'l' of L2" in told


BUILDER = """
def build(params):
    inputs = Input((params["width"],))
    x = Dense(**params["first"])(inputs)
    return Model(inputs, Dense(params["classes"])(x))
"""


def test_a_mapping_that_nothing_tells_has_unknown_items(tmp_path):
    network, told = draw(tmp_path, FUNCTIONAL + BUILDER)
    assert [layer.params for layer in network.layers[1:]] == [None, None]
    assert "build was made with params=(width=224, first=?, classes=10)" in told


def test_a_mapping_comes_from_a_json_file_of_the_project(tmp_path):
    (tmp_path / "README.md").write_text("")
    (tmp_path / "other.json").write_text('{"width": 3}')
    values = {"width": 7, "first": {"units": 5}, "classes": 2}
    (tmp_path / "net.json").write_text(json.dumps({"runs": [values]}))
    network, told = draw(tmp_path, FUNCTIONAL + BUILDER)
    assert [layer.params for layer in network.layers[1:]] == [40, 12]
    assert "params=what is read (net.json)" in told


def test_json_that_is_deep_or_broken_is_skipped(tmp_path):
    (tmp_path / "README.md").write_text("")
    (tmp_path / "a.json").write_text("[" * 900 + "]" * 900)
    (tmp_path / "b.json").write_text('{"width": 7, "first"')
    network, _ = draw(tmp_path, FUNCTIONAL + BUILDER)
    assert len(network.layers) == 3


def test_long_lines_of_python_2_take_no_time():
    text = " " * 200_000 + "x = 1"
    assert modernize_python2(f"{text}\nprint 1") == f"{text}\nprint(1)"


def test_cells_that_ran_in_another_order_are_read(tmp_path):
    cells = [
        FUNCTIONAL,
        "i = Input((3,))\nmodel = Model(i, block(i))",
        "def block(x):\n    return Dense(4)(x)",
    ]
    data = {"cells": [{"cell_type": "code", "source": each} for each in cells]}
    network, _ = draw(tmp_path, json.dumps(data), "net.ipynb")
    assert classes(network) == ["InputLayer", "Dense"]


def test_code_of_python_2_is_read(tmp_path):
    text = f"{SEQUENTIAL}print 'layers', 2\nmodel = Sequential([Dense(9 / 2, input_shape=(3,))])\n"
    text += "try:\n    print >>log, model\nexcept IOError, error:\n    print\n"
    network, told = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 4)
    assert "the code is for Python 2: read as Python 3 has it" in told


def test_names_of_python_2_are_those_of_python_3(tmp_path):
    text = f"{SEQUENTIAL}from six.moves import range\nmodel = Sequential()\n"
    text += "for n in xrange(2):\n    for _ in range(2):\n"
    network, told = draw(tmp_path, f"{text}        model.add(Dense(4, input_shape=(3,)))\n")
    assert classes(network).count("Dense") == 4
    assert "nothing defines" not in told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("if x: print 'a'; y = 1", "if x: print('a'); y = 1"),
        ("print 'a',", "print('a')"),
        ("raise ValueError, 'no'", "raise ValueError('no')"),
        ("n = 10L", "n = 10"),
        ("print_model = 3", "print_model = 3"),
        ("print(x)", "print(x)"),
        ("print = log", "print = log"),
    ],
)
def test_statements_of_python_2(old, new):
    assert modernize_python2(old) == new


def test_of_branches_of_which_the_last_gives_up_one_is_taken(tmp_path):
    text = f"{FUNCTIONAL}def build(data):\n    i = Input((4,))\n"
    text += "    if data.ndim == 2:\n        x = Dense(3)(i)\n"
    text += (
        "    elif data.ndim == 3:\n        x = Dense(5)(i)\n    else:\n        raise ValueError\n"
    )
    network, told = draw(tmp_path, f"{text}    return Model(i, x)\n")
    assert network.layers[-1].output == (None, 5)
    assert "only data decide in net.py, line 8: took the branch that goes on" in told
    assert "line 8: took the other branch" not in told


def test_a_builder_is_called_as_in_a_notebook_of_the_project(tmp_path):
    (tmp_path / "README.md").write_text("")
    cell = {"cell_type": "code", "source": "%matplotlib inline\nnet = build(7, scales=[1, 2])"}
    (tmp_path / "train.ipynb").write_text(json.dumps({"cells": [cell]}))
    text = f"{FUNCTIONAL}def build(width, scales=None):\n"
    text += "    if scales is None:\n        raise ValueError\n"
    text += "    i = Input((width,))\n    return Model(i, Dense(len(scales))(i))\n"
    network, told = draw(tmp_path, text)
    assert [layer.output for layer in network.layers] == [(None, 7), (None, 2)]
    assert "build was made with width=7 (train.ipynb, line 2), scales=[1, 2]" in told


def test_an_argument_that_code_goes_through_is_no_number(tmp_path):
    text = f"{FUNCTIONAL}def build(labels):\n    i = Input((4,))\n"
    network, told = draw(tmp_path, f"{text}    return Model(i, Dense(len(labels))(i))\n")
    assert "build was made with labels=?" in told
    assert network.layers[-1].class_name == "Dense"


def test_what_layers_had_before_keras_3_is_known(tmp_path):
    text = f"{FUNCTIONAL}import six\nfirst = Dense(6)\ni = Input((4,))\nx = first(i)\n"
    text += "size = first.output_shape[-1] + first.get_input_shape_at(0)[-1]\n"
    text += "size = size if isinstance('a', six.string_types) else 1\n"
    network, _ = draw(tmp_path, f"{text}model = Model(i, Dense(size)(x))\n")
    assert network.layers[-1].output == (None, 10)


def test_an_unknown_value_of_an_initializer_is_left_out(tmp_path):
    text = f"{FUNCTIONAL}import numpy as np\nfrom keras.initializers import Constant\n"
    text += "i = Input((4,))\nx = Dense(3, bias_initializer=Constant(np.eye(3).flatten()))(i)\n"
    network, _ = draw(tmp_path, f"{text}model = Model(i, x)\n")
    assert network.layers[-1].params == 15


def test_a_word_that_only_data_know_is_no_size(tmp_path):
    text = f"{FUNCTIONAL}i = Input((4,))\nmodel = Model(i, Dense(3, activation=chosen)(i))\n"
    network, told = draw(tmp_path, text)
    assert network.layers[-1].params == 15
    assert "only data know activation=chosen: left out" in told


def test_an_argument_that_is_looked_up_in_a_table_is_its_first_key(tmp_path):
    text = f"{FUNCTIONAL}SIZES = {{'small': [3, 5], 'large': [8, 9]}}\n"
    text += "def build(kind):\n    x = i = Input((4,))\n    for size in SIZES[kind]:\n"
    network, told = draw(tmp_path, f"{text}        x = Dense(size)(x)\n    return Model(i, x)\n")
    assert [layer.output for layer in network.layers] == [(None, 4), (None, 3), (None, 5)]
    assert "build was made with kind='small' (line 7)" in told


def test_a_method_of_data_may_have_any_name(tmp_path):
    text = f"{FUNCTIONAL}import pandas as pd\ndata = pd.read_csv('a.csv')\n"
    text += "data = data.rename(columns=str.strip)\ni = Input((data.fail(1).shape[1],))\n"
    network, _ = draw(tmp_path, f"{text}model = Model(i, Dense(3)(i))\n")
    assert network.layers[-1].output == (None, 3)


def test_names_that_modules_of_earlier_keras_held_are_found(tmp_path):
    text = "from keras.models import Input, Model\nfrom keras.layers import Dense, Sequential\n"
    text += "inner = Sequential([Dense(3)])\ni = Input((4,))\nmodel = Model(i, inner(i))\n"
    network, told = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 3)
    assert told == ""


def test_a_method_that_keeps_the_model_is_called(tmp_path):
    text = f"{SEQUENTIAL}class Classifier:\n    def __init__(self):\n        self.model = None\n"
    text += "    def build_model(self, classes):\n"
    text += "        model = Sequential([Dense(classes, input_shape=(3,))])\n"
    text += "        self.model = model\n"
    network, told = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 10)
    assert "Classifier.build_model was made with classes=10" in told


def test_of_a_family_of_builders_the_first_is_drawn(tmp_path):
    text = f"{FUNCTIONAL}def net(width):\n    i = Input((4,))\n"
    text += "    return Model(i, Dense(width)(i))\n"
    for number in range(1, 9):
        text += f"def net{number}():\n    return net({number})\n"
    network, told = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 1)
    assert "drew 'net1'; others differ from it only in their arguments: 'net2'" in told
    with pytest.raises(ModelError, match="ambiguous model: 9 functions"):
        draw(tmp_path, text + "def other():\n    return Model(Input((3,)), Input((3,)))\n")


def test_what_code_reads_of_its_keywords_is_unknown(tmp_path):
    text = f"{FUNCTIONAL}class Net(Model):\n    def __init__(self, **kwargs):\n"
    text += "        super().__init__()\n        self.dense = Dense(kwargs['classes'])\n"
    text += "    def call(self, x):\n        return self.dense(x)\n"
    network, told = draw(tmp_path, text)
    assert network.layers[-1].class_name == "Dense"
    assert "Net was made with classes=10" in told


def test_numbers_at_equal_distances_need_no_numpy(tmp_path):
    text = f"{FUNCTIONAL}import numpy as np\nx = i = Input((4,))\n"
    text += "for rate in np.linspace(0, 1, 3):\n    x = Dense(int(2 + 4 * rate))(x)\n"
    network, _ = draw(tmp_path, f"{text}model = Model(i, x)\n")
    assert [layer.output[-1] for layer in network.layers] == [4, 2, 4, 6]


def test_a_folder_that_only_data_know_does_no_harm(tmp_path):
    text = f"{FUNCTIONAL}import os\ndef build(output):\n    os.makedirs(output.folder)\n"
    text += "    i = Input((4,))\n    return Model(i, Dense(3)(i))\n"
    network, _ = draw(tmp_path, text)
    assert network.layers[-1].output == (None, 3)
    assert [each.name for each in tmp_path.iterdir()] == ["net.py"]


def test_a_weight_may_begin_with_its_name(tmp_path):
    text = f"{FUNCTIONAL}from keras.layers import Layer\nclass Scale(Layer):\n"
    text += "    def build(self, shape):\n        self.w = self.add_weight('w', shape=(4,))\n"
    text += "    def call(self, x):\n        return x * self.w\n"
    network, _ = draw(tmp_path, f"{text}i = Input((4,))\nmodel = Model(i, Scale()(i))\n")
    assert network.layers[-1].class_name == "Scale"
    assert network.layers[-1].output == (None, 4)


OWN_CONSTRUCTOR = "    def __init__(self, width):\n        super().__init__(width)\n"


@pytest.mark.parametrize("constructor", ["", OWN_CONSTRUCTOR])
def test_an_object_that_holds_what_its_methods_build_is_drawn_whole(tmp_path, constructor):
    text = f"{SEQUENTIAL}class Gan:\n    def __init__(self, width):\n"
    text += "        self.width = width\n        self.D = self.make_d()\n"
    text += "        self.G = self.make_g()\n        self.GD = Sequential([self.G, self.D])\n"
    text += "    def make_d(self):\n"
    text += "        D = Sequential([Dense(1, input_shape=(self.width,))])\n        return D\n"
    text += "    def make_g(self):\n"
    text += "        return Sequential([Dense(self.width, input_shape=(5,))])\n"
    text += f"class Other(Gan):\n{constructor}    def make_d(self):\n"
    text += "        return Sequential([Dense(2, input_shape=(self.width,))])\n"
    network, told = draw(tmp_path, text)
    assert "Other was made with width=224" in told
    assert classes(network).count("Dense") == 2
    assert network.layers[-1].output == (None, 2)
