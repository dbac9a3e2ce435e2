"""A size that is assumed bears its name in the figure, and what follows from it bears none."""

from __future__ import annotations

import json
from pathlib import Path

from net2fig import draw
from net2fig.network import Layer, Network, Share
from net2fig.read import read
from net2fig.read.native import dump, load
from net2fig.read.script.unknown.assumed import mark_assumed

HEAD = (
    "import pandas as pd\nfrom keras import Input, Model, layers\n"
    "data = pd.read_csv('a.csv')\nnum_classes = data.label.nunique()\n"
)
MODEL = (
    "inputs = Input((8, 8, 3))\nx = layers.Conv2D({}, 3)(inputs)\nx = layers.Flatten()(x)\n"
    "model = Model(inputs, layers.Dense(5)(x))\n"
)


def read_model(folder: Path, text: str, **options: object) -> Network:
    path = folder / "net.py"
    path.write_text(text)
    return read(path, **options)


def describe(network: Network) -> list[tuple[list[str], int | None]]:
    return [([str(axis) for axis in each.output or ()], each.params) for each in network.layers[1:]]


def test_a_size_that_only_data_know_bears_its_name(tmp_path: Path) -> None:
    network = read_model(tmp_path, HEAD + MODEL.format("num_classes"))
    assert describe(network) == [
        (["None", "6", "6", "num_classes"], None),
        (["None", "?"], 0),
        (["None", "5"], None),
    ]
    assert network.layers[1].output == (None, 6, 6, 10)


def test_arithmetic_keeps_the_name(tmp_path: Path) -> None:
    network = read_model(tmp_path, HEAD + MODEL.format("num_classes + 1"))
    assert str((network.layers[1].output or ())[-1]) == "num_classes + 1"


def test_a_size_that_the_user_sets_is_a_number(tmp_path: Path) -> None:
    text = HEAD + MODEL.format("num_classes")
    network = read_model(tmp_path, text, set={"num_classes": 7})
    assert not any(isinstance(axis, Share) for e in network.layers for axis in e.output or ())
    assert network.layers[1].params == 7 * 28


def test_a_guessed_argument_bears_its_name(tmp_path: Path) -> None:
    lines = MODEL.format("num_classes").replace("model =", "return").splitlines()
    text = HEAD.partition("data")[0] + "def build(num_classes):\n    " + "\n    ".join(lines)
    network = read_model(tmp_path, text + "\n")
    assert str((network.layers[1].output or ())[-1]) == "num_classes"


def test_the_figure_prints_the_name(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(HEAD + MODEL.format("num_classes"))
    figure = draw(path, detail="everything")
    out = tmp_path / "net.svg"
    figure.save(out)
    assert ">num_classes</text>" in out.read_text("utf-8")


def test_names_of_sizes_are_kept_in_our_own_json() -> None:
    layer = Layer("a", "a", "Dense", None, {}, ((None, Share(10, "n")), None))
    network = Network("m", (layer,), (), (), (), "m", "record")
    again = load(dump(network))
    assert [str(axis) for axis in again.layers[0].outputs[0] or ()] == ["None", "n"]
    assert json.loads(dump(again)) == json.loads(dump(network))


def test_networks_of_other_layers_are_not_compared() -> None:
    one = Network("m", (Layer("a", "a", "Dense", None, {}, ((None, 3),)),), (), (), (), "m", "r")
    two = Network("m", (Layer("b", "b", "Dense", None, {}, ((None, 6),)),), (), (), (), "m", "r")
    assert mark_assumed(one, two, {}, {}) is one
