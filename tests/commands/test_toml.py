"""Values as TOML, and the lines on which keys stand."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.commands.toml import key_written, line_of, lined, written

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
def test_what_is_written_is_read_again(value: object) -> None:
    assert tomllib.loads(f"value = {written(value)}")["value"] == value


@given(key=st.text(st.characters(codec="utf-8")))
def test_a_key_is_read_again(key: str) -> None:
    assert tomllib.loads(f"{key_written(key)} = 1") == {key: 1}


def test_places_in_a_message_get_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "my own.toml"
    file.write_text("hide = []\n\n[[group]]\nname = 'A'\n[style.':conv']\ncolor = 'x'\n")
    assert lined(f"unknown group: 'A' in {file}, group[0].name matches nothing (B in C)") == (
        f"unknown group: 'A' in {file}, line 4, group[0].name matches nothing (B in C)"
    )
    place = 'style.":conv".color'
    assert lined(f"unknown color: 'x' in {file}, {place}") == (
        f"unknown color: 'x' in {file}, line 6, {place}"
    )
    for text in (f"x in {file}, width (y)", "x in no.toml, width", f"x in {file}, line 3, hide"):
        assert lined(text) == text
