"""Numbers and names as they are printed: 56×56, H×W, 3×3 /2, ×4, "53 batch normalisations"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

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


WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+(?:G?LU|Net|NeXt|Former)*")
"""A word of a class: an acronym, or letters up to the next capital; "ResNet" is one."""
SHORTEST = 3
"""The fewest letters of a word; a class that has a shorter one is a name: "MBConv", "C2f"."""
SMALL = frozenset({"And", "As", "At", "By", "From", "In", "Of", "On", "Or", "To", "Up", "With"})


def name_class(word: str) -> str:
    """Return the name of a class in words, or that of a function.

    >>> name_class("SineTime"), name_class("grid_sample"), name_class("MBConv")
    ('Sine time', 'Grid sample', 'MBConv')
    """
    if word.islower():
        return split_words(word).capitalize()
    parts = WORD.findall(word)
    is_whole = "".join(parts) == word
    if not is_whole or any(len(part) < SHORTEST and part not in SMALL for part in parts):
        return word
    first, *rest = parts
    return " ".join([first, *(part.lower() if part[1:].islower() else part for part in rest)])


def split_words(name: str) -> str:
    """Return a name of code in words: "user_id" is "user id"."""
    return name.replace("_", " ").strip()


def format_shares(extent: Extent | None, whole: Extent | None) -> str:
    """Return the spatial axes as shares of the whole: "H/4×W/4"; "" where they are none."""
    if extent is None or whole is None or len(extent.spatial) != len(whole.spatial):
        return ""
    letters = LETTERS.get(len(whole.spatial), ())
    shares = []
    for letter, axis, full in zip(letters, extent.spatial, whole.spatial, strict=False):
        if not axis or not full or full % axis:
            return ""
        shares.append(letter if axis == full else f"{letter}/{full // axis}")
    return TIMES.join(shares)


def format_features(extent: Extent | None) -> str:
    """Return the number of features."""
    return "" if extent is None or extent.features is None else str(extent.features)


def format_extent(extent: Extent | None) -> str:
    """Return resolution and features: "56×56×256"."""
    if extent is None:
        return "?"
    number = "?" if extent.features is None else str(extent.features)
    return TIMES.join(part for part in (format_resolution(extent), number) if part)


def format_times(count: int | str) -> str:
    """Return a count as a badge shows it: "×4", "×n"."""
    return f"{TIMES}{count}"


def describe_wrapper(at: Attributes) -> str:
    """Return what a wrapper does to the layer that it wraps, as an adjective; "" for none."""
    if at.wraps is None:
        return ""
    return "bidirectional" if at.is_bidirectional else "time-distributed"


def format_kernel(at: Attributes) -> str:
    """Return the window of a layer: "3×3", "k = 3" along one axis, or "" where it has none."""
    at = at.innermost
    for word in ("kernel", "pool", "factor"):
        value = at.get(word)
        axes = value if isinstance(value, list | tuple) else [value] * _count_axes(at)
        if axes and all(isinstance(axis, int) for axis in axes):
            size = TIMES.join(map(str, axes))
            return f"k = {size}" if len(axes) == 1 and word != "factor" else size
    return ""


def are_causal(convolutions: Sequence[Attributes]) -> bool:
    """Tell whether convolutions see no later step: all that see several steps."""
    wide = [at.innermost for at in convolutions if not at.innermost.is_pointwise]
    return bool(wide) and all(at.get("padding") == "causal" for at in wide)


def has_window(label: str, window: str) -> bool:
    """Tell whether the label of an entry ends in a window, but for the activation.

    >>> has_window("Conv 3×3, ReLU", "3×3"), has_window("Conv 13×3", "3×3")
    (True, False)
    """
    return bool(window) and f" {window}," in f"{label},"


def _count_axes(at: Attributes) -> int:
    """Return along how many axes a layer works, by the name of its operation."""
    found = re.search(r"(\d)D", at.op)
    return int(found[1]) if found else 1


def format_stride(at: Attributes, *, is_up: bool = False) -> str:
    """Return the stride where it is neither one nor the window of a pooling: "/2".

    A layer that raises the resolution tells by how much: "↑2".
    """
    at = at.innermost
    axes = at.numbers_of("stride") or (at.numbers_of("factor") if is_up else ())
    if not axes or all(axis == 1 for axis in axes) or axes == at.numbers_of("pool"):
        return ""
    if not all(isinstance(axis, int) for axis in axes):
        return ""
    return ("↑" if is_up else "/") + _join_equal(axes)


def format_dilation(at: Attributes) -> str:
    """Return the dilation where it is not one: "6"."""
    axes = at.innermost.numbers_of("dilation")
    if not all(isinstance(axis, int) for axis in axes) or all(axis == 1 for axis in axes):
        return ""
    return _join_equal(axes)


def _join_equal(axes: Sequence[object]) -> str:
    """Return numbers along axes, a single one where all are equal."""
    return str(axes[0]) if len(set(axes)) == 1 else TIMES.join(map(str, axes))


def format_window(
    at: Attributes,
    *,
    is_up: bool = False,
    kernel: bool = True,
    dilation: bool = True,
    stride: bool = True,
) -> str:
    """Return kernel, dilation and stride: "3×3 d6 /2"; an up-sampling has its factor alone."""
    step = format_stride(at, is_up=is_up) if stride else ""
    is_factor = is_up and at.innermost.get("kernel") is None and bool(step)
    window = format_kernel(at) if kernel and not is_factor else ""
    gaps = format_dilation(at) if window and dilation else ""
    return " ".join(filter(None, (window, f"d{gaps}" if gaps else "", step)))


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


def shorten(text: str, fits: Callable[[str], bool]) -> str:
    """Return as much of both ends of a text as fits.

    >>> shorten("abcdefgh", lambda line: len(line) <= 5)
    'ab…gh'
    """
    if fits(text):
        return text
    kept = bisect_left(range(len(text) // 2), True, key=lambda n: not fits(cut_middle(text, n)))
    return cut_middle(text, max(kept - 1, 0))


def cut_middle(text: str, kept: int) -> str:
    """Return the ends of a text, of a number of letters each."""
    return f"{text[:kept]}…{text[len(text) - kept :]}"
