"""The language in which a group is described.

    series  = [ input ">" ] item { ">" item } | input
    item    = ( atom | "(" series ")" ) [ "*" number ]
    atom    = name [ "[" key "=" value { "," key "=" value } "]" ]   a class, a layer or a group
            | ":" kind                                               any layer of a kind
            | "_"                                                    any layer
            | "(" series { "|" series } ")"                          parallel paths
            | "."                                                    the identity path
    input   = "." number                                             one of several inputs
    name    = letters, digits, "_", or anything in quotes; with "*" and "?" a form of names

`(A > B | .) > Add` is a residual block. Parallel paths end in the layer that joins them; they begin
at one tensor, unless each says at which input it does: `(.1 > A | .2 > B) > Add` has two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import product
from typing import Any

from msgspec import Struct

from net2fig.attributes import Attributes
from net2fig.errors import UsageError
from net2fig.toml import Place

MOST_REPEATS = 64
"""How often one item may be repeated: a bound, so that no pattern grows without limit."""

MOST_ITEMS = 1024
"""How many items may follow one another, with all repetitions written out."""

MOST_BEGINNINGS = 4
"""How many paths that begin a pattern are tried at several inputs."""

MAX_DIGITS = 9
"""The maximum length of a whole number."""

DEEPEST = 32
"""How deep parallel paths may be nested."""


class Atom(Struct, frozen=True):
    """One layer: of a class, of a kind (`:conv`), any (`_`), or a group by its name."""

    text: str
    where: tuple[tuple[str, Any], ...] = ()
    quoted: bool = False

    @property
    def any(self) -> bool:
        """Whether every layer will do."""
        return self.text == "_" and not self.quoted

    @property
    def kind(self) -> str | None:
        """The kind asked for, if a kind is."""
        return self.text[1:] if self.text.startswith(":") and not self.quoted else None


class Paths(Struct, frozen=True):
    """Parallel paths; the identity path has no items."""

    branches: tuple[Series, ...]


class Series(Struct, frozen=True):
    """Items that follow one another, and the number of the input at which they begin, if any."""

    items: tuple[Atom | Paths, ...]
    entry: int = 0


Item = Atom | Paths
_TOKEN = re.compile(
    r"""\s*(?:(?P<name>[^\W\d](?:[\w./@?-]|\*(?!\s*\d))*|\d+(?:[x×]\d+)+)|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<quoted>"[^"]*"|'[^']*')|(?P<mark>[>|()\[\]*,=:.]))"""
)


GROUP = Place("", "--group")
"""Where a pattern is written that nobody has placed."""


def parse(text: str, place: Place = GROUP) -> Series:
    """Return the pattern that a text describes; `place` says where it was written.

    >>> parse("(Conv2D | .) > Add").items[1].text
    'Add'
    """
    return _Parser(text, place).whole()


def atoms(series: Series) -> list[Atom]:
    """Return every atom of a pattern, from left to right."""
    found: list[Atom] = []
    for item in series.items:
        if isinstance(item, Atom):
            found.append(item)
        else:
            found += [atom for branch in item.branches for atom in atoms(branch)]
    return found


def without(series: Series, gone: Callable[[Atom], bool]) -> Series:
    """Return the pattern without some of its atoms, as a network is without its hidden layers."""
    items: list[Item] = []
    for item in series.items:
        if isinstance(item, Paths):
            items.append(Paths(tuple(without(branch, gone) for branch in item.branches)))
        elif not gone(item):
            items.append(item)
    return Series(tuple(items), series.entry)


def inputs(series: Series) -> set[int]:
    """Return the numbers of the inputs that a pattern names.

    >>> sorted(inputs(parse("(.1 > A | .2) > Add")))
    [1, 2]
    """
    found = {series.entry} if series.entry else set()
    for item in series.items:
        if isinstance(item, Paths):
            found = found.union(*map(inputs, item.branches))
    return found


def _begun(series: Series) -> bool:
    """Tell whether each path on which a pattern begins says at which input it does."""
    if series.entry:
        return True
    first = series.items[0] if series.items else None
    return isinstance(first, Paths) and all(map(_begun, first.branches))


