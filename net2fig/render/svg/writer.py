"""Scene → SVG: every item an element of its own, one to a line, to be styled and edited afterwards.

Ensures: the same scene gives the same bytes; nothing outside the file is referred to; whatever a
name holds, the file is well-formed.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from net2fig.errors import ModelError
from net2fig.fonts.metrics import bold_file, is_font_path, printable, read_names, text_width
from net2fig.render.numbers import format_number
from net2fig.render.svg import svgwrite_patch
from net2fig.render.svg.ids import Ids, make_token
from net2fig.render.svg.paths import format_path
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

MATHEMATICS = "math"
"""The class of texts that are letters of a formula."""


def render_svg(scene: Scene, *, fonts: bool = True) -> bytes:
    """Return the scene as an SVG file, in UTF-8.

    A texture is a pattern, easy to edit. Fonts of the author's own are held by the file, unless the
    page that the drawing is for has them.
    """
    return _SvgWriter(scene, fonts=fonts).bytes()


class _SvgWriter:
    """One drawing on its way into lines of XML.

    Groups, paths and texts are written at once; svgwrite makes the definitions and the ink of
    textures, and is imported for them alone.
    """

    def __init__(self, scene: Scene, *, fonts: bool) -> None:
        self.scene = scene
        self.fonts = fonts
        self.family = _find_main_family(scene)
        self.textures = _find_textures(scene)
        self.ids = Ids(id for ids in self.textures for id in ids)
        self.group_ids = {
            id(item): self.ids.claim(item.id)
            for item, _ in scene.walk()
            if isinstance(item, Group) and item.id is not None
        }
        self.lines: list[str] = []

    @cached_property
    def drawing(self) -> Any:
        """What makes elements of svgwrite."""
        return svgwrite_patch.load_svgwrite().Drawing(debug=False, profile="full")

    def bytes(self) -> bytes:
        """Return the finished file."""
        for name, text in (("title", self.scene.title), ("desc", self.scene.description)):
            if printable(text):
                self._write_element(name, {}, 1, printable(text))
        self._write_definitions()
        ground = self.scene.ground
        for item in (*([ground] if ground else ()), *self.scene.items):
            self._write_item(item, 1)
        tag = f"<svg{_format_attributes(self._root_attributes())}"
        text = "\n".join((f"{tag}>", *self.lines, "</svg>")) if self.lines else f"{tag} />"
        return text.encode() + b"\n"

    def _root_attributes(self) -> dict[str, str]:
        width, height = format_number(self.scene.size.width), format_number(self.scene.size.height)
        return {
            "xmlns": "http://www.w3.org/2000/svg",
            "xmlns:xlink": "http://www.w3.org/1999/xlink",
            "class": "net2fig",
            "role": "img",
            "width": f"{width}pt",
            "height": f"{height}pt",
            "viewBox": f"0 0 {width} {height}",
            "font-family": list_fonts(self.family),
            "stroke-linejoin": "round",
            # Letters stand where the metrics say, not on whole pixels.
            "text-rendering": "geometricPrecision",
        }

    def _write_definitions(self) -> None:
        """Write the fonts of the user and the patterns of textures, if there are any."""
        fonts = self.fonts and any(is_font_path(family) for family in _list_families(self.scene))
        textures = self.textures.values()
        if not fonts and not textures:
            return
        definitions = self.drawing.defs
        if fonts:
            from net2fig.render.faces import write_font_faces

            definitions.add(self.drawing.style(write_font_faces([self.scene])))
        for texture in textures:
            from net2fig.render.svg.patterns import make_patterns

            for pattern in make_patterns(self.drawing, texture):
                definitions.add(pattern)
        if definitions.elements:
            self._write_foreign(definitions, 1)

    def _write_item(self, item: Item, depth: int) -> None:
        if isinstance(item, Group):
            self._write_group(item, depth)
        elif isinstance(item, Path):
            self._write_path(item, depth)
        elif isinstance(item, Text):
            self._write_text(item, depth)
        else:
            self._write_image(item, depth)

    def _write_element(
        self, name: str, attributes: Mapping[str, str], depth: int, text: str = ""
    ) -> None:
        """Write an element that holds no other."""
        end = f">{_escape_text(text)}</{name}>" if text else " />"
        self.lines.append(f"{' ' * depth}<{name}{_format_attributes(attributes)}{end}")

    def _write_open(self, attributes: Mapping[str, str], depth: int) -> None:
        self.lines.append(f"{' ' * depth}<g{_format_attributes(attributes)}>")

    def _write_close(self, depth: int) -> None:
        self.lines.append(f"{' ' * depth}</g>")

    def _write_group(self, group: Group, depth: int) -> None:
        attributes = {"class": _format_classes(group.classes)}
        if group.id is not None:
            attributes["id"] = self.group_ids[id(group)]
        for key, value in group.data:
            value = self.ids.of(value) if key in REFERENCES else value
            attributes[f"data-{make_token(key).lower()}"] = printable(value)
        if not (group.title or group.items):
            self._write_element("g", attributes, depth)
            return
        self._write_open(attributes, depth)
        if group.title:
            self._write_element("title", {}, depth + 1, printable(group.title))
        for item in group.items:
            self._write_item(item, depth + 1)
        self._write_close(depth)

    def _write_path(self, path: Path, depth: int) -> None:
        if not isinstance(path.fill, Texture):
            self._write_outline(path, path.fill, _format_classes(path.classes), depth)
            return
        from net2fig.render.svg.patterns import list_pattern_ids

        # The paper lies under all tiles in one piece: tile by tile it would show their edges.
        texture, data = path.fill, format_path(path.commands)
        self._write_open({"class": _format_classes(path.classes)}, depth)
        self._write_element("path", {"d": data, "fill": texture.paper}, depth + 1)
        for id in list_pattern_ids(texture):
            self._write_element("path", {"d": data, "fill": f"url(#{id})"}, depth + 1)
        self._write_outline(path, None, "", depth + 1)
        self._write_close(depth)

    def _write_foreign(self, part: Any, depth: int) -> None:
        """Write an element of svgwrite."""
        from xml.etree import ElementTree as ET

        element = part.get_xml()
        ET.indent(element, space=" ", level=depth)
        self.lines.append(" " * depth + ET.tostring(element, encoding="unicode"))

    def _write_outline(self, path: Path, fill: str | None, classes: str, depth: int) -> None:
        attributes = {"class": classes, "d": format_path(path.commands), "fill": fill or "none"}
        if path.stroke and path.width > 0:
            attributes["stroke"] = path.stroke
            attributes["stroke-width"] = format_number(path.width)
            if path.dash:
                attributes["stroke-dasharray"] = " ".join(map(format_number, path.dash))
        self._write_element("path", attributes, depth)

    def _write_text(self, text: Text, depth: int) -> None:
        string = printable(text.string)
        x, y = format_number(text.at.x), format_number(text.at.y)
        attributes = {
            "x": x,
            "y": y,
            "font-size": format_number(text.size),
            "fill": text.color,
            "class": _format_classes(text.classes),
        }
        if text.anchor != "start":
            attributes["text-anchor"] = text.anchor
        if text.bold and (not is_font_path(text.family) or bold_file(text.family)):
            attributes["font-weight"] = "bold"
        if text.italic:
            attributes["font-style"] = "italic"
        if text.family != self.family:
            attributes["font-family"] = list_fonts(text.family)
        if MATHEMATICS in text.classes:
            # Whatever font a viewer has, the letters of a formula keep their places.
            width = text_width(string, text.size, family=text.family, italic=text.italic)
            attributes["textLength"] = format_number(width)
            attributes["lengthAdjust"] = "spacingAndGlyphs"
        if text.angle:
            attributes["transform"] = f"rotate({format_number(text.angle)} {x} {y})"
        if string != " ".join(string.split()):
            attributes["xml:space"] = "preserve"
        self._write_element("text", attributes, depth, string)

    def _write_image(self, image: Image, depth: int) -> None:
        box = image.box
        attributes = {
            "class": _format_classes(image.classes),
            "x": format_number(box.x),
            "y": format_number(box.y),
            "width": format_number(box.width),
            "height": format_number(box.height),
            "preserveAspectRatio": "none",
            "xlink:href": make_data_uri(image),
        }
        self._write_element("image", attributes, depth)


def _format_attributes(attributes: Mapping[str, str]) -> str:
    """Return attributes as they stand in a tag, in the order of their names, without empty ones."""
    return "".join(
        f' {name}="{_escape_value(attributes[name])}"'
        for name in sorted(attributes)
        if attributes[name]
    )


def _escape_text(text: str) -> str:
    """Return a text as it stands between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_value(value: str) -> str:
    """Return a value as it stands between double quotes."""
    text = _escape_text(value).replace('"', "&quot;")
    return text.replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#09;")


