"""Items of a scene as shapes of DrawingML, with the boxes that they take.

Lengths are in EMU, of which a point has 12 700. A group names its shapes, so that a glyph is one
thing to click, and its parts can be changed alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from net2fig.fonts.metrics import is_font_path, metrics, printable, read_names, text_width
from net2fig.geometry import Box, Point
from net2fig.render.textures import load_texture
from net2fig.scene import Close, Command, Curve, Fill, Group, Image, Item, Move, Path, Text, Texture

EMU = 12_700
FACES = {"sans": "Arial", "serif": "Times New Roman"}
"""Fonts of the same widths as those that ship, which every machine with Office has."""

ALIGNED = {"start": "l", "middle": "ctr", "end": "r"}
SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""How texts are aligned, and how much of them lies before the place they are put at, by anchor."""

FULL = 100_000
"""One hundred per cent, in shares of the width of a line."""

Drawn = tuple[str, Box]


class ShapeWriter:
    """Writes the shapes of one slide; `pictures` are those that it needs, in order."""

    def __init__(self) -> None:
        self.count = 1
        self.pictures: list[Image] = []

    def write_all(self, items: Iterable[Item]) -> Iterator[Drawn]:
        """Yield the shapes of items; what paints nothing is left out."""
        for item in items:
            drawn = self._write(item)
            if drawn is not None:
                yield drawn

    def _write(self, item: Item) -> Drawn | None:
        match item:
            case Group():
                return self._write_group(item)
            case Path():
                return self._write_path(item)
            case Text():
                return self._write_text(item)
            case Image():
                return self._write_image(item)

    def _name(self, name: str) -> str:
        self.count += 1
        return f'<p:cNvPr id="{self.count}" name={quoteattr(printable(name))}/>'

    def _write_group(self, group: Group) -> Drawn | None:
        name = self._name(group.id or " ".join(group.classes) or "group")
        drawn = list(self.write_all(group.items))
        if not drawn:
            return None
        box = drawn[0][1]
        for _, other in drawn[1:]:
            box = box.union(other)
        place = _write_place(box)
        inner = place.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
        xml = (
            f"<p:grpSp><p:nvGrpSpPr>{name}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
            f"<p:grpSpPr><a:xfrm>{place}{inner}</a:xfrm></p:grpSpPr>"
            f"{''.join(xml for xml, _ in drawn)}</p:grpSp>"
        )
        return xml, box

    def _write_path(self, path: Path) -> Drawn | None:
        points = [point for command in path.commands for point in _list_points(command)]
        if not points:
            return None
        x, y = min(p.x for p in points), min(p.y for p in points)
        box = Box(x, y, max(p.x for p in points) - x, max(p.y for p in points) - y)
        steps = "".join(_write_command(command, box) for command in path.commands)
        size = f'w="{_emu(box.width)}" h="{_emu(box.height)}"'
        shape = (
            "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
            '<a:rect l="0" t="0" r="r" b="b"/>'
            f"<a:pathLst><a:path {size}>{steps}</a:path></a:pathLst></a:custGeom>"
        )
        xml = (
            f"<p:sp><p:nvSpPr>{self._name(' '.join(path.classes) or 'path')}<p:cNvSpPr/><p:nvPr/>"
            f"</p:nvSpPr><p:spPr><a:xfrm>{_write_place(box)}</a:xfrm>{shape}"
            f"{_write_fill(path.fill)}{_write_line(path)}</p:spPr></p:sp>"
        )
        return xml, box

    def _write_text(self, text: Text) -> Drawn | None:
        string = printable(text.string)
        if not string:
            return None
        style = {"family": text.family, "bold": text.bold, "italic": text.italic}
        width = text_width(string, text.size, **style)  # type: ignore[arg-type]
        face = metrics(text.size, **style)  # type: ignore[arg-type]
        height = face.ascent + face.descent
        middle = _turn(
            Point(width * (0.5 - SHARES[text.anchor]), height / 2 - face.ascent), text.angle
        )
        box = Box(
            text.at.x + middle.x - width / 2, text.at.y + middle.y - height / 2, width, height
        )
        turn = f' rot="{round(text.angle * 60_000) % 21_600_000}"' if text.angle else ""
        font = _find_font(text.family)
        weight = (' b="1"' if text.bold else "") + (' i="1"' if text.italic else "")
        run = (
            f'<a:rPr lang="en-US" sz="{max(round(text.size * 100), 100)}"{weight} dirty="0">'
            f"{_write_fill(text.color)}<a:latin typeface={quoteattr(font)}/>"
            f"<a:cs typeface={quoteattr(font)}/></a:rPr><a:t>{escape(string)}</a:t>"
        )
        body = (
            '<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/>'
            f'</a:bodyPr><a:lstStyle/><a:p><a:pPr algn="{ALIGNED[text.anchor]}"/>'
            f"<a:r>{run}</a:r></a:p>"
        )
        xml = (
            f'<p:sp><p:nvSpPr>{self._name(string)}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
            f"<p:spPr><a:xfrm{turn}>{_write_place(box)}</a:xfrm>"
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
            f"<p:txBody>{body}</p:txBody></p:sp>"
        )
        return xml, box

    def _write_image(self, image: Image) -> Drawn:
        self.pictures.append(image)
        reference = f"rIdPicture{len(self.pictures)}"
        xml = (
            f"<p:pic><p:nvPicPr>{self._name('picture')}<p:cNvPicPr/><p:nvPr/></p:nvPicPr>"
            f'<p:blipFill><a:blip r:embed="{reference}"/><a:stretch><a:fillRect/></a:stretch>'
            f"</p:blipFill><p:spPr><a:xfrm>{_write_place(image.box)}</a:xfrm>"
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )
        return xml, image.box