def told_apart(series: Series) -> Iterator[Series]:
    """Yield a pattern with the paths that begin it at several inputs, in every way.

    Ensures: nothing of one that names its inputs, and of one with too many such paths.
    """
    count = 0 if inputs(series) else _beginnings(series)
    if count > MOST_BEGINNINGS:
        return
    for numbers in product(range(1, count + 1), repeat=count):
        # Each input is numbered where it is named first: no two ways are alike.
        ordered = list(dict.fromkeys(numbers)) == sorted(set(numbers))
        if len(set(numbers)) > 1 and ordered:
            yield _numbered(series, iter(numbers))


def _beginnings(series: Series) -> int:
    """Return how many paths begin a pattern."""
    first = series.items[0] if series.items else None
    return sum(map(_beginnings, first.branches)) if isinstance(first, Paths) else 1


def _numbered(series: Series, numbers: Iterator[int]) -> Series:
    """Return a pattern with the paths that begin it at these inputs."""
    first = series.items[0] if series.items else None
    if not isinstance(first, Paths):
        return Series(series.items, next(numbers))
    branches = tuple(_numbered(branch, numbers) for branch in first.branches)
    return Series((Paths(branches), *series.items[1:]))


def is_form(text: str) -> bool:
    """Tell whether a text is a form of names, with `*` or `?`, and no kind."""
    return ("*" in text or "?" in text) and not text.startswith(":")


def fits_form(text: str, words: Iterable[str]) -> bool:
    """Tell whether a text is a form, and that of one of some words.

    >>> fits_form("aux_*", ["aux_1", "Conv2D"]), fits_form("aux_1", ["aux_1"])
    (True, False)
    """
    return is_form(text) and any(fnmatchcase(word, text) for word in words)


def accepts(atom: Atom, words: Collection[str], kind: str, at: Attributes) -> bool:
    """Tell whether a layer or a group that `words` may name is what an atom asks for."""
    is_named = atom.any or atom.kind == kind or atom.text in words
    if not is_named and not fits_form(atom.text, words):
        return False
    return all(at.states(key) and _equal(at.value(key), value) for key, value in atom.where)


def _equal(found: Any, wanted: Any) -> bool:
    """Compare a value of a configuration; one number stands for the same along each axis."""
    if isinstance(found, Mapping):
        found = found.get("class_name", found)
    if isinstance(found, list | tuple):
        axes = wanted if isinstance(wanted, tuple) else (wanted,) * len(found)
        return len(found) == len(axes) and all(map(_equal, found, axes))
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)


