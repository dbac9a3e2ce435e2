"""Which differences between an occurrence of a group and its body the notes of the group tell.

Ensures: a difference is covered only by notes whose layers are exactly those in which the
occurrence differs; a note that counts occurrences counts those that it covers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from msgspec import Struct

from net2fig.data.grammar import load_grammar
from net2fig.group.search.blocks import LONGEST_SHORTCUT
from net2fig.outline import Definition, Note

Token = tuple[str, Hashable]
"""An operation, or the name of a group, and its kernel."""

ARRANGED = "arranged"
"""The kind of the note that occurrences connect the same layers in another way."""

KERNELS = "kernels"

COVERING = ("projected", "pooled", "no-shortcut", "narrow", "fitted", "differs", ARRANGED)
"""The kinds of notes on the layers and edges of occurrences."""

MOST = 2
"""How many notes may tell of one occurrence, beside that on kernels."""


class Difference(Struct, frozen=True):
    """What an occurrence has that the body has not, and what it lacks."""

    extra: Counter[Token]
    missing: Counter[Token]


def uncovered(definition: Definition, differing: Sequence[tuple[str, Difference]]) -> Iterator[str]:
    """Yield the differences, by their places, that no note tells, and notes that tell wrong."""
    used: dict[int, int] = {}
    name = definition.name
    for where, difference in differing:
        cover = _cover(difference, definition.notes)
        if cover is None:
            yield f"{name!r} at {where!r} differs from its body, which no note tells"
        for number in cover or ():
            used[number] = used.get(number, 0) + 1
    for number, note in enumerate(definition.notes):
        told = note.values.get("count")
        if note.kind in (*COVERING, KERNELS) and (
            number not in used or (told is not None and told != used[number])
        ):
            words = f"{told} occurrences" if told else "an occurrence"
            yield f"the note {note.kind!r} on {name!r} tells of {words}, not {used.get(number, 0)}"


def _cover(difference: Difference, notes: Sequence[Note]) -> tuple[int, ...] | None:
    """Return the numbers of the notes that tell a difference; None where they do not."""
    extra, missing = Counter(difference.extra), Counter(difference.missing)
    kernels: set[Hashable] = set()
    for op in dict.fromkeys(op for op, _ in extra):
        more = [token for token in extra.elements() if token[0] == op]
        less = [token for token in missing.elements() if token[0] == op]
        for one, two in zip(more, less, strict=False):
            kernels.add(one[1])
            extra[one] -= 1
            missing[two] -= 1
    telling = [
        number
        for number, note in enumerate(notes)
        if note.kind == KERNELS and kernels.issuperset(map(tuple, note.values["sizes"]))
    ]
    plain = Difference(+extra, +missing)
    if kernels and not telling:
        return None
    if kernels and not plain.extra and not plain.missing:
        return tuple(telling[:1])
    numbers = [number for number, note in enumerate(notes) if note.kind in COVERING]
    for size in range(1, MOST + 1):
        for chosen in combinations(numbers, size):
            if _tells(plain, [notes[number] for number in chosen]):
                return (*chosen, *telling[:1])
    return None


def _tells(difference: Difference, notes: Sequence[Note]) -> bool:
    """Tell whether all of these notes together are a difference, and each a part of it."""
    extra = Counter(op for op, _ in difference.extra.elements())
    missing = Counter(op for op, _ in difference.missing.elements())
    if not extra and not missing:
        return [note.kind for note in notes] == [ARRANGED]
    for note in notes:
        before = extra.total(), missing.total()
        TAKING[note.kind](note.values, extra, missing)
        if before == (extra.total(), missing.total()):
            return False
    return not extra and not missing


Ops = Counter[str]


def _take_shortcut(values: Mapping[str, Any], extra: Ops, _missing: Ops) -> None:
    shortcut = values.get("shortcut")
    if shortcut is None and extra.total() <= LONGEST_SHORTCUT:
        extra.clear()
    elif shortcut is not None and extra.total() <= LONGEST_SHORTCUT:
        _subtract(extra, {shortcut[0]: extra[shortcut[0]]})


def _take_join(_values: Mapping[str, Any], _extra: Ops, missing: Ops) -> None:
    grammar = load_grammar()
    merges = [op for op in missing if grammar.entry(op).kind == "merge"]
    _subtract(missing, dict.fromkeys(merges[:1], 1))


def _take_lacking(values: Mapping[str, Any], _extra: Ops, missing: Ops) -> None:
    _subtract(missing, {values["lacks"][0]: 1})


def _take_layers(values: Mapping[str, Any], extra: Ops, missing: Ops) -> None:
    layers, usual = (Counter(dict(values[word])) for word in ("layers", "usual"))
    if layers - usual <= extra and usual - layers <= missing:
        _subtract(extra, layers - usual)
        _subtract(missing, usual - layers)


def _take_nothing(_values: Mapping[str, Any], _extra: Ops, _missing: Ops) -> None:
    """Cover no layer: the note is about edges."""


def _subtract(counts: Ops, taken: Mapping[str, int]) -> None:
    counts.subtract(taken)
    for op in [op for op, count in counts.items() if count <= 0]:
        del counts[op]


TAKING = {
    "projected": _take_shortcut,
    "pooled": _take_shortcut,
    "no-shortcut": _take_join,
    "narrow": _take_lacking,
    "fitted": _take_layers,
    "differs": _take_layers,
    ARRANGED: _take_nothing,
}
"""What each kind of note takes from the layers in which an occurrence differs."""
