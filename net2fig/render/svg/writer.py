"""Scene → SVG: every item an element of its own, one to a line, to be styled and edited afterwards.

Ensures: the same scene gives the same bytes; nothing outside the file is referred to; whatever a
name holds, the file is well-formed.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from net2fig.errors import ModelError
from net2fig.fonts.metrics import bold_file, naming, own, printable
from net2fig.render.numbers import number
from net2fig.render.svg import svgwrite_patch
from net2fig.render.svg.ids import Ids, token
from net2fig.render.svg.paths import path_data
from net2fig.scene import Group, Image, Item, Path, Scene, Text, Texture

STACKS = {
    "sans": "Liberation Sans, Arial, Helvetica, sans-serif",
    "serif": "Liberation Serif, Times New Roman, Times, serif",
}
"""Fonts of the same widths, in order of preference, for each family that ships."""

REFERENCES = ("from", "to")
"""The data of a group that hold the id of another."""

SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
"""How the files of each accepted type of picture begin."""


def svg(scene: Scene, *, sharp: bool = False, fonts: bool = True) -> bytes:
    """Return the scene as an SVG file, in UTF-8.

    A texture is a pattern, easy to edit; or where `sharp`, the ink itself, for cairo, whose
    patterns are not. Fonts of the author's own are held by the file, unless somebody else has
    them: cairo, or the page that the drawing is for.
    """
    return _Writer(scene, sharp, fonts=fonts and not sharp).bytes()


class _Writer:
    """One drawing on its way into elements of svgwrite."""

    def __init__(self, scene: Scene, sharp: bool, *, fonts: bool) -> None:
        self.scene = scene
        self.fonts = fonts
        self.sharp = sharp
        self.drawing: Any = svgwrite_patch.library().Drawing(debug=False, profile="full")
        self.family = _main_family(scene)
        self.textures = _textures(scene)
        self.ids = Ids(id for ids in self.textures for id in ids)
        self.group_ids = {
            id(item): self.ids.claim(item.id)
            for item, _ in scene.walk()
            if isinstance(item, Group) and item.id is not None
        }

    def bytes(self) -> bytes:
        """Return the finished file."""
        from xml.etree import ElementTree as ET

        self._add_root()
        if self.scene.ground:
            self.drawing.add(self._path(self.scene.ground))
        for item in self.scene.items:
            self.drawing.add(self._element(item))
        root = self.drawing.get_xml()
        for needless in ("xmlns:ev", "baseProfile", "version"):
            del root.attrib[needless]
        ET.indent(root, space=" ")
        text: str = ET.tostring(root, encoding="unicode")
        return text.encode() + b"\n"

    def _add_root(self) -> None:
        width, height = number(self.scene.size.width), number(self.scene.size.height)
        root = self.drawing
        root.attribs |= {
            "class": "net2fig",
            "role": "img",
            "width": f"{width}pt",
            "height": f"{height}pt",
            "viewBox": f"0 0 {width} {height}",
            "font-family": font_stack(self.family),
            "stroke-linejoin": "round",
            # Letters stand where the metrics say, not on whole pixels.
            "text-rendering": "geometricPrecision",
        }
        root.set_desc(
            printable(self.scene.title) or None, printable(self.scene.description) or None
        )
        if self.fonts and any(own(family) for family in _families(self.scene)):
            from net2fig.render.faces import font_faces

            root.defs.add(root.style(font_faces([self.scene])))
        for texture in () if self.sharp else self.textures.values():
            from net2fig.render.svg.patterns import patterns

            for pattern in patterns(root, texture):
                root.defs.add(pattern)
        if not root.defs.elements:
            root.elements.remove(root.defs)

    def _element(self, item: Item) -> Any:
        if isinstance(item, Group):
            return self._group(item)
        if isinstance(item, Path):
            return self._path(item)
        if isinstance(item, Text):
            return self._text(item)
        return self._image(item)

    def _group(self, group: Group) -> Any:
        element = self.drawing.g()
        if group.id is not None:
            element["id"] = self.group_ids[id(group)]
        _set_classes(element, group.classes)
        for key, value in group.data:
            value = self.ids.of(value) if key in REFERENCES else value
            element[f"data-{token(key).lower()}"] = printable(value)
        if group.title:
            element.set_desc(title=printable(group.title))
        for item in group.items:
            element.add(self._element(item))
        return element

    def _path(self, path: Path) -> Any:
        if not isinstance(path.fill, Texture):
            return self._outlined(path, path.fill)
        from net2fig.render.svg.patterns import inked, pattern_ids

        # The paper lies under all tiles in one piece: tile by tile it would show their edges.
        texture, data = path.fill, path_data(path.commands)
        element = self.drawing.g()
        _set_classes(element, path.classes)
        element.add(self.drawing.path(data, fill=texture.paper))
        if self.sharp:
            for part in inked(self.drawing, path, texture, self.ids.claim("clip")):
                element.add(part)
        else:
            for id in pattern_ids(texture):
                element.add(self.drawing.path(data, fill=f"url(#{id})"))
        element.add(self._outlined(path, None, classed=False))
        return element

    def _outlined(self, path: Path, fill: str | None, *, classed: bool = True) -> Any:
        element = self.drawing.path(path_data(path.commands), fill=fill or "none")
        if classed:
            _set_classes(element, path.classes)
        if path.stroke and path.width > 0:
            element["stroke"] = path.stroke
            element["stroke-width"] = number(path.width)
            if path.dash:
                element["stroke-dasharray"] = " ".join(map(number, path.dash))
        return element

    def _text(self, text: Text) -> Any:
        string = printable(text.string)
        x, y = number(text.at.x), number(text.at.y)
        element = self.drawing.text(string)
        element.attribs |= {"x": x, "y": y, "font-size": number(text.size), "fill": text.color}
        _set_classes(element, text.classes)
        if text.anchor != "start":
            element["text-anchor"] = text.anchor
        if text.bold and (not own(text.family) or bold_file(text.family)):
            element["font-weight"] = "bold"
        if text.italic:
            element["font-style"] = "italic"
        if text.family != self.family:
            element["font-family"] = font_stack(text.family)
        if text.angle:
            element["transform"] = f"rotate({number(text.angle)} {x} {y})"
        if string != " ".join(string.split()):
            element["xml:space"] = "preserve"
        return element

    def _image(self, image: Image) -> Any:
        box = image.box
        element = self.drawing.image(data_uri(image))
        element.attribs |= {
            "x": number(box.x),
            "y": number(box.y),
            "width": number(box.width),
            "height": number(box.height),
            "preserveAspectRatio": "none",
        }
        _set_classes(element, image.classes)
        return element


def font_stack(family: str) -> str:
    """Return the fonts to try for a family, in the notation of CSS."""
    if family in STACKS:
        return STACKS[family]
    if own(family):
        family = naming(FilePath(family)).family
    name = "".join(char for char in printable(family) if char not in "'\"\\;,{}()")
    return f"'{name}', {STACKS['sans']}"


def data_uri(image: Image) -> str:
    """Return the picture as an address that holds it, so that the file refers to no other."""
    signature = SIGNATURES.get(image.media_type)
    if signature is None or not image.data.startswith(signature):
        message = f"unsupported picture: {image.media_type!r} (one of {', '.join(SIGNATURES)})"
        raise ModelError(message)
    return f"data:{image.media_type};base64,{base64.b64encode(image.data).decode('ascii')}"


def _set_classes(element: Any, classes: tuple[str, ...]) -> None:
    if classes:
        element["class"] = " ".join(map(token, classes))


def _main_family(scene: Scene) -> str:
    """Return the family of most texts, which the root states for all; the first of equals."""
    families = Counter(_families(scene))
    return families.most_common(1)[0][0] if families else "sans"


def _families(scene: Scene) -> Iterator[str]:
    return (item.family for item, _ in scene.walk() if isinstance(item, Text))


def _textures(scene: Scene) -> dict[tuple[str, ...], Texture]:
    """Return the textures in use by the ids of their patterns, in order of first use.

    Each ink is there once, whatever its paper. Without any, nothing is imported to draw them.
    """
    found: dict[tuple[str, ...], Texture] = {}
    for item, _ in scene.walk():
        if isinstance(item, Path) and isinstance(item.fill, Texture):
            from net2fig.render.svg.patterns import pattern_ids

            found.setdefault(tuple(pattern_ids(item.fill)), item.fill)
    return found
