"""Values as TOML, and the lines on which keys stand."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.toml import Place, key_to_toml, line_of, numbered, to_toml

FILE = """\
# A file of many forms.
hide = [
  ":norm",
  # "Dropout" is not yet an item
  "Dropout",
]
labels.kernel = true

[[group]]
name = "A"
match = "B > C"

[[group]]
name = "C"
match = '''
X > Y'''

[style."a [b]".more]
color = "x"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("hide", 2),
        ("hide[0]", 3),
        ("hide[1]", 5),
        ("labels.kernel", 7),
        ("group[0]", 9),
        ("group[0].match", 11),
        ("group[1]", 13),
        ("group[1].match", 15),
        ('style."a [b]".more.color', 19),
        ("hide[2]", None),
        ("show", None),
        ("group[2]", None),
    ],
)
def test_a_key_is_found_on_its_line(path: str, line: int | None) -> None:
    assert line_of(FILE, path) == line


def test_a_broken_file_has_lines_up_to_the_break() -> None:
    assert line_of("a = 1\nb = \nc = 3", "a") == 1
    assert line_of("a = 1\nb = \nc = 3", "c") is None


VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.floats(-1, 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(value=VALUES)
def test_a_value_survives_a_round_trip(value: object) -> None:
    assert tomllib.loads(f"value = {to_toml(value)}")["value"] == value


@given(key=st.text(st.characters(codec="utf-8")))
def test_a_key_survives_a_round_trip(key: str) -> None:
    assert tomllib.loads(f"{key_to_toml(key)} = 1") == {key: 1}


def test_the_line_of_a_place(tmp_path: Path) -> None:
    file = tmp_path / "my own.toml"
    file.write_text("hide = []\n\n[[group]]\nname = 'A'\n[style.':conv']\ncolor = 'x'\n")
    name = Place(str(file), "group[0].name")
    assert (name.line, str(name)) == (4, f"{file}, group[0].name")
    assert name.numbered == f"{file}, line 4, group[0].name"
    assert Place(str(file), 'style.":conv"').key(".color").line == 6
    file.write_text(f"\n{file.read_text()}")
    assert name.line == 5


@pytest.mark.parametrize(
    "place",
    [Place("no.toml", "width"), Place("", "--width"), Place("a.toml"), Place("x.json", "a")],
)
def test_a_place_without_a_line_is_shown_as_it_is(place: Place) -> None:
    assert place.line is None
    assert place.numbered == str(place)


def test_only_the_places_of_a_message_get_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("width = 1\nheight = 2\n")
    width, height = Place(str(file), "width"), Place(str(file), "height")
    text = f"duplicate x: 'y' in {width} and in {height} (in {file}, hide)"
    assert numbered(text, (width, height)) == (
        f"duplicate x: 'y' in {file}, line 1, width and in {file}, line 2, height (in {file}, hide)"
    )
    assert numbered(text, ()) == text
