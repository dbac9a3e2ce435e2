"""The option `--list` prints the models of a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig import chip, compare
from net2fig.cli import main
from net2fig.commands.list_models import format_models
from net2fig.errors import ModelError
from net2fig.read import read
from net2fig.read.listing import ModelEntry, list_network
from net2fig.read.native import dump
from net2fig.read.parts import join_networks
from tests.commands.test_compare import ALEXNET, LENET

CODE = """
from keras import Input, Model, Sequential
from keras.layers import Dense

def build(units):
    return Sequential([Input((4,)), Dense(units)])

encoder = build(3)
decoder = build(7)
x = Input((4,))
both = Model(x, encoder(x))
"""


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command and return what it prints."""
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    out, err = capfd.readouterr()
    assert (caught.value.code, err) == (0, "")
    return out


def test_the_models_of_code_are_listed(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(CODE)
    assert run(capfd, str(path), "--list").splitlines() == [
        "name            class       layers  parameters  line",
        "encoder         Sequential       2          15  8",
        "decoder         Sequential       2          35  9",
        "both            Functional       2          15  11",
        "build(units=…)  function                        5",
    ]


def test_an_unknown_number_is_a_question_mark() -> None:
    lines = [*format_models([ModelEntry("net", "Net", None, None, "3")])]
    assert lines[1].split() == ["net", "Net", "?", "?", "3"]


def test_the_parts_of_a_network_are_listed(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    joined = join_networks([read(LENET, name="one"), read(ALEXNET, name="two")], "nets.py", "nets")
    assert [entry.name for entry in list_network(joined)] == ["one", "two"]
    path = tmp_path / "nets.network.json"
    path.write_text(dump(joined))
    lines = run(capfd, str(path), "--list").splitlines()
    assert [line.split()[0] for line in lines] == ["name", "one", "two"]


def test_a_comparison_needs_one_model() -> None:
    joined = join_networks([read(LENET, name="one"), read(ALEXNET, name="two")], "nets.py", "nets")
    with pytest.raises(ModelError) as caught:
        compare(joined, LENET)
    assert caught.value.message == "ambiguous model: 2 models in nets.py (one of 'one', 'two')"
    with pytest.raises(ModelError, match="ambiguous model: 2 models"):
        chip(joined)
