r"""Formulas in one line of plain signs, set with the fonts that ship, or as TeX.

    W_f x_t + U_f h_{t−1} + b_f        letters are variables, "_" lowers, "^" raises what follows
    softmax(Q_i K_i^ᵀ / √64) V_i       longer words are functions, a space between factors is thin

Ensures: a formula is as wide as `measure_formula` says; nothing in it is smaller than the small
text of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from msgspec import Struct

from net2fig.fonts.metrics import text_width
from net2fig.geometry import Point
from net2fig.render.tex.escape import escape_tex
from net2fig.scene import Text

TOKEN = re.compile(r"([^\W\d_]+|\d+(?:\.\d+)?|\s+|[^\w\s])((?:[_^](?:\{[^}]*\}|\w|ᵀ))*)")
"""A word, a number, spaces or a sign, with what is lowered and raised behind it."""

SCRIPT = re.compile(r"([_^])(?:\{([^}]*)\}|(\w|ᵀ))")

LARGE = 1.36
"""The size of a formula, in sizes of what is lowered."""

LOWERED, RAISED = 0.22, -0.46
"""How far scripts are moved down, in sizes of the formula."""

THIN, MEDIUM = 0.16, 0.24
"""The spaces between factors and around signs, in sizes of the formula."""

SPACED = "+−=/◦∗→"
"""Signs with spaces around."""

FAMILY = "serif"

SHOWN = {"∗": "*", "ᵀ": "T"}
"""What is set for signs that the fonts lack or set too small."""

DROPPED = {"∗": 0.22}
"""How far a sign is moved down, in sizes of the formula."""

TEX = {
    "◦": r"\circ ",
    "∗": r"\ast ",
    "σ": r"\sigma ",
    "φ": r"\varphi ",
    "ψ": r"\psi ",
    "ρ": r"\rho ",
    "−": "-",
    "√": r"\surd ",
    "ᵀ": r"\top ",
    "ĥ": r"\hat{h}",
    "×": r"\times ",
    "→": r"\to ",
    "…": r"\dots ",
}
"""The commands of TeX for signs."""

PLAIN = "=+-/()[],.;:|"
"""Signs that mean the same in TeX."""


class Piece(Struct, frozen=True):
    """A run of letters of one look, at its place from the beginning of the formula."""

    string: str
    x: float
    y: float
    size: float
    italic: bool

    @property
    def width(self) -> float:
        """The width of the letters."""
        return text_width(self.string, self.size, family=FAMILY, italic=self.italic)


def list_pieces(formula: str, small: float) -> list[Piece]:
    """Return the pieces of a formula whose scripts have a size."""
    return list(_Setter(small).set(formula))


def measure_formula(formula: str, small: float) -> float:
    """Return the width of a formula."""
    return max((piece.x + piece.width for piece in list_pieces(formula, small)), default=0.0)


def set_formula(
    formula: str, at: Point, small: float, color: str, classes: tuple[str, ...]
) -> tuple[Text, ...]:
    """Return a formula as texts; `at` is the beginning of its line."""
    return tuple(
        Text(
            at.moved(piece.x, piece.y),
            piece.string,
            piece.size,
            color,
            italic=piece.italic,
            family=FAMILY,
            classes=(*classes, "math"),
        )
        for piece in list_pieces(formula, small)
    )


class _Setter:
    """Sets tokens one after the other."""

    def __init__(self, small: float) -> None:
        self.small, self.size = small, small * LARGE
        self.x = 0.0

    def set(self, formula: str) -> Iterator[Piece]:
        """Yield the pieces of a formula."""
        for word, scripts in TOKEN.findall(formula):
            if word.isspace():
                self.x += THIN * self.size
                continue
            gap = (MEDIUM - THIN) * self.size if word in SPACED else 0.0
            self.x += gap
            drop = DROPPED.get(word, 0.0) * self.size
            yield self.put(SHOWN.get(word, word), self.size, drop, is_variable(word))
            yield from self.set_scripts(scripts)
            self.x += gap

    def set_scripts(self, scripts: str) -> Iterator[Piece]:
        """Yield what is lowered and what is raised, one above the other."""
        start = end = self.x + 0.02 * self.size
        for mark, braced, single in SCRIPT.findall(scripts):
            self.x = start
            shift = (LOWERED if mark == "_" else RAISED) * self.size
            for run in re.findall(r"[^\W\d_]+|.", braced or single):
                shown = SHOWN.get(run, run)
                yield self.put(shown, self.small, shift, is_variable(run) and run != "ᵀ")
            end = max(end, self.x)
        self.x = end if scripts else self.x

    def put(self, string: str, size: float, y: float, italic: bool) -> Piece:
        """Return a piece at the present place, and go on behind it."""
        piece = Piece(string, self.x, y, size, italic)
        self.x += piece.width
        return piece


def is_variable(word: str) -> bool:
    """Tell whether a word is a variable, which is set in italics, rather than a function."""
    return len(word) == 1 and word.isalpha()


def write_html(formula: str) -> str:
    """Return a formula in HTML.

    >>> write_html("f_t = σ(x)")
    '<i>f</i><sub><i>t</i></sub> = <i>σ</i>(<i>x</i>)'
    """
    return "".join(_tag_token(*found) for found in TOKEN.findall(formula))


def _tag_token(word: str, scripts: str) -> str:
    text = _tag_word(word)
    for mark, braced, single in SCRIPT.findall(scripts):
        runs = re.findall(r"[^\W\d_]+|.", braced or single)
        tag = "sub" if mark == "_" else "sup"
        text += f"<{tag}>{''.join(map(_tag_word, runs))}</{tag}>"
    return text


def _tag_word(word: str) -> str:
    text = escape(SHOWN.get(word, word))
    return f"<i>{text}</i>" if is_variable(word) else text


def write_tex(formula: str) -> str:
    r"""Return a formula in TeX.

    >>> write_tex("f_t = σ(W_f x_t + U_f h_{t−1})")
    'f_{t} = \\sigma (W_{f} x_{t} + U_{f} h_{t-1})'
    """
    return "".join(_write_token(*found) for found in TOKEN.findall(formula))


def _write_token(word: str, scripts: str) -> str:
    if word.isspace():
        return " "
    text = _write_word(word)
    for mark, braced, single in SCRIPT.findall(scripts):
        inner = braced or single
        runs = re.findall(r"[^\W\d_]+|.", inner)
        text = f"{text}{mark}{{{''.join(map(_write_word, runs)).strip()}}}"
    return text


def _write_word(word: str) -> str:
    """Return a variable, a function, a number or a sign in TeX."""
    if word in TEX:
        return TEX[word]
    if word.isascii() and (word.isalnum() or word in PLAIN):
        return rf"\mathrm{{{word}}}" if len(word) > 1 and word.isalpha() else word
    return rf"\mbox{{{escape_tex(word)}}}"