def _emu(length: float) -> int:
    return round(length * EMU)


def _write_place(box: Box) -> str:
    return (
        f'<a:off x="{_emu(box.x)}" y="{_emu(box.y)}"/>'
        f'<a:ext cx="{_emu(box.width)}" cy="{_emu(box.height)}"/>'
    )


def _turn(point: Point, angle: float) -> Point:
    """Return a point turned about the origin, in degrees, clockwise."""
    sin, cos = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    return Point(point.x * cos - point.y * sin, point.x * sin + point.y * cos)


def _list_points(command: Command) -> Sequence[Point]:
    if isinstance(command, Close):
        return ()
    if isinstance(command, Curve):
        return (command.first, command.second, command.to)
    return (command.to,)


def _write_command(command: Command, box: Box) -> str:
    points = "".join(
        f'<a:pt x="{_emu(point.x - box.x)}" y="{_emu(point.y - box.y)}"/>'
        for point in _list_points(command)
    )
    if isinstance(command, Close):
        return "<a:close/>"
    name = "moveTo" if isinstance(command, Move) else "lnTo"
    name = "cubicBezTo" if isinstance(command, Curve) else name
    return f"<a:{name}>{points}</a:{name}>"


def _write_colour(colour: str) -> str:
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return f'<a:srgbClr val="{escape(digits.upper())}"/>'


def _write_fill(fill: Fill) -> str:
    if fill is None:
        return "<a:noFill/>"
    if isinstance(fill, Texture):
        pattern = load_texture(fill.name).office
        if not pattern:
            return f"<a:solidFill>{_write_colour(fill.paper)}</a:solidFill>"
        return (
            f'<a:pattFill prst="{pattern}"><a:fgClr>{_write_colour(fill.ink)}</a:fgClr>'
            f"<a:bgClr>{_write_colour(fill.paper)}</a:bgClr></a:pattFill>"
        )
    return f"<a:solidFill>{_write_colour(fill)}</a:solidFill>"


def _write_line(path: Path) -> str:
    if path.stroke is None or path.width <= 0:
        return "<a:ln><a:noFill/></a:ln>"
    pairs = zip(path.dash[::2], path.dash[1::2], strict=False)
    dashes = "".join(
        f'<a:ds d="{_share(on, path.width)}" sp="{_share(off, path.width)}"/>' for on, off in pairs
    )
    dashes = f"<a:custDash>{dashes}</a:custDash>" if dashes else ""
    return (
        f'<a:ln w="{_emu(path.width)}" cap="flat">{_write_fill(path.stroke)}{dashes}'
        "<a:round/></a:ln>"
    )


def _share(length: float, width: float) -> int:
    return round(FULL * length / width)


def _find_font(family: str) -> str:
    if is_font_path(family):
        from pathlib import Path as FilePath

        return read_names(FilePath(family)).family
    return FACES.get(family, family)
