"""Nothing that a file holds reaches a terminal as anything but text, and no message is endless."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net2fig.commands.terminal import escape_json, print_lines, print_message
from tests.conftest import ROOT, keras_layer, keras_model

HOSTILE = "\x1b[2J\x1b]0;PWNED\x07\r\nwarning: all good\u202e\x9b31m\ud800"


def test_a_message_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_message(f"warning: {HOSTILE}")
    err = capsys.readouterr().err
    assert err == "warning: [2J]0;PWNED  warning: all good31m\n"


def test_a_message_may_go_on_in_another_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_message("invalid code: a\n  in b.py, line 3")
    assert capsys.readouterr().err == "invalid code: a\n  in b.py, line 3\n"


def test_a_long_message_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    print_message("invalid value: " + "x" * 10_000 + " in a.toml")
    err = capsys.readouterr().err
    assert len(err) < 2100
    assert err.endswith("xx in a.toml\n")


def test_lines_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines(["a\nb", HOSTILE])
    assert capsys.readouterr().out == "a b\n[2J]0;PWNED  warning: all good31m\n"


def test_json_keeps_its_values() -> None:
    text = json.dumps({"a": HOSTILE}, ensure_ascii=False, indent=2)
    escaped = escape_json(text)
    assert json.loads(escaped) == {"a": HOSTILE}
    assert escaped.replace("\n", "").isprintable()
    assert escape_json('{\n"é": 1}') == '{\n"é": 1}'


def hostile_model(folder: Path) -> Path:
    layers = [
        keras_layer("InputLayer", "x", batch_shape=[None, 8]),
        keras_layer("Dense", HOSTILE, "x", units=3),
        keras_layer(HOSTILE, "own", HOSTILE),
    ]
    path = folder / "m.json"
    path.write_text(json.dumps(keras_model(layers, "x", "own")))
    return path


@pytest.mark.parametrize(
    "words",
    [
        ("m.json", "--alt", "-v"),
        ("explain", "m.json"),
        ("explain", "m.json", "--json"),
        ("explain", "m.json", "--config"),
        ("compare", "m.json", "m.json"),
        ("compare", "m.json", "m.json", "--json"),
        ("m.json", "--hide", HOSTILE.replace("\ud800", "")[:4], "--latex-snippet"),
        ("init", "m.json", "-o", "-"),
        ("chip", "m.json", "--alt"),
        ("m.json", "--list"),
    ],
)
def test_no_command_prints_what_is_no_text(run, tmp_path: Path, words) -> None:
    hostile_model(tmp_path)
    said = run(*words)
    for text in (said.out, said.err):
        assert text.replace("\n", "").isprintable(), text
        assert "\nwarning: all good" not in text


def test_all_messages_go_through_here() -> None:
    """`click.echo` is called here alone, and for what init and completion write."""
    users = {
        path.name
        for path in (ROOT / "net2fig").rglob("*.py")
        if "click.echo" in path.read_text(encoding="utf-8")
    }
    assert users <= {"terminal.py", "shell_scripts.py", "command.py"}
