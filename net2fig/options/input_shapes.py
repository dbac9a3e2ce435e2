"""Shapes of the inputs of a model: "224x224x3", "image=224x224x3" → names and axes.

The batch axis is left out. An axis that stays open is written `None` or `?`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from net2fig.errors import UsageError
from net2fig.toml import Place

FORM = "(must be axes without the batch, such as '224x224x3' or 'image=224x224x3')"

OPEN_AXES = frozenset({"none", "null", "?", "*"})
"""The spellings of an axis of unknown size."""

MAX_AXES = 16

MAX_SIZE = 10**9
"""Larger axes are a mistake."""

_NAMED = re.compile(r"\s*(?P<name>[^=]*?)\s*=(?P<axes>.*)", re.DOTALL)


class InputShape(Struct, frozen=True):
    """The axes of one input, without the batch; without a name, that of the next input."""

    name: str | None
    axes: tuple[int | None, ...]

    def __str__(self) -> str:
        """Return it as it is written on the command line."""
        text = "x".join("?" if axis is None else str(axis) for axis in self.axes)
        return text if self.name is None else f"{self.name}={text}"


DEFAULT_PLACE = Place("", "input_shape")
"""The place of a shape that has no other."""


def parse_input_shapes(value: Any, place: Place = DEFAULT_PLACE) -> tuple[InputShape, ...]:
    """Return the shapes in a text, a number, a list of axes, several of these, or a table.

    >>> [str(shape) for shape in parse_input_shapes(["image=8x8x3", (None, 5)])]
    ['image=8x8x3', '?x5']
    """
    shapes = tuple(_parse_shapes(value, place))
    names = [shape.name for shape in shapes if shape.name is not None]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"duplicate input shape: {name!r} in {place}", place=place)
    return shapes


def _parse_shapes(value: Any, place: Place) -> Iterator[InputShape]:
    """Yield the shapes in a value."""
    if value is None:
        return
    if isinstance(value, Mapping):
        for name, axes in value.items():
            (shape,) = (
                parse_input_shapes(axes, place)
                if _is_single_shape(axes)
                else [_reject_shape(axes, place)]
            )
            yield InputShape(str(name), shape.axes)
    elif isinstance(value, InputShape):
        yield value
    elif _is_single_shape(value):
        yield _parse_text(value, place) if isinstance(value, str) else _parse_axes(value, place)
    elif isinstance(value, list | tuple):
        for item in value:
            if not (_is_single_shape(item) or isinstance(item, InputShape)):
                _reject_shape(item, place)
            yield from _parse_shapes(item, place)
    else:
        _reject_shape(value, place)


def _is_single_shape(value: Any) -> bool:
    """Tell whether a value holds one shape."""
    if isinstance(value, list | tuple):
        return bool(value) and all(item is None or _is_number(item) for item in value)
    return isinstance(value, str) or _is_number(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _reject_shape(value: Any, place: Place) -> InputShape:
    raise UsageError(f"invalid input shape: {str(value)[:60]!r} in {place} {FORM}", place=place)


def _parse_axes(value: Any, place: Place) -> InputShape:
    """Return the shape with some numbers."""
    axes = tuple(value) if isinstance(value, list | tuple) else (value,)
    if len(axes) > MAX_AXES or any(axis is not None and not 0 < axis < MAX_SIZE for axis in axes):
        _reject_shape(list(axes), place)
    return InputShape(None, axes)


def _parse_text(text: str, place: Place) -> InputShape:
    """Return the shape in a text."""
    match = _NAMED.fullmatch(text)
    name, rest = (match["name"], match["axes"]) if match else (None, text)
    words = [word.strip() for word in re.split(r"[x×,]", rest.strip().strip("()[]").rstrip(","))]
    are_axes = all(
        word.lower() in OPEN_AXES or re.fullmatch(r"[0-9]{1,12}", word) for word in words
    )
    axes = [None if word.lower() in OPEN_AXES else int(word) for word in words] if are_axes else []
    is_valid = 0 < len(axes) <= MAX_AXES and all(
        axis is None or 0 < axis < MAX_SIZE for axis in axes
    )
    if name == "" or not is_valid:
        _reject_shape(text, place)
    return InputShape(name, tuple(axes))
