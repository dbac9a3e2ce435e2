"""The drawing of a state with the additions of a page: labels, roles, rings, ids.

Requires: the elements of class glyph, placeholder and entry stand in the SVG in the order of the
scene's groups of these classes.
Ensures: every id is of this drawing alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from xml.etree import ElementTree as ET

from msgspec import Struct

from net2fig.fonts.metrics import metrics, printable, text_width
from net2fig.geometry import Box
from net2fig.html.section import find_width_class
from net2fig.html.states import State
from net2fig.scene import Close, Curve, Group, Image, Item, Path, Text

SVG = "{http://www.w3.org/2000/svg}"
INTERACTIVE = ("glyph", "placeholder", "entry")
RESERVED_IDS = frozenset({"title", "trail", "sheet", "hint", "card", "spoken", "data", "desc"})
"""The ids of the page around the drawings."""

RESERVED_FORM = re.compile(r"[sv]\d+-|state-|glyph-|view-|tools-")
"""The beginnings of ids that the page makes, and of those that are renamed here."""

RESERVED_PREFIX = "glyph-"
"""Put before an id of the first drawing that the page has for itself."""

PAD = 1.6
"""Between a glyph and its ring, in points."""


class GlyphInfo(Struct, frozen=True):
    """Information on a glyph: the number of its card, and its label for screen readers.

    `layers` are the places of its layers in the network, as ranges; `carried` are those of layers
    that are not drawn and only pass on the data of the glyph.
    """

    card: int
    label: str
    entry: int | None = None
    highlights: tuple[int, ...] = ()
    layers: str = ""
    carried: str = ""


class DrawingAnnotator(Struct, frozen=True):
    """Annotates the drawing of a state; `glyphs` has the ids of blocks as keys, `pins` numbers.

    `prefix` begins its ids where other views stand beside it.
    """

    number: int
    state: State
    glyphs: Mapping[str, GlyphInfo]
    entries: Mapping[int, str]
    prefix: str = ""
    pins: Mapping[str, GlyphInfo] = {}

    def annotate(self) -> ET.Element:
        """Return the annotated drawing."""
        ET.register_namespace("", SVG.strip("{}"))
        ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
        root = ET.fromstring(self.state.data)  # noqa: S314 - it was written by us a moment ago
        if not (self.number or self.prefix):
            prefix_ids(root, RESERVED_PREFIX, _is_reserved)
        self._annotate_root(root)
        groups = list_interactive(self.state.scene.items)
        elements = [each for each in root.iter(f"{SVG}g") if _find_class(each) is not None]
        entries = iter(range(len(elements)))
        for element, (group, inside) in zip(elements, groups, strict=True):
            if "entry" in group.classes:
                self._annotate_entry(element, group, next(entries))
            elif not inside:
                self._annotate_glyph(element, group)
        pins = [each for each in root.iter(f"{SVG}g") if is_pin((each.get("class") or "").split())]
        for element, group in zip(pins, self._list_pins(), strict=True):
            self._annotate_pin(element, group)
        prefix = f"{self.prefix}s{self.number}-" if self.number else self.prefix
        if prefix:
            prefix_ids(root, prefix)
        return root

    def _annotate_root(self, root: ET.Element) -> None:
        # Browsers show a title beside the pointer; the heading names the drawing.
        for child in root.findall(f"{SVG}title"):
            root.remove(child)
        for desc in root.findall(f"{SVG}desc"):
            desc.set("id", "desc")
            root.set("aria-describedby", "desc")
        root.set("role", "group")
        if self.prefix:
            root.set("aria-label", printable(self.state.scene.title))
        else:
            root.set("aria-labelledby", "title")
        root.set("class", f"net2fig {find_width_class(self.state.scene)}")

    def _annotate_entry(self, element: ET.Element, group: Group, number: int) -> None:
        add_ring(element, measure_bounds(group))
        label = self.entries.get(number)
        if label is not None:
            element.set("data-entry", str(number))
            element.set("tabindex", "0")
            element.set("role", "button")
            element.set("aria-pressed", "false")
            element.set("aria-label", f"Show where: {label}")

    def _list_pins(self) -> list[Group]:
        """Return the discs of pins, in the order of the drawing."""
        items = (item for item, _ in self.state.scene.walk())
        return [item for item in items if isinstance(item, Group) and is_pin(item.classes)]

    def _annotate_pin(self, element: ET.Element, group: Group) -> None:
        """Give the disc of a pin its card: that of the number in it."""
        text = element.find(f"{SVG}text")
        info = self.pins.get("" if text is None else text.text or "")
        if info is not None:
            add_ring(element, measure_bounds(group))
            element.set("data-card", str(info.card))
            element.set("tabindex", "0")
            element.set("role", "img")
            element.set("aria-label", info.label)

    def _annotate_glyph(self, element: ET.Element, group: Group) -> None:
        id = group.id or ""
        info = self.glyphs.get(id)
        add_ring(element, measure_bounds(group, texts=False))
        if info is None:
            return
        element.set("data-card", str(info.card))
        element.set("tabindex", "0")
        if info.layers:
            element.set("data-at", info.layers)
        if info.carried:
            element.set("data-with", info.carried)
        if info.entry is not None:
            element.set("data-entry", str(info.entry))
        if info.highlights:
            element.set("data-lit", " ".join(map(str, info.highlights)))
        target = self.state.targets.get(id)
        if target is None:
            element.set("role", "img")
        else:
            element.set("role", "button")
            element.set("aria-expanded", "false")
            element.set("data-open", str(target))
        element.set("aria-label", info.label)
        open_now = self.state.opened[-1] if self.state.opened else frozenset()
        if not open_now.isdisjoint(self.state.outline[id].layers):
            element.set("class", f"{element.get('class')} opened")


def is_pin(classes: Collection[str]) -> bool:
    """Tell whether a group with some classes is the disc of a pin."""
    return "pin" in classes


def list_interactive(items: tuple[Item, ...], inside: bool = False) -> Iterator[tuple[Group, bool]]:
    """Yield the groups that are glyphs, placeholders or entries, and whether one is in another."""
    for item in items:
        if isinstance(item, Group):
            is_interactive = any(name in item.classes for name in INTERACTIVE)
            if is_interactive:
                yield item, inside
            yield from list_interactive(item.items, inside or is_interactive)


def _find_class(element: ET.Element) -> str | None:
    names = (element.get("class") or "").split()
    return next((name for name in names if name in INTERACTIVE), None)


def measure_bounds(item: Item, *, texts: bool = True) -> Box | None:
    """Return the box around all that an item draws, with or without its texts."""
    corners = list(_list_corners(item, texts=texts))
    if not corners:
        return None
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _list_corners(item: Item, *, texts: bool) -> Iterator[tuple[float, float]]:
    match item:
        case Group():
            # What hangs beneath a glyph is no part of its body.
            if texts or "badge" not in item.classes:
                for child in item.items:
                    yield from _list_corners(child, texts=texts)
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


def add_ring(element: ET.Element, box: Box | None) -> None:
    """Put a ring behind the items of a group."""
    if box is None:
        return
    values = (box.x - PAD, box.y - PAD, box.width + 2 * PAD, box.height + 2 * PAD)
    names = ("x", "y", "width", "height")
    sizes = {name: f"{value:.2f}" for name, value in zip(names, values, strict=True)}
    element.insert(0, ET.Element(f"{SVG}rect", {"class": "ring", "rx": "2", **sizes}))


def _is_reserved(id: str) -> bool:
    """Tell whether an id is one of the page, or looks like one of a later drawing."""
    return id in RESERVED_IDS or RESERVED_FORM.match(id) is not None


def prefix_ids(root: ET.Element, prefix: str, select: Callable[[str], bool] | None = None) -> None:
    """Give every id, or those that are selected, a prefix, and all that refers to one."""

    def rename(id: str) -> str:
        return id if select and not select(id) else prefix + id

    for element in root.iter():
        for key, value in list(element.items()):
            if key in ("id", "data-from", "data-to", "aria-describedby"):
                element.set(key, rename(value))
            elif value.startswith("url(#"):
                element.set(key, f"url(#{rename(value[5:-1])})")
            elif key.endswith("href") and value.startswith("#"):
                element.set(key, f"#{rename(value[1:])}")
