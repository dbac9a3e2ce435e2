"""Names on their way into TeX: set as they read, never obeyed."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.render.tex.escape import DEFINITIONS, TABLE, escape_comment, escape_tex

COMMAND = re.compile(r"\\([A-Za-z]+|.)")


def commands(text: str) -> set[str]:
    return set(COMMAND.findall(text))


OWN = (
    {name for text in TABLE.values() for name in commands(text)}
    | {name.removeprefix("\\") for name in DEFINITIONS}
    | {*"`'^~=.\"", "u", "r", "H", "v", "c", "d", "i", "j", " ", "kern"}
)


@pytest.mark.parametrize(
    ("string", "said"),
    [
        ("conv2d_1", r"conv2d\_1"),
        ("50 % of #1 & 2", r"50 \% of \#1 \& 2"),
        ("256×256", r"256\nettofigtimes{}256"),
        ("H\N{THIN SPACE}−\N{THIN SPACE}1", r"H\thinspace{}\ensuremath{-}\thinspace{}1"),
        ("Conv → …", r"Conv \ensuremath{\rightarrow} \textellipsis{}"),
        ("α, σ²", r"\ensuremath{\alpha}, \ensuremath{\sigma}\ensuremath{\sp{2}}"),
        ("réseau, naïf", r"r\'{e}seau, na\"{\i}f"),
        ("ị", r"\d{i}"),
        ("a--b", r"a-\kern0pt -b"),
        ("''", r"'\kern0pt '"),
        (" a  b ", r"\ a \ b\ "),
        ("卷", r"\nettofigchar{5377}"),
        ("ế", r"\nettofigchar{1EBF}"),
        ("a\nb\x00", "a b"),
        ("", ""),
    ],
)
def test_set_as_it_reads(string: str, said: str) -> None:
    assert escape_tex(string) == said


@pytest.mark.parametrize(
    ("string", "said"),
    [
        (
            r"\input{/etc/passwd}",
            r"\ensuremath{\backslash}input\ensuremath{\lbrace}/etc/passwd\ensuremath{\rbrace}",
        ),
        (
            r"\write18{ls}",
            r"\ensuremath{\backslash}write18\ensuremath{\lbrace}ls\ensuremath{\rbrace}",
        ),
        ("^^5cinput", r"\textasciicircum{}\textasciicircum{}5cinput"),
        ("%\n\\end", r"\% \ensuremath{\backslash}end"),
        ("}{", r"\ensuremath{\rbrace}\ensuremath{\lbrace}"),
        ("$~", r"\ensuremath{\mathdollar}\textasciitilde{}"),
    ],
)
def test_never_obeyed(string: str, said: str) -> None:
    assert escape_tex(string) == said


@given(st.text())
def test_whatever_a_name_holds(string: str) -> None:
    said = escape_tex(string)
    assert said.isascii()
    assert said.isprintable()
    assert commands(said) <= OWN
    bare = COMMAND.sub("", said)
    assert not set(bare) & set("#$%&_~^\\")
    depths = [bare[: end + 1].count("{") - bare[: end + 1].count("}") for end in range(len(bare))]
    assert min(depths, default=0) >= 0
    assert not depths or depths[-1] == 0


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_nothing_of_ascii_is_lost(string: str) -> None:
    back = escape_tex(string).replace(r"\kern0pt ", "")
    for char, command in TABLE.items():
        if char.isascii() and command not in {r"\#", r"\%", r"\&", r"\_"}:
            back = back.replace(command, char if char != "\\" else "\0")
    assert re.sub(r"\\([ #%&_])", r"\1", back).replace("\0", "\\") == string


def test_the_table_has_each_sign_once_as_it_is_normalized() -> None:
    assert all(len(char) == 1 for char in TABLE)
    assert {char for char in TABLE if unicodedata.normalize("NFC", char) != char} == set()


@given(st.text())
def test_a_comment_is_one_line_of_ascii(string: str) -> None:
    assert escape_comment(string).isascii()
    assert len(escape_comment(string).splitlines()) <= 1


def test_a_comment_reads_well() -> None:
    assert escape_comment("3×3 → é\n%") == "3x3 -> e %"
