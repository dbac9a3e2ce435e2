"""Drawings whose parts stand for layers: chips, comparisons, charts.

Requires: the elements of the marked classes stand in the SVG in the order of the scene's groups.
Ensures: every id begins with the prefix; a part has a label for readers who cannot see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from xml.etree import ElementTree as ET

from msgspec import Struct

from net2fig.fonts.metrics import printable
from net2fig.html.glyph_info import SVG, add_ring, measure_bounds, prefix_ids
from net2fig.html.section import find_width_class
from net2fig.network import Network
from net2fig.render.svg.writer import render_svg
from net2fig.scene import Group, Item, Scene

MARKED = frozenset({"glyph", "placeholder", "row", "point"})
"""The classes of groups that may stand for something."""

ENTRY = "entry"


class Mark(Struct, frozen=True):
    """What a part of a drawing stands for: layers of a model, or the model as a whole.

    `layers` and `carried` are places in the network: those that are drawn, and those that only pass
    on their data. `pair` is equal for parts that belong together.
    """

    label: str
    model: int = 0
    layers: str = ""
    carried: str = ""
    is_model: bool = False
    pair: str = ""


class Part(Struct, frozen=True):
    """A group of a scene, and the name of the model whose row it is in."""

    group: Group
    row: str


Finder = Callable[[Part], Mark | None]


def write_drawing(scene: Scene, find_mark: Finder, prefix: str) -> str:
    """Return the SVG of a scene in which the parts that `find_mark` knows can be selected."""
    ET.register_namespace("", SVG.strip("{}"))
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(render_svg(scene, fonts=False))  # noqa: S314 - it was written by us
    for child in root.findall(f"{SVG}title"):
        root.remove(child)
    root.set("role", "group")
    root.set("aria-label", printable(scene.title) or "Drawing")
    root.set("class", f"net2fig {find_width_class(scene)}")
    elements = [e for e in root.iter(f"{SVG}g") if MARKED & set((e.get("class") or "").split())]
    is_first = True
    for element, part in zip(elements, list_parts(scene.items), strict=True):
        mark = find_mark(part)
        if mark is not None:
            _mark_element(element, part.group, mark, is_first=is_first)
            is_first = False
    prefix_ids(root, prefix)
    return ET.tostring(root, encoding="unicode")


def list_parts(items: Sequence[Item], row: str = "") -> Iterator[Part]:
    """Yield the marked groups in their order."""
    for item in items:
        if isinstance(item, Group):
            own_row = dict(item.data).get("model", row)
            if MARKED & set(item.classes):
                yield Part(item, own_row)
            yield from list_parts(item.items, own_row)


def _mark_element(element: ET.Element, group: Group, mark: Mark, *, is_first: bool) -> None:
    add_ring(element, measure_bounds(group, texts=mark.is_model))
    if mark.is_model:
        element.set("data-pick", str(mark.model))
    else:
        element.set("data-at", mark.layers)
        element.set("data-of", str(mark.model))
        if mark.carried:
            element.set("data-with", mark.carried)
    if mark.pair:
        element.set("data-pair", mark.pair)
    element.set("tabindex", "0" if is_first else "-1")
    element.set("role", "button")
    element.set("aria-pressed", "false")
    element.set("aria-label", printable(mark.label))


def split_ids(text: str, network: Network) -> list[str]:
    """Return the ids of layers in a text that has spaces between them, and perhaps in them."""
    known = {layer.id for layer in network.layers}
    words, ids = text.split(" "), list[str]()
    while words:
        for end in range(len(words), 0, -1):
            id = " ".join(words[:end])
            if id in known or end == 1:
                ids.append(id)
                words = words[end:]
                break
    return ids
