"""Targets: what stands after the colon."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.errors import UsageError
from net2fig.read.target import Pick, parse_target


@pytest.mark.parametrize(
    ("text", "path", "module", "pick"),
    [
        ("model.keras", "model.keras", None, None),
        ("a/model.py", "a/model.py", None, None),
        ("a/model.py:net", "a/model.py", None, Pick("net")),
        ("model.py:build()", "model.py", None, Pick("build", call=True)),
        (
            "model.py:build(3, depth=4, s=(2, 2), w='a:b.py')",
            "model.py",
            None,
            Pick("build", True, (3,), (("depth", 4), ("s", (2, 2)), ("w", "a:b.py"))),
        ),
        ("C:\\nets\\model.py:net", "C:\\nets\\model.py", None, Pick("net")),
        ("nets.unet:build(n=None)", None, "nets.unet", Pick("build", True, (), (("n", None),))),
    ],
)
def test_forms(text, path, module, pick):
    target = parse_target(text)
    assert (target.path, target.module) == (None if path is None else Path(path), module)
    assert target.pick == pick


@pytest.mark.parametrize(
    "pick", ["", "a + b", "f(x)", "f(", "3", "f(**{})", "f()()", "a[b]", "3 .x"]
)
def test_only_names_and_literal_calls(pick):
    with pytest.raises(UsageError, match=r"^invalid target: "):
        parse_target(f"model.py:{pick}")


def test_a_file_whose_name_has_a_colon_is_a_file(tmp_path):
    path = tmp_path / "model.py:net"
    path.touch()
    assert parse_target(str(path)).pick is None


@pytest.mark.parametrize(
    ("text", "name", "call", "path"),
    [
        ("gan.py:gan.combined", "gan", False, (".combined",)),
        ("gan.py:models[0]", "models", False, (0,)),
        ("gan.py:Gan(4).nets['a'].model", "Gan", True, (".nets", "a", ".model")),
    ],
)
def test_parts_of_objects(text, name, call, path):
    pick = parse_target(text).pick
    assert (pick.name, pick.call, pick.path) == (name, call, path)
