"""Scripts that want arguments of the command line, and make their model in a function."""

from __future__ import annotations

import argparse
import ast
from types import SimpleNamespace

import pytest

from net2fig.errors import ModelError, UsageProblemsError
from net2fig.options.resolve import load_options
from net2fig.read import read
from net2fig.read.script import code
from net2fig.read.script.sandbox.argparse_defaults import make_arguments_optional, relax_parser
from net2fig.read.script.sources import inline_calls

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


def test_a_training_script_is_read_without_its_data_and_tracker(tmp_path):
    network = read(script(tmp_path, "default=4"), reader="record")
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "Dense"]
    assert network.layers[1].config["units"] == 4
    assert [notice.text for notice in network.notices] == [
        "left out the argument --data of the command line"
    ]


@pytest.mark.parametrize("reader", ["record", pytest.param("keras", marks=pytest.mark.keras)])
def test_a_script_reads_the_command_line_of_the_option(tmp_path, reader):
    """A required argument that is there is not reported."""
    path = script(tmp_path, "required=True")
    network = read(path, reader=reader, argv=("--width", "12"))
    assert network.layers[1].config["units"] == 12
    assert [notice.text for notice in network.notices] == [
        "left out the argument --data of the command line"
    ]
    assert not read(path, reader=reader, argv=("--width=3", "--data", ".")).notices


def test_the_words_of_a_command_line_are_those_of_a_shell(tmp_path):
    path = script(tmp_path, "required=True")
    for argv in ("--width 12 --data 'my data'", ["--width", "12", "--data", "my data"]):
        options = load_options(path, None, {"argv": argv})
        assert options.argv == ("--width", "12", "--data", "my data")
    with pytest.raises(UsageProblemsError, match=r"^invalid command line: .* \(no closing quot"):
        load_options(path, None, {"argv": "--data 'my"})


def test_a_module_reads_the_command_line_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small_module.py").write_text(
        "import sys\nimport keras\nmodel = keras.Sequential([keras.Input((3,))])\n"
        "model.add(keras.layers.Dense(int(sys.argv[1])))\n"
    )
    network = read("small_module:model", reader="record", argv=("7",))
    assert network.layers[-1].config["units"] == 7


def test_a_missing_argument_that_the_model_needs_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(code, "is_keras_available", lambda: False)
    with pytest.raises(ModelError) as caught:
        read(script(tmp_path, "required=True"), reader="record")
    assert "units=None of Dense" in caught.value.message


def make_parser():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("files", nargs="+")
    arguments.add_argument("folder")
    arguments.add_argument("--rate", type=float, required=True)
    arguments.add_argument("--seed", type=int, default=3)
    way = arguments.add_mutually_exclusive_group(required=True)
    way.add_argument("--train", action="store_true")
    way.add_argument("--test", action="store_true")
    return arguments


def test_a_relaxed_parser_requires_nothing():
    arguments = make_parser()
    assert relax_parser(arguments) == {"files": "files", "folder": "folder", "--rate": "rate"}
    values = vars(arguments.parse_args([]))
    assert values == {
        "files": [],
        "folder": None,
        "rate": None,
        "seed": 3,
        "train": False,
        "test": False,
    }


def test_a_parser_with_explicit_arguments_still_requires_them(capsys):
    class Parser(argparse.ArgumentParser):
        pass

    left = []
    make_arguments_optional(SimpleNamespace(ArgumentParser=Parser), left.append)
    arguments = Parser()
    arguments.add_argument("--rate", required=True)
    with pytest.raises(SystemExit):
        arguments.parse_args([])
    assert "--rate" in capsys.readouterr().err
    assert left == []


def inlined_text(text):
    return ast.unparse(ast.Module(inline_calls(ast.parse(text).body)[1:], []))


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
def test_a_call_is_replaced_by_the_body_of_the_function(body, outside):
    assert inlined_text(f"def main():\n{body}\nmain()") == outside


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
def test_a_function_that_cannot_be_inlined_is_not(text):
    tree = ast.parse(text).body
    assert inline_calls(tree) == tree
