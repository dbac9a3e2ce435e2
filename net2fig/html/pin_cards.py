"""The cards of pins on a page, and what pins and a tint add to the cards of glyphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from net2fig.fonts.metrics import printable
from net2fig.html.cards import Card
from net2fig.marking import Marks
from net2fig.marking.look import load_looks
from net2fig.outline import Block
from net2fig.pins import Pin

MAX_STRIP = 20
"""The most pins that are listed above a figure."""


def make_pin_card(number: int, pin: Pin) -> Card:
    """Return the card of a pin."""
    title = f"{number} {load_looks().pin[pin.tier].label}"
    rows = pin.card or (("text", pin.text),)
    line = (("code", pin.line),) if pin.line else ()
    return Card(f"{title}: {pin.code}" if pin.code else title, pin.place.layer, (*line, *rows))


def write_strip(marks: Marks) -> str:
    """Return the line above a figure that lists its pins; empty if it has none."""
    words = [
        printable(f"{number} {pin.code or load_looks().pin[pin.tier].label} ({pin.place.layer})")
        for number, pin in enumerate(marks.pins, start=1)
    ]
    listed = " · ".join(words[:MAX_STRIP])
    more = f" · and {len(words) - MAX_STRIP} more" if len(words) > MAX_STRIP else ""
    return f'<p class="pins">{escape(listed)}{more}</p>\n' if words else ""


def describe_marks(block: Block, marks: Marks) -> Iterator[tuple[str, str]]:
    """Yield the rows that marks add to the card of a glyph."""
    layers = frozenset(block.layers)
    for number, pin in enumerate(marks.pins, start=1):
        if pin.place.layer in layers:
            yield f"pin {number}", pin.text
    if marks.tint is not None:
        values = [value for layer, value in marks.tint.values.items() if layer in layers]
        if values:
            yield marks.tint.name, write_mean(values)


def write_mean(values: Sequence[float]) -> str:
    """Return the mean of the numbers of some layers, with how many there are.

    >>> write_mean([0.5]), write_mean([1.0, 2.0])
    ('0.5', '1.5, the mean of 2 layers')
    """
    mean = f"{sum(values) / len(values):.3g}"
    return mean if len(values) == 1 else f"{mean}, the mean of {len(values)} layers"
