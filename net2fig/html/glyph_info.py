"""The drawing of a state, dressed for a page: names, roles, rings to be seen and hit, ids.

Requires: the elements of class glyph, placeholder and entry stand in the SVG in the order of the
scene's groups of these classes.
Ensures: every id is of this drawing alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from msgspec import Struct

from net2fig.fonts.metrics import metrics, text_width
from net2fig.geometry import Box
from net2fig.html.states import State
from net2fig.scene import Close, Curve, Group, Image, Item, Path, Text

SVG = "{http://www.w3.org/2000/svg}"
THINGS = ("glyph", "placeholder", "entry")
PAD = 1.6
"""Between a glyph and its ring, in points."""


class Told(Struct, frozen=True):
    """What a page says of a glyph: its card by number, and its words for those who cannot see."""

    card: int
    spoken: str
    entry: int | None = None
    lit: tuple[int, ...] = ()


class Dress(Struct, frozen=True):
    """What the drawing of a state is dressed in; `told` goes by the ids of blocks."""

    number: int
    state: State
    told: Mapping[str, Told]
    entries: Mapping[int, str]

    def element(self) -> ET.Element:
        """Return the dressed drawing."""
        ET.register_namespace("", SVG.strip("{}"))
        ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
        root = ET.fromstring(self.state.data)  # noqa: S314 - it was written by us a moment ago
        self._root(root)
        groups = things(self.state.scene.items)
        elements = [each for each in root.iter(f"{SVG}g") if _thing(each) is not None]
        entries = iter(range(len(elements)))
        for element, (group, inside) in zip(elements, groups, strict=True):
            if "entry" in group.classes:
                self._entry(element, group, next(entries))
            elif not inside:
                self._glyph(element, group)
        if self.number:
            _rename(root, f"s{self.number}-")
        return root

    def _root(self, root: ET.Element) -> None:
        # A title would show beside the pointer, wherever it stands: the heading names the drawing.
        for child in root.findall(f"{SVG}title"):
            root.remove(child)
        for desc in root.findall(f"{SVG}desc"):
            desc.set("id", "desc")
            root.set("aria-describedby", "desc" if not self.number else f"s{self.number}-desc")
        root.set("role", "group")
        root.set("aria-labelledby", "title")
        root.set("class", f"net2fig width-{self.number}")

    def _entry(self, element: ET.Element, group: Group, number: int) -> None:
        _ring(element, bounds(group))
        label = self.entries.get(number)
        if label is not None:
            element.set("data-entry", str(number))
            element.set("tabindex", "0")
            element.set("role", "button")
            element.set("aria-pressed", "false")
            element.set("aria-label", f"Show where: {label}")

    def _glyph(self, element: ET.Element, group: Group) -> None:
        id = group.id or ""
        told = self.told.get(id)
        _ring(element, bounds(group, texts=False))
        if told is None:
            return
        element.set("data-card", str(told.card))
        element.set("tabindex", "0")
        if told.entry is not None:
            element.set("data-entry", str(told.entry))
        if told.lit:
            element.set("data-lit", " ".join(map(str, told.lit)))
        target = self.state.targets.get(id)
        if target is None:
            element.set("role", "img")
        else:
            element.set("role", "button")
            element.set("aria-expanded", "false")
            element.set("data-open", str(target))
        element.set("aria-label", told.spoken)
        open_now = self.state.opened[-1] if self.state.opened else frozenset()
        if not open_now.isdisjoint(self.state.outline[id].layers):
            element.set("class", f"{element.get('class')} opened")


def things(items: tuple[Item, ...], inside: bool = False) -> Iterator[tuple[Group, bool]]:
    """Yield the groups that are glyphs, placeholders or entries, and whether one is in another."""
    for item in items:
        if isinstance(item, Group):
            mine = any(name in item.classes for name in THINGS)
            if mine:
                yield item, inside
            yield from things(item.items, inside or mine)


def _thing(element: ET.Element) -> str | None:
    names = (element.get("class") or "").split()
    return next((name for name in names if name in THINGS), None)


def bounds(item: Item, *, texts: bool = True) -> Box | None:
    """Return the box around all that an item draws, with or without its texts."""
    corners = list(_corners(item, texts=texts))
    if not corners:
        return None
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _corners(item: Item, *, texts: bool) -> Iterator[tuple[float, float]]:
    match item:
        case Group():
            # What hangs beneath a glyph is no part of its body.
            if texts or "badge" not in item.classes:
                for child in item.items:
                    yield from _corners(child, texts=texts)
        case Path():
            for command in item.commands:
                if isinstance(command, Curve):
                    yield from ((p.x, p.y) for p in (command.first, command.second, command.to))
                elif not isinstance(command, Close):
                    yield command.to.x, command.to.y
        case Image():
            yield item.box.x, item.box.y
            yield item.box.right, item.box.bottom
        case Text() if texts:
            width = text_width(item.string, item.size, family=item.family, bold=item.bold)
            height = metrics(item.size, family=item.family)
            left = item.at.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor] * width
            yield left, item.at.y - height.cap_height
            yield left + width, item.at.y + height.descent


def _ring(element: ET.Element, box: Box | None) -> None:
    """Put a ring behind what a group draws."""
    if box is None:
        return
    values = (box.x - PAD, box.y - PAD, box.width + 2 * PAD, box.height + 2 * PAD)
    names = ("x", "y", "width", "height")
    sizes = {name: f"{value:.2f}" for name, value in zip(names, values, strict=True)}
    element.insert(0, ET.Element(f"{SVG}rect", {"class": "ring", "rx": "2", **sizes}))


def _rename(root: ET.Element, prefix: str) -> None:
    """Give every id a prefix, and all that refers to one."""
    for element in root.iter():
        for key, value in list(element.items()):
            if key in ("id", "data-from", "data-to"):
                element.set(key, prefix + value)
            elif value.startswith("url(#"):
                element.set(key, re.sub(r"^url\(#", f"url(#{prefix}", value))
            elif key.endswith("href") and value.startswith("#"):
                element.set(key, f"#{prefix}{value[1:]}")
