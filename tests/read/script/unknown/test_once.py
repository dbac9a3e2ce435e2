"""What only data know and nothing else tells: one item of it is drawn, and that is told."""

from __future__ import annotations

import pytest

from net2fig.errors import ModelError
from net2fig.read import read
from net2fig.read.script import code

START = "import keras\nfrom keras.layers import Dense, Input\n"


@pytest.fixture(autouse=True)
def without_keras(monkeypatch):
    monkeypatch.setattr(code, "is_keras_available", lambda: False)


def draw(folder, text):
    path = folder / "net.py"
    path.write_text(START + text)
    return read(path)


def list_texts(network):
    return [notice.text for notice in network.notices]


def list_kinds(network):
    return [layer.class_name for layer in network.layers]


LOOPS = {
    "for each in config.columns:\n        x = Dense(each.width)(x)": "config.columns",
    "for name, width in config.columns.items():\n        x = Dense(width, name=name)(x)": (
        "config.columns.items"
    ),
    "for n, each in enumerate(config.columns):\n        x = Dense(each.width)(x)": "columns",
    "for x in [Dense(each)(x) for each in config.widths]:\n        pass": "config.widths",
}


@pytest.mark.parametrize("loop", [*LOOPS])
def test_a_loop_over_unknown_items_runs_once(tmp_path, loop):
    text = "from project_settings import config\n"
    text += f"def build():\n    i = x = Input((8,))\n    {loop}\n"
    text += "    return keras.Model(i, Dense(2)(x))\nmodel = build()\n"
    network = draw(tmp_path, text)
    assert list_kinds(network) == ["InputLayer", "Dense", "Dense"]
    assert any(LOOPS[loop] in text and "took one" in text for text in list_texts(network))


def test_an_unknown_key_takes_the_first_item(tmp_path):
    text = "from project_settings import config\nSIZES = {'small': [8], 'large': [16, 16]}\n"
    text += "def build():\n    i = x = Input((4,))\n    for each in SIZES[config.kind]:\n"
    text += "        x = Dense(each)(x)\n    return keras.Model(i, x)\nmodel = build()\n"
    network = draw(tmp_path, text)
    assert [layer.params for layer in network.layers] == [0, 40]
    assert any("took 'small'" in text for text in list_texts(network))


def test_a_known_key_is_never_replaced(tmp_path):
    text = "SIZES = {'small': 8}\nmodel = keras.Sequential([Input((4,)), Dense(SIZES['huge'])])\n"
    with pytest.raises(ModelError, match="huge"):
        draw(tmp_path, text)


def test_a_file_that_is_not_there_is_unknown_inside_of_a_function(tmp_path):
    text = "import json\ndef load(path):\n    with open(path) as file:\n"
    text += "        return json.load(file)\n"
    text += "class Net:\n    def __init__(self):\n        self.settings = load('settings.json')\n"
    text += "    def build(self):\n        i = Input((4,))\n"
    text += (
        "        return keras.Model(i, Dense(self.settings['units'])(i))\nmodel = Net().build()\n"
    )
    network = draw(tmp_path, text)
    assert list_kinds(network) == ["InputLayer", "Dense"]
    texts = list_texts(network)
    assert any("settings.json is not there" in text for text in texts)
    assert any("--set units=" in text for text in texts)


def test_pythons_library_computes_sizes_of_what_is_unknown(tmp_path):
    text = "import math\nfrom project_settings import config\n"
    text += "def build():\n    i = Input((4,))\n"
    text += "    return keras.Model(i, Dense(math.ceil(config.units / 2))(i))\nmodel = build()\n"
    network = draw(tmp_path, text)
    assert network.layers[1].outputs == ((None, 32),)
    assert any("ceil(" in text and "took 32" in text for text in list_texts(network))


def test_an_unknown_tensor_is_an_input(tmp_path):
    text = "from project_settings import load_features\n"
    text += "def build():\n    features = load_features()\n    x = Dense(8)(features)\n"
    text += "    return keras.Model(features, Dense(2)(x))\nmodel = build()\n"
    network = draw(tmp_path, text)
    assert list_kinds(network) == ["InputLayer", "Dense", "Dense"]
    assert any("is drawn as an input" in text for text in list_texts(network))


def test_what_does_not_follow_from_the_inputs_is_not_drawn(tmp_path):
    text = "from project_settings import helper\n"
    text += "def build():\n    i = Input((4,))\n    for lost in helper.items:\n        pass\n"
    text += "    return keras.Model(i, Dense(2)(Dense(8)(lost)))\nmodel = build()\n"
    with pytest.raises(ModelError, match="project_settings"):
        draw(tmp_path, text)


def test_a_setting_that_is_named_by_a_key_has_the_usual_value_of_its_name(tmp_path):
    text = "from project_settings import config\nfrom keras.layers import Dropout\n"
    text += "model = keras.Sequential([Input((4,)), Dropout(config['net']['dropout'])])\n"
    network = draw(tmp_path, text)
    assert 0 < network.layers[1].config["rate"] < 1
