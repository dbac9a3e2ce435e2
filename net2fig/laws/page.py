"""L3: nothing is outside the page, and the page is no wider than asked."""

from __future__ import annotations

from typing import Final

from net2fig.data.template import Template
from net2fig.geometry import Box
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import ReaderView

SLACK: Final = 0.01
"""What rounding to two decimals in the file may do."""


def check_page(view: ReaderView, template: Template) -> list[Breach]:
    """Return what lies outside, and whether the page is too wide (L3)."""
    breaches = []
    if view.size.width > template.width + SLACK:
        message = f"the page is {view.size.width:.2f} pt wide, {template.width:g} were asked for"
        breaches.append(Breach("L3", message))
    page = Box(0.0, 0.0, view.size.width, view.size.height)
    painted = [
        *((repr(w.text.string), w.ink.box) for w in view.texts),
        *((" ".join(m.path.classes) or "a line", m.paint.box) for m in view.marks),
        *(("a picture", box) for box in view.pictures),
    ]
    for name, box in painted:
        if not page.contains(box, SLACK):
            breaches.append(Breach("L3", f"{name} lies outside the page", box.centre))
    return breaches
