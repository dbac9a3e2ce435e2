"""Scripts that want arguments of the command line, and make their model in a function."""

from __future__ import annotations

import argparse
import ast
from types import SimpleNamespace

import pytest

from net2fig.errors import ModelError
from net2fig.read import read
from net2fig.read.script import code
from net2fig.read.script.sandbox.argparse_defaults import demand_nothing, spared
from net2fig.read.script.sources import opened

SCRIPT = """\
import argparse
import os

import keras
import nowhere_to_be_found as tracker

def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--width", type=int, {width})
    return parser.parse_args()

def make(args):
    inputs = keras.Input((8,))
    return keras.Model(inputs, keras.layers.Dense(args.width)(inputs))

def main():
    args = parse()
    tracker.init(config=vars(args))
    data = open(os.path.join(args.data, "train.csv")).read()
    model = make(args)
    model.fit(data)

if __name__ == "__main__":
    main()
"""


def script(tmp_path, width):
    path = tmp_path / "train.py"
    path.write_text(SCRIPT.format(width=width))
    return path


def test_the_model_of_a_training_script_needs_neither_its_data_nor_its_tracker(tmp_path):
    network = read(script(tmp_path, "default=4"), reader="record")
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "Dense"]
    assert network.layers[1].config["units"] == 4
    assert [notice.text for notice in network.notices] == [
        "left out the argument --data of the command line"
    ]


def test_what_the_model_needs_and_nobody_gave_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(code, "keras_available", lambda: False)
    with pytest.raises(ModelError) as caught:
        read(script(tmp_path, "required=True"), reader="record")
    assert "units=None of Dense" in caught.value.message


def parser():
    made = argparse.ArgumentParser()
    made.add_argument("files", nargs="+")
    made.add_argument("folder")
    made.add_argument("--rate", type=float, required=True)
    made.add_argument("--seed", type=int, default=3)
    way = made.add_mutually_exclusive_group(required=True)
    way.add_argument("--train", action="store_true")
    way.add_argument("--test", action="store_true")
    return made


def test_a_parser_that_is_spared_demands_nothing():
    made = parser()
    assert spared(made) == ["files", "folder", "--rate"]
    found = vars(made.parse_args([]))
    assert found == {
        "files": [],
        "folder": None,
        "rate": None,
        "seed": 3,
        "train": False,
        "test": False,
    }


def test_arguments_that_the_code_gives_are_demanded_as_ever(capsys):
    class Parser(argparse.ArgumentParser):
        pass

    left = []
    demand_nothing(SimpleNamespace(ArgumentParser=Parser), left.append)
    made = Parser()
    made.add_argument("--rate", required=True)
    with pytest.raises(SystemExit):
        made.parse_args([])
    assert "--rate" in capsys.readouterr().err
    assert left == []


def unfolded(text):
    return ast.unparse(ast.Module(opened(ast.parse(text).body)[1:], []))


@pytest.mark.parametrize(
    ("body", "outside"),
    [
        ("    model = make()\n    return model", "model = make()\nmodel"),
        ("    if late:\n        return\n    model = make()", "if late:\n    pass\nmodel = make()"),
        (
            "    def inner():\n        return 1\n    model = inner()",
            "def inner():\n    return 1\nmodel = inner()",
        ),
    ],
)
def test_a_function_is_opened_where_it_is_called(body, outside):
    assert unfolded(f"def main():\n{body}\nmain()") == outside


@pytest.mark.parametrize(
    "text",
    [
        "def main(depth):\n    model = make()\nmain()",
        "def main():\n    yield make()\nmain()",
        "@timed\ndef main():\n    model = make()\nmain()",
        "def main():\n    size = 3\n    model = make()\nsize = 2\nmain()",
        "def main():\n    model = make()\nmain(3)",
    ],
)
def test_a_function_that_would_be_another_outside_is_not_opened(text):
    tree = ast.parse(text).body
    assert opened(tree) == tree
