"""The templates: base has every key, the others state only what differs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from net2fig.data.grammar import palette_names
from net2fig.data.resources import data_dir
from net2fig.data.schema import load_schema
from net2fig.data.template import length, load_template, template_names
from net2fig.errors import Net2figError, UsageError, UsageProblemsError

NAMES = template_names()


def data_of(name: str) -> dict[str, Any]:
    return tomllib.loads((data_dir("templates") / f"{name}.toml").read_text(encoding="utf-8"))


def keys_of(table: dict[str, Any], prefix: str = "") -> set[str]:
    return {
        path
        for key, value in table.items()
        for path in (
            keys_of(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key}
        )
    }


def schema_keys(schema: dict[str, Any], prefix: str = "") -> set[str]:
    return {
        path
        for key, part in schema["properties"].items()
        for path in (
            schema_keys(part, f"{prefix}{key}.") if "properties" in part else {prefix + key}
        )
    }


def test_base_has_every_key() -> None:
    assert keys_of(data_of("base")) == schema_keys(load_schema("template")) - {"extends"}


@pytest.mark.parametrize("name", NAMES)
def test_a_template_can_be_loaded(name: str) -> None:
    template = load_template(name)
    assert template.palette in palette_names()
    assert template.minimum <= template.small * template.zoom
    assert template.small <= template.size
    assert 0 < template.width < 2000
    for span in (template.glyph_height, template.glyph_width, template.dense_height, template.gap):
        assert span.least < span.greatest


@pytest.mark.parametrize("name", [name for name in NAMES if name != "base"])
def test_a_template_states_only_what_differs(name: str) -> None:
    data = data_of(name)
    parent = data_of(data["extends"])
    same = [
        f"{key}.{inner}" if inner else key
        for key, value in data.items()
        for inner, mine in (value.items() if isinstance(value, dict) else [("", value)])
        if mine == (parent.get(key, {}).get(inner) if inner else parent.get(key))
    ]
    assert same == []


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("3.25in", 234.0),
        ("25.4mm", 72.0),
        ("2.54 cm", 72.0),
        ("96px", 72.0),
        ("100", 100.0),
        (70, 70.0),
    ],
)
def test_lengths_are_points(text: str | float, points: float) -> None:
    assert length(text) == pytest.approx(points)


@pytest.mark.parametrize("text", ["", "in", "3 feet", "-3in", "1e5in", "0", 0, -1, 20_000, "nan"])
def test_a_length_that_cannot_be_is_told(text: str | float) -> None:
    with pytest.raises(UsageError, match="^invalid length: "):
        length(text)


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_template_of_ones_own_may_be_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, "mine.toml", "extends = 'cvpr'\nlabel = 'Mine'\n[page]\nwidth = '4in'")
    mine, parent = load_template(path), load_template("cvpr")
    assert (mine.label, mine.width) == ("Mine", 288.0)
    assert mine.size == parent.size


def test_a_template_that_extends_nothing_extends_base(tmp_path: Path) -> None:
    path = written(tmp_path, "mine.toml", "[page]\nwidth = '4in'")
    assert load_template(path).size == load_template("base").size


def test_a_mistake_in_a_template_is_told_with_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, "mine.toml", "extends = 'base'\n[page]\nwdith = '4in'")
    with pytest.raises(UsageProblemsError) as caught:
        load_template(path)
    assert caught.value.lines() == [
        "unknown key: 'wdith' in mine.toml, page (one of 'aspect', 'height', 'width', 'zoom')",
        "hint: did you mean 'width'?",
    ]


@pytest.mark.parametrize(
    "text",
    ["extends = 'nothing'", "extends = '{path}'", "not toml", "label = 3"],
)
def test_a_template_that_cannot_be_used_is_told(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, "mine.toml", text.format(path=tmp_path / "mine.toml"))
    with pytest.raises(Net2figError) as caught:
        load_template(path)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("bare", ["3", "3.25", 3, 49.9])
def test_a_small_number_asks_for_its_unit(bare: str | float) -> None:
    with pytest.raises(UsageError, match="^ambiguous length: ") as caught:
        length(bare)
    number = f"{float(bare):g}"
    assert caught.value.hint == (
        f"add the unit: one of '{number}in', '{number}cm', '{number}mm', '{number}pt'"
    )
    assert length(f"{bare}pt") == pytest.approx(float(bare))
    assert length(50) == pytest.approx(50)
