"""What a check finds, and the texts and thresholds of grammar/checks.toml.

A finding is data: its text is made from the words of the grammar when it is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct, convert, field

from net2fig.data.grammar import load_toml
from net2fig.data.resources import data_dir
from net2fig.pins import TIERS, Pin, Place

DIGITS = 3
"""The number of digits of a measured number in a text."""

ONE = re.compile(r"\b1 units\b")
"""What a text says of a single unit."""


class Case(Struct, frozen=True):
    """One condition of a check, with its texts."""

    code: str
    tier: str
    when: str
    message: str
    why: str
    causes: tuple[str, ...]
    action: str
    snippet: str = ""
    case: str = ""


class Catalogue(Struct, frozen=True):
    """The contents of grammar/checks.toml."""

    threshold: Mapping[str, float]
    words: Mapping[str, frozenset[str]]
    rates: Mapping[str, tuple[float, float]]
    ranks: Mapping[str, int]
    check: tuple[Case, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all checks."""
        return tuple(dict.fromkeys(case.code for case in self.check))

    def case(self, code: str, case: str = "") -> Case:
        """Return one condition of a check."""
        return next(each for each in self.check if (each.code, each.case) == (code, case))


@cache
def load_catalogue() -> Catalogue:
    """Return the checks that ship with net2fig."""
    return convert(load_toml(data_dir("grammar") / "checks.toml", "checks"), Catalogue)


class Settings(Struct, frozen=True):
    """What a user changes: thresholds by name, codes to ignore, and whether notes are wanted."""

    thresholds: Mapping[str, float] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    notes: bool = False

    def threshold(self, name: str) -> float:
        """Return the threshold with a name."""
        found = self.thresholds.get(name)
        return load_catalogue().threshold[name] if found is None else found


class Finding(Struct, frozen=True):
    """One fault, or advice: its check, its layer, and the numbers that were seen.

    `line` is the line of code that the finding is about, if it is known.
    """

    code: str
    layer: str
    numbers: Mapping[str, Any]
    case: str = ""
    line: str = ""

    @property
    def texts(self) -> Case:
        """The texts of the check."""
        return load_catalogue().case(self.code, self.case)

    @property
    def tier(self) -> str:
        """How much the finding claims."""
        return self.texts.tier

    @property
    def message(self) -> str:
        """What was seen, in numbers."""
        return self.write(self.texts.message, quoted=True)

    @property
    def action(self) -> str:
        """What to do."""
        return self.write(self.texts.action)

    @property
    def why(self) -> str:
        """Why it matters."""
        return self.write(self.texts.why)

    @property
    def snippet(self) -> str:
        """The mended code."""
        return self.write(self.texts.snippet)

    def write(self, text: str, *, quoted: bool = False) -> str:
        """Return a text of the grammar with the numbers of the finding."""
        names = ("layer", "source") if quoted else ()
        words = {
            key: repr(value) if key in names else write_number(value)
            for key, value in {"layer": self.layer, **self.numbers}.items()
        }
        return ONE.sub("1 unit", text.format_map(words))

    @property
    def pin(self) -> Pin:
        """The finding as a mark on its layer."""
        texts = self.texts
        rows = (
            ("seen", self.message),
            ("why", self.why),
            ("perhaps", "; ".join(texts.causes)),
            ("to do", self.action),
            ("mended", self.snippet),
        )
        card = tuple(row for row in rows if row[1])
        text = f"{self.message}: {self.action}"
        return Pin(Place(self.layer), text, self.tier, self.code, card, self.line)


def write_number(value: Any) -> str:
    """Return a value for a text: whole numbers with their thousands apart, others with few digits.

    >>> write_number(25088), write_number(0.000123456), write_number(float("inf"))
    ('25,088', '0.000123', 'inf')
    """
    if type(value) is int:
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}" if math.isfinite(value) else str(value)
    return str(value)


def sort_findings(findings: Sequence[Finding], order: Sequence[str]) -> tuple[Finding, ...]:
    """Return findings by tier, then in the order of the layers."""
    place = {id: number for number, id in enumerate(order)}
    codes = {code: number for number, code in enumerate(load_catalogue().codes)}
    return tuple(
        sorted(
            findings,
            key=lambda each: (
                TIERS.index(each.tier),
                codes[each.code],
                place.get(each.layer, len(place)),
            ),
        )
    )
