"""What ships agrees with its schemas: nobody else looks, since drawing takes it as it is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir, is_ours
from net2fig.data.schema import validate
from net2fig.errors import UsageProblemsError

SHIPPED = sorted(
    path for name in ("grammar", "templates") for path in data_dir(name).rglob("*.toml")
)

KINDS = {
    "aliases": "aliases",
    "cells": "cells",
    "palettes": "palette",
    "textures": "texture",
    "templates": "template",
    "styles": "style",
}
"""The schema by the folder; other files bear the name of theirs."""


def schema_of(path: Path) -> str:
    return KINDS.get(path.parent.name, path.stem)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_agrees_with_its_schema(path: Path) -> None:
    assert is_ours(path)
    assert validate(tomllib.loads(path.read_text(encoding="utf-8")), schema_of(path), path.name)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_copy_elsewhere_is_checked(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_text(f"nowhere = 1\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(UsageProblemsError, match="unknown key: 'nowhere'"):
        load_toml(copy, schema_of(path))
