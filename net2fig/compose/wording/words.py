"""Numbers and names as they are printed: 56×56, H×W, 3×3 /2, ×4, "53 batch normalisations"."""

from __future__ import annotations

from collections.abc import Callable

from net2fig.attributes import Attributes
from net2fig.data.vocabulary import load_vocabulary
from net2fig.network import LETTERS, Extent

TIMES = "×"

BOUND = "\u00a0"
"""The space between a number and its noun, at which no line breaks."""


def format_resolution(extent: Extent | None) -> str:
    """Return the spatial axes: "56×56"; "H×W" where unknown; "" for a vector."""
    if extent is None or not extent.spatial:
        return ""
    axes = extent.spatial
    letters = LETTERS.get(len(axes), ("?",) * len(axes))
    if all(axis is None for axis in axes):
        return TIMES.join(letters)
    return TIMES.join("?" if axis is None else str(axis) for axis in axes)


def format_features(extent: Extent | None) -> str:
    """Return the number of features."""
    return "" if extent is None or extent.features is None else str(extent.features)


def format_extent(extent: Extent | None) -> str:
    """Return resolution and features: "56×56×256"."""
    if extent is None:
        return "?"
    number = "?" if extent.features is None else str(extent.features)
    return TIMES.join(part for part in (format_resolution(extent), number) if part)


def format_times(count: int) -> str:
    """Return a count as a badge shows it: "×4"."""
    return f"{TIMES}{count}"


def describe_wrapper(at: Attributes) -> str:
    """Return what a wrapper does to the layer that it wraps, as an adjective; "" for none."""
    if at.wraps is None:
        return ""
    return "bidirectional" if at.is_bidirectional else "time-distributed"


def format_kernel(at: Attributes) -> str:
    """Return the window of a layer: "3×3", or "" where it has none."""
    at = at.innermost
    for word in ("kernel", "pool", "factor"):
        value = at.get(word)
        if isinstance(value, int):
            return str(value)
        if isinstance(value, list | tuple) and value and all(isinstance(v, int) for v in value):
            return TIMES.join(str(axis) for axis in value)
    return ""


def format_stride(at: Attributes) -> str:
    """Return the stride where it is neither one nor the window of a pooling: "/2"."""
    at = at.innermost
    axes = at.numbers_of("stride")
    if not axes or all(axis == 1 for axis in axes) or axes == at.numbers_of("pool"):
        return ""
    if not all(isinstance(axis, int) for axis in axes):
        return ""
    return "/" + (str(axes[0]) if len(set(axes)) == 1 else TIMES.join(map(str, axes)))


def format_activation(at: Attributes) -> str:
    """Return the activation, or "" for none."""
    value = at.innermost.activation
    if value in ("", "linear"):
        return ""
    return format_function(value)


def format_function(name: str) -> str:
    """Return the name of an activation as it is written."""
    return load_vocabulary().activations.get(name, name.replace("_", " "))


def format_parameters(count: int) -> str:
    """Return a number of parameters: "138.4 M"."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if count >= size:
            return f"{count / size:.1f}\u2009{unit}"
    return str(count)


def bind_number(number: object, noun: str) -> str:
    """Return a number and what it counts, which no line break parts."""
    return f"{number}{BOUND}{noun}"


def join_names(names: list[str]) -> str:
    """Return names joined as in a sentence.

    >>> join_names(["a", "b", "c"])
    'a, b and c'
    """
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def merge_labels(labels: list[tuple[str, str]]) -> str:
    """Return one label for entries that share a colour: (label, short) of each.

    >>> merge_labels([("Max pooling", "max"), ("Global average pooling", "global average")])
    'Max / global average pooling'
    """
    if len(labels) == 1:
        return labels[0][0]
    shorts = [short for _, short in labels]
    tails = {label.rsplit(" ", 1)[-1] for label, _ in labels}
    if all(shorts) and len(tails) == 1:
        joined = " / ".join(shorts)
        return joined[0].upper() + joined[1:] + " " + tails.pop()
    return " / ".join(label for label, _ in labels)


def break_lines(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Break a text between words into lines that fit; a word that does not fit is a line.

    >>> break_lines("one two three", lambda line: len(line) < 8)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and fits(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