class _Parser:
    """Recursive descent over the tokens of one pattern."""

    def __init__(self, text: str, place: Place) -> None:
        self.text, self.place = text, place
        self.tokens = list(self._split())
        self.next = 0

    def _split(self) -> list[tuple[str, str, int]]:
        tokens, at, end = [], 0, len(self.text.rstrip())
        while at < end:
            found = _TOKEN.match(self.text, at)
            if not found or found.lastgroup is None:
                at += len(self.text[at:]) - len(self.text[at:].lstrip())
                raise self.error(f"{self.text[at]!r} has no meaning here", at)
            group = found.lastgroup
            tokens.append((group, found[group], found.start(group)))
            at = found.end()
        return tokens

    def error(self, why: str, at: int | None = None, hint: str | None = None) -> UsageError:
        """Return the error at a place of the text, or where the parser stands."""
        if at is None:
            left = self.next < len(self.tokens)
            at = self.tokens[self.next][2] if left else len(self.text)
        message = f"invalid pattern: {self.text!r} in {self.place}, character {at + 1} ({why})"
        return UsageError(message, hint=hint, place=self.place)

    def sees(self, *marks: str) -> bool:
        """Tell whether the next token is one of these marks."""
        if self.next >= len(self.tokens):
            return False
        group, text, _ = self.tokens[self.next]
        return group == "mark" and text in marks

    def takes(self, mark: str) -> bool:
        """Step over a mark, if it is the next token."""
        if self.sees(mark):
            self.next += 1
            return True
        return False

    def whole(self) -> Series:
        """Parse the whole text."""
        series = self.series(0)
        if self.next < len(self.tokens):
            hint = "parallel paths stand in parentheses: (A | B) > Add" if self.sees("|") else None
            raise self.error("'>' or the end was expected", hint=hint)
        if not series.items:
            raise self.error("the identity path alone matches nothing", 0)
        if inputs(series) and not _begun(series):
            hint = "each path begins at one of them: (.1 > A | .2 > B) > Add"
            raise self.error("a path begins at none of the inputs", 0, hint)
        return series

    def series(self, depth: int) -> Series:
        """Parse items joined by '>'."""
        start = self.next
        entry = 0
        if self.takes("."):
            entry = self.input()
            if not (entry and self.takes(">")):
                return Series((), entry)
        items: list[Item] = []
        while True:
            items += self.item(depth)
            if not self.takes(">"):
                break
        for item, after in zip(items, [*items[1:], None], strict=True):
            if isinstance(item, Paths) and not isinstance(after, Atom):
                hint = "write the layer that joins them: (A | B) > Add"
                raise self.error("parallel paths must be joined", self.tokens[start][2], hint)
        if len(items) > MOST_ITEMS:
            raise self.error(f"more than {MOST_ITEMS} layers follow one another")
        return Series(tuple(items), entry)

    def input(self) -> int:
        """Parse the number of an input, behind its '.'; without one it is 0."""
        if self.next >= len(self.tokens) or self.tokens[self.next][0] != "number":
            return 0
        number = self.value()
        if not isinstance(number, int) or not 1 <= number <= MOST_REPEATS:
            raise self.error(f"after '.' a number from 1 to {MOST_REPEATS} was expected")
        return number

    def item(self, depth: int) -> list[Item]:
        """Parse an atom, parallel paths or a sequence, and how often they follow one another."""
        items: list[Item] = self.paths(depth + 1) if self.takes("(") else [self.atom()]
        if not self.takes("*"):
            return items
        times = self.value()
        if not isinstance(times, int) or not 1 <= times <= MOST_REPEATS:
            raise self.error(f"after '*' a number from 1 to {MOST_REPEATS} was expected")
        if isinstance(items[-1], Paths) and times > 1:
            hint = "write the layer that joins them into the repetition: ((A | B) > Add)*2"
            raise self.error("parallel paths must be joined before they are repeated", hint=hint)
        if len(items) * times > MOST_ITEMS:
            raise self.error(f"more than {MOST_ITEMS} layers follow one another")
        return items * times

    def paths(self, depth: int) -> list[Item]:
        """Parse parallel paths, after their '('; one path alone is a sequence."""
        if depth > DEEPEST:
            raise self.error("parallel paths are nested too deep")
        branches = [self.series(depth)]
        while self.takes("|"):
            branches.append(self.series(depth))
        if not self.takes(")"):
            raise self.error("')' was expected")
        if all(not branch.items and not branch.entry for branch in branches):
            raise self.error("one path at least must hold a layer")
        if len(branches) > 1:
            return [Paths(tuple(branches))]
        if branches[0].entry:
            raise self.error("an input stands before parentheses that hold one path")
        return list(branches[0].items)

    def atom(self) -> Atom:
        """Parse one layer with its constraints."""
        colon = self.takes(":")
        if self.next >= len(self.tokens) or self.tokens[self.next][0] not in ("name", "quoted"):
            raise self.error("a layer, a group or '(' was expected")
        group, text, _ = self.tokens[self.next]
        self.next += 1
        quoted = group == "quoted"
        text = f":{text}" if colon else text[1:-1] if quoted else text
        where: list[tuple[str, Any]] = []
        if self.takes("["):
            where.append(self.constraint())
            while self.takes(","):
                where.append(self.constraint())
            if not self.takes("]"):
                raise self.error("',' or ']' was expected")
        return Atom(text, tuple(where), quoted)

    def constraint(self) -> tuple[str, Any]:
        """Parse `key=value`."""
        key = self.value()
        if not isinstance(key, str) or not self.takes("="):
            hint = "write a constraint such as [strides=2]"
            raise self.error("a constraint key=value was expected", hint=hint)
        return key, self.value()

    def number(self, text: str) -> int:
        """Return a whole number of a usual size."""
        if len(text) > MAX_DIGITS:
            raise self.error(f"a number has at most {MAX_DIGITS} digits")
        return int(text)

    def value(self) -> Any:
        """Parse a number, a size such as 3x3, a word or a quoted text."""
        if self.next >= len(self.tokens) or self.tokens[self.next][0] == "mark":
            raise self.error("a value was expected")
        group, text, _ = self.tokens[self.next]
        self.next += 1
        if group == "number":
            return float(text) if "." in text else self.number(text)
        if group == "quoted":
            return text[1:-1]
        if text[0].isdigit():
            return tuple(map(self.number, re.split("[x×]", text)))
        return {"true": True, "false": False}.get(text, text)