def _format_classes(classes: tuple[str, ...]) -> str:
    return " ".join(map(make_token, classes))


def list_fonts(family: str) -> str:
    """Return the fonts to try for a family, in the notation of CSS."""
    if family in STACKS:
        return STACKS[family]
    if is_font_path(family):
        family = read_names(FilePath(family)).family
    name = "".join(char for char in printable(family) if char not in "'\"\\;,{}()")
    return f"'{name}', {STACKS['sans']}"


def make_data_uri(image: Image) -> str:
    """Return the picture as an address that holds it, so that the file refers to no other."""
    signature = SIGNATURES.get(image.media_type)
    if signature is None or not image.data.startswith(signature):
        message = f"unsupported picture: {image.media_type!r} (one of {', '.join(SIGNATURES)})"
        raise ModelError(message)
    return f"data:{image.media_type};base64,{base64.b64encode(image.data).decode('ascii')}"


def _find_main_family(scene: Scene) -> str:
    """Return the family of most texts, which the root states for all; the first of equals."""
    families = Counter(_list_families(scene))
    return families.most_common(1)[0][0] if families else "sans"


def _list_families(scene: Scene) -> Iterator[str]:
    return (item.family for item, _ in scene.walk() if isinstance(item, Text))


def _find_textures(scene: Scene) -> dict[tuple[str, ...], Texture]:
    """Return the textures in use by the ids of their patterns, in order of first use.

    Each ink is there once, whatever its paper. Without any, nothing is imported to draw them.
    """
    textures: dict[tuple[str, ...], Texture] = {}
    for item, _ in scene.walk():
        if isinstance(item, Path) and isinstance(item.fill, Texture):
            from net2fig.render.svg.patterns import list_pattern_ids

            textures.setdefault(tuple(list_pattern_ids(item.fill)), item.fill)
    return textures
