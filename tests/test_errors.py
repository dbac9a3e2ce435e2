"""How it is said that something is wrong."""

from __future__ import annotations

import ast
import re

import pytest

from net2fig.errors import (
    WORDS,
    ModelError,
    Net2figError,
    UsageError,
    UsageProblemsError,
    one_of,
    suggestion,
)
from tests.conftest import ROOT


def test_an_error_is_a_message_perhaps_with_a_hint() -> None:
    assert ModelError("missing file: 'a'").lines() == ["missing file: 'a'"]
    told = UsageError("unknown kind: ':nrom'", hint="did you mean ':norm'?")
    assert told.lines() == ["unknown kind: ':nrom'", "hint: did you mean ':norm'?"]
    assert str(told) == told.message == "unknown kind: ':nrom'"


def test_exit_codes_of_errors() -> None:
    assert Net2figError("").exit_code == ModelError("").exit_code == 1
    assert UsageError("").exit_code == UsageProblemsError([]).exit_code == 2


def test_several_problems_are_shown_together_each_with_its_hint() -> None:
    one = UsageError("unknown key: 'with'", hint="did you mean 'width'?")
    two = UsageError("invalid length: 0")
    both = UsageProblemsError([one, two])
    assert both.problems == (one, two)
    assert both.lines() == [*one.lines(), *two.lines()]
    assert str(both) == "unknown key: 'with'\ninvalid length: 0"


@pytest.mark.parametrize(
    ("value", "choices", "said"),
    [
        (":nrom", [":norm", ":conv"], "did you mean ':norm'?"),
        ("CVPR", ["cvpr", "icml"], "did you mean 'cvpr'?"),
        ("relu", ["ReLU", "Relu"], "did you mean 'ReLU'?"),
        ("zebra", ["cvpr", "icml"], None),
        ("", ["cvpr"], None),
        ("any", [], None),
    ],
)
def test_a_suggestion_is_near_or_there_is_none(
    value: str, choices: list[str], said: str | None
) -> None:
    assert suggestion(value, choices) == said
    assert suggestion(value, iter(choices)) == said


def test_choices_are_listed() -> None:
    assert one_of(["all", "none"]) == "(one of 'all', 'none')"


def texts(node: ast.expr) -> str | None:
    """Return the fixed beginning of a message, if it is written out."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def test_every_message_begins_with_one_of_six_words() -> None:
    """Messages are written where they are raised, or just before as `message`.

    What the laws say of a figure is no error.
    """
    errors = {"Net2figError", "ModelError", "UsageError"}
    beginnings = []
    files = [path for path in (ROOT / "net2fig").rglob("*.py") if path.parent.name != "laws"]
    for path in sorted(files):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            value: ast.expr | None = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                value = node.args[0] if node.func.id in errors and node.args else None
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                value = node.value if node.targets[0].id == "message" else None
            said = texts(value) if value else None
            if said:
                beginnings.append((said, path.name))
    assert len(beginnings) > 50
    pattern = re.compile(rf"({'|'.join(WORDS)})\b")
    assert [pair for pair in beginnings if not pattern.match(pair[0])] == []
