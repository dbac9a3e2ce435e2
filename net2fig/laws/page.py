"""L3: nothing is outside the page, and the page is no wider than asked."""

from __future__ import annotations

from typing import Final

from net2fig.data.template import Template
from net2fig.geometry import Box
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import Sight

SLACK: Final = 0.01
"""What rounding to two decimals in the file may do."""


def check_page(sight: Sight, template: Template) -> list[Breach]:
    """Return what lies outside, and whether the page is too wide (L3)."""
    breaches = []
    if sight.size.width > template.width + SLACK:
        message = f"the page is {sight.size.width:.2f} pt wide, {template.width:g} were asked for"
        breaches.append(Breach("L3", message))
    page = Box(0.0, 0.0, sight.size.width, sight.size.height)
    things = [
        *((repr(w.text.string), w.ink.box) for w in sight.writings),
        *((" ".join(m.path.classes) or "a line", m.paint.box) for m in sight.marks),
        *(("a picture", box) for box in sight.pictures),
    ]
    for name, box in things:
        if not page.contains(box, SLACK):
            breaches.append(Breach("L3", f"{name} lies outside the page", box.centre))
    return breaches
