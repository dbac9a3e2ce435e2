"""Differences in words: "filters of conv3: 64 → 128; + Dropout after pool2".

Ensures: every difference is in a sentence; equal ones are counted in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from net2fig.comparison.differences import (
    ADDED,
    CHANGED,
    CONNECTED,
    OUTPUTS,
    REMOVED,
    REPLACED,
    SHARED,
    Difference,
)
from net2fig.comparison.traits import SEPARATOR, SHAPE, load_rules
from net2fig.compose.wording import words
from net2fig.network import LETTERS

PLUS, MINUS, TO = "+", "−", "→"
SIGNS = {ADDED: PLUS, REMOVED: MINUS}
MAX_NAMES = 3
"""The maximum number of names; of more, the first and the last are written."""
NONE = "no difference"
START = "at the start"
TENSOR = "@"
"""The placeholder of a tensor among the arguments of an operation."""

Namer = Callable[[Difference], str]
"""The name of added or removed layers, or of the layer before them; "" for no name."""


class Sentence(Struct, frozen=True):
    """A sentence about some differences.

    `mark` is the mark of their blocks, `layers` are their layers in either network. `number` is
    what stands on those blocks in the figure, 0 for none.
    """

    text: str
    mark: str = ""
    layers: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    number: int = 0

    def __str__(self) -> str:
        """Return the sentence with its sign: "+ Dropout after pool2"."""
        return f"{SIGNS[self.mark]} {self.text}" if self.mark in SIGNS else self.text


def _get_predecessor(difference: Difference) -> str:
    return difference.after_layer


def write_sentences(
    differences: Sequence[Difference],
    name_layers: Namer = lambda _: "",
    name_predecessor: Namer = _get_predecessor,
) -> list[Sentence]:
    """Return a sentence for each sort of difference, in order of first occurrence.

    `behind` names the layer before layers that one network lacks; "" if that does not help.
    """
    by_key: dict[tuple[Any, ...], list[Difference]] = {}
    for difference in differences:
        by_key.setdefault(_make_key(difference, name_layers), []).append(difference)
    return [
        Sentence(
            _write_sentence(group, name_layers, name_predecessor),
            group[0].sort if group[0].sort in SIGNS else CHANGED,
            (
                frozenset(id for each in group for id in each.first),
                frozenset(id for each in group for id in each.second),
            ),
        )
        for group in _merge_groups(by_key)
    ]


def _make_key(difference: Difference, name_layers: Namer) -> tuple[Any, ...]:
    """Return a key that is equal for differences in one sentence."""
    if difference.sort in SIGNS:
        return difference.sort, name_layers(difference) or difference.classes
    if difference.sort in (CHANGED, REPLACED):
        values = repr(difference.before), repr(difference.after)
        return difference.sort, difference.classes, difference.key, *values
    return difference.sort, difference.first, difference.second


def _merge_groups(by_key: dict[tuple[Any, ...], list[Difference]]) -> list[list[Difference]]:
    """Return the groups of equal differences; many changes of one key are one group."""
    of_key: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for likeness in by_key:
        if likeness[0] == CHANGED:
            of_key.setdefault(likeness[:3], []).append(likeness)
    many = {key for key, likenesses in of_key.items() if len(likenesses) > MAX_NAMES}
    groups: dict[tuple[Any, ...], list[Difference]] = {}
    for likeness, members in by_key.items():
        key = likeness[:3] if likeness[:3] in many else likeness
        groups.setdefault(key, []).extend(members)
    return list(groups.values())


def _write_sentence(
    group: Sequence[Difference], name_layers: Namer, name_predecessor: Namer
) -> str:
    first = group[0]
    if first.sort in SIGNS:
        places = list(dict.fromkeys(place for each in group if (place := name_predecessor(each))))
        return _describe_one_sided(group, name_layers(first), places)
    if first.sort == REPLACED:
        return f"{_describe_layers(group)}: {_describe_change(group)}"
    if first.sort == CHANGED:
        if first.key == SHAPE:
            shapes = f" {TO} ".join(_format_shape(each) for each in (first.before, first.after))
            return f"{SHAPE} of {_describe_names([each.first[0] for each in group])}: {shapes}"
        return f"{_describe_key(first.key)} of {_describe_layers(group)}: {_describe_change(group)}"
    if first.sort == CONNECTED:
        inputs = f" {TO} ".join(map(_join_names, (first.before, first.after)))
        return f"inputs of {first.first[0]}: {inputs}"
    if first.sort == OUTPUTS:
        return f"outputs: {_join_names(first.before)} {TO} {_join_names(first.after)}"
    assert first.sort == SHARED
    owners = [f"those of {each}" if each else "its own" for each in (first.before, first.after)]
    return f"weights of {first.first[0]}: {owners[0]} {TO} {owners[1]}"


def _describe_one_sided(group: Sequence[Difference], name: str, places: list[str]) -> str:
    """Return "Dropout after pool2", "5 layers (Conv2D … Add) at 7 places (after conv1 … conv9)"."""
    first = group[0]
    where = [each.after_layer for each in group]
    what = name or _describe_classes(first.classes)
    if not where[0]:
        names = [id for each in group for id in (*each.first, *each.second)]
        return f"{what} {START} ({_describe_names(names)})"
    if len(where) > MAX_NAMES:
        return f"{what} at {len(where)} places (after {where[0]} … {where[-1]})"
    return f"{what} after {words.join_names(places)}" if places else what


def _describe_classes(classes: Sequence[str]) -> str:
    """Return the classes of layers that hang together: "2 × Conv2D", "Conv2D and Add"."""
    if len(classes) > 1 and len(set(classes)) == 1:
        return f"{len(classes)} {words.TIMES} {classes[0]}"
    if len(classes) <= MAX_NAMES:
        return words.join_names(list(classes))
    return f"{len(classes)} layers ({classes[0]} … {classes[-1]})"


def _describe_layers(group: Sequence[Difference]) -> str:
    names = [each.first[0] for each in group]
    classes = dict.fromkeys(each.classes[0] for each in group)
    return _describe_names(names, counted=" / ".join(classes))


def _describe_names(names: Sequence[str], counted: str = "") -> str:
    """Return names as a list; of many how many they are, the first and the last."""
    if len(names) <= MAX_NAMES:
        return words.join_names(list(names))
    return f"{len(names)} {counted or 'layers'} ({names[0]} … {names[-1]})"


def _join_names(names: Sequence[str]) -> str:
    return words.join_names(list(names)) or "none"


def _describe_key(path: str) -> str:
    """Return a key in words: the last of its path that is not that of a layer inside."""
    rules = load_rules()
    last = path.rsplit(SEPARATOR, 1)[-1]
    return rules.words.get(last, last.replace("_", " "))


def _describe_change(group: Sequence[Difference]) -> str:
    """Return the values before and after; many of them as a range."""
    sides = [[each.before for each in group], [each.after for each in group]]
    return f" {TO} ".join(_describe_span(values) for values in sides)


def _describe_span(values: Sequence[Any]) -> str:
    texts = list(dict.fromkeys(map(format_value, values)))
    if len(texts) <= MAX_NAMES:
        return ", ".join(texts)
    if all(isinstance(each, int | float) for each in values):
        return f"{format_value(min(values))} … {format_value(max(values))}"
    return f"{texts[0]} … {texts[-1]}"


def format_value(value: Any) -> str:
    """Return a value of a configuration in words.

    >>> format_value((3, 5)), format_value(0.0260869), format_value(True), format_value(None)
    ('3×5', '0.02609', 'yes', 'none')
    """
    names = load_rules().values
    if value is None or isinstance(value, bool):
        return names[{None: "none", True: "true", False: "false"}[value]]
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, tuple) and TENSOR in value:
        return ", ".join(format_value(each) for each in value if each != TENSOR) or names["none"]
    if isinstance(value, tuple):
        if any(isinstance(each, tuple) for each in value):
            return words.TIMES.join(dict.fromkeys(_format_pair(each) for each in value))
        return (
            words.TIMES.join("?" if each is None else format_value(each) for each in value) or "()"
        )
    return str(value)


def _format_shape(shape: Any) -> str:
    """Return the shape of an input in words; axes that it leaves open are letters, as in figures.

    >>> _format_shape((None, None, 3)), _format_shape((None,))
    ('H×W×3', '?')
    """
    axes = shape if isinstance(shape, tuple) else (shape,)
    letters = (*LETTERS.get(len(axes) - 1, ()), None)
    if len(letters) != len(axes):
        return format_value(shape)
    pairs = zip(axes, letters, strict=True)
    return format_value(tuple(letter if axis is None else axis for axis, letter in pairs))


def _format_pair(value: Any) -> str:
    """Return the padding before and after an axis: "(0, 1)"."""
    return (
        f"({', '.join(map(format_value, value))})"
        if isinstance(value, tuple)
        else format_value(value)
    )


def describe_total(name: str, before: int | None, after: int | None) -> list[Sentence]:
    """Return the change of a total: "parameters +12.3 % (1.2 M → 1.4 M)"; none if equal."""
    if before is None or after is None or before == after:
        return []
    counts = [words.format_parameters(count) for count in (before, after)]
    if counts[0] == counts[1]:
        counts = [f"{count:,}" for count in (before, after)]
    span = f" {TO} ".join(counts)
    if not before:
        return [Sentence(f"{name} {span}")]
    share = 100 * (after - before) / before
    sign = PLUS if share > 0 else MINUS
    digits = f"{abs(share):.1f}" if abs(share) >= 0.05 else f"{abs(share):.2g}"
    return [Sentence(f"{name} {sign}{digits}\u2009% ({span})")]
