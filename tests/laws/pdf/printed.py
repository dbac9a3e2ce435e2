"""A page of a PDF as it is printed: letters, what is painted, and pictures, each at its place.

Only as much of PDF is read as the figures need: objects, compressed streams, fonts with their way
to Unicode, and the operators of content streams with their matrices, clips and forms. Places are
those of a scene: in points from the upper left corner.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from math import hypot
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from net2fig.geometry import Box, Point
from net2fig.laws.shapes import flatten_path, make_area
from net2fig.scene import Close, Command, Curve, Line, Move
from tests.laws.pdf.letters import Font, codes_of, fonts_of

TOKEN: Final = re.compile(
    rb"\((?:\\.|[^\\()])*\)|<<|>>|<[0-9A-Fa-f\s]*>|\[|\]|/[^\s/\[\]()<>]+"
    rb"|[-+]?\d*\.?\d+|[A-Za-z'\"][A-Za-z0-9'\"]*\*?",
    re.DOTALL,
)
PAINTING: Final = {
    b"f": (True, False),
    b"F": (True, False),
    b"f*": (True, False),
    b"S": (False, True),
    b"s": (False, True),
    b"B": (True, True),
    b"B*": (True, True),
    b"b": (True, True),
    b"b*": (True, True),
}
"""The operators that paint a path: whether they fill it, and whether they draw its line."""

Matrix = tuple[float, float, float, float, float, float]
UNIT: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Letter(Struct, frozen=True):
    """A letter: where it begins, where the next one would, and its size on paper."""

    char: str
    at: Point
    size: float
    end: Point


class Painted(Struct, frozen=True):
    """A path that is filled, drawn or both: the box of its corners, and that of its clip."""

    box: Box
    filled: bool
    stroked: bool
    clip: Box | None


class Printed(Struct, frozen=True):
    """All that stands on a page; letters in the order in which they can be selected."""

    page: Box
    letters: tuple[Letter, ...]
    paints: tuple[Painted, ...]
    pictures: tuple[Box, ...]


def objects_of(data: bytes) -> dict[int, bytes]:
    """Return the objects of a file by number, streams unpacked behind their dictionaries."""
    found = {}
    for match in re.finditer(rb"(?:^|\n)(\d+) 0 obj\b(.*?)\bendobj", data, re.DOTALL):
        head, _, rest = match[2].partition(b"stream")
        body = rest.lstrip(b"\r\n").rpartition(b"endstream")[0]
        if b"/FlateDecode" in head:
            body = zlib.decompressobj().decompress(body)
        found[int(match[1])] = head + b"stream\n" + body if rest else head
    return found


def pages_of(objects: Mapping[int, bytes]) -> list[bytes]:
    """Return the pages of a file."""
    return [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]


def printed(objects: Mapping[int, bytes], page: bytes) -> Printed:
    """Return what stands on a page."""
    box = re.search(rb"/MediaBox\s*\[\s*([-\d.\s]+)\]", page)
    x0, y0, x1, y1 = map(float, box[1].split()) if box else (0.0, 0.0, 0.0, 0.0)
    press = _Press(objects)
    # From the lower left corner with y upwards to the upper left one with y downwards.
    press.state.matrix = (1.0, 0.0, 0.0, -1.0, -x0, y1)
    contents = re.search(rb"/Contents\s*\[?((?:\s*\d+\s+0\s+R)+)", page)
    numbers = re.findall(rb"(\d+)\s+0\s+R", contents[1]) if contents else []
    press.run(b"\n".join(_content(objects, int(number)) for number in numbers))
    return Printed(
        Box(0.0, 0.0, x1 - x0, y1 - y0),
        tuple(press.letters),
        tuple(press.paints),
        tuple(press.pictures),
    )


def _content(objects: Mapping[int, bytes], number: int) -> bytes:
    return objects.get(number, b"").partition(b"stream\n")[2]


def _named(objects: Mapping[int, bytes], key: bytes) -> dict[bytes, int]:
    """Return the resources of a kind by their names; no name is given twice."""
    return {
        name: int(number)
        for body in objects.values()
        for block in re.findall(rb"/" + key + rb"\s*<<(.*?)>>", body, re.DOTALL)
        for name, number in re.findall(rb"(/\S+)\s+(\d+)\s+0\s+R", block)
    }


def _times(one: Matrix, two: Matrix) -> Matrix:
    """Return the matrix that does what the first does, then what the second does."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = two
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _placed(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return Point(a * x + c * y + e, b * x + d * y + f)


class _State(Struct):
    """What q keeps and Q brings back."""

    matrix: Matrix = UNIT
    clip: Box | None = None
    font: Font = field(default_factory=lambda: Font({}, {}, 1))
    size: float = 0.0


class _Press:
    """Runs content streams, and notes what they print."""

    def __init__(self, objects: Mapping[int, bytes]) -> None:
        self.objects = objects
        self.fonts = fonts_of(objects, _named(objects, b"Font"))
        self.forms = _named(objects, b"XObject")
        self.state = _State()
        self.kept: list[_State] = []
        self.path: list[Command] = []
        self.clips = False
        self.line, self.along = UNIT, 0.0
        self.letters: list[Letter] = []
        self.paints: list[Painted] = []
        self.pictures: list[Box] = []

    def run(self, content: bytes) -> None:
        """Run a stream: operands, then their operator."""
        held: list[bytes] = []
        for token in TOKEN.findall(content):
            if token[:1].isalpha() or token[:1] in b"'\"":
                self._operate(token, held)
                held = []
            else:
                held.append(token)

    def _operate(self, operator: bytes, held: list[bytes]) -> None:
        if operator == b"q":
            self.kept.append(replace(self.state))
        elif operator == b"Q" and self.kept:
            self.state = self.kept.pop()
        elif operator == b"cm":
            self.state.matrix = _times(_matrix(held), self.state.matrix)
        elif operator == b"Do":
            self._place(held[-1])
        elif operator in (b"m", b"l", b"c", b"v", b"y", b"h", b"re"):
            self._draw(operator, [float(number) for number in held])
        elif operator in (b"W", b"W*"):
            self.clips = True
        elif operator in PAINTING or operator == b"n":
            self._paint(operator)
        else:
            self._write(operator, held)

    def _place(self, name: bytes) -> None:
        """Place a picture, which fills the unit square, or run a form."""
        body = self.objects.get(self.forms.get(name, -1), b"")
        if re.search(rb"/Subtype\s*/Image", body):
            corners = [
                _placed(self.state.matrix, x, y) for x, y in ((0, 0), (1, 1), (0, 1), (1, 0))
            ]
            self.pictures.append(_around(corners))
        else:
            given = re.search(rb"/Matrix\s*\[([-\d.\s]+)\]", body.partition(b"stream")[0])
            before = replace(self.state)
            if given:
                self.state.matrix = _times(_matrix(given[1].split()), self.state.matrix)
            self.run(body.partition(b"stream\n")[2])
            self.state = before

    def _draw(self, operator: bytes, numbers: list[float]) -> None:
        """Add to the path, at its place on the page."""
        at = [
            _placed(self.state.matrix, x, y)
            for x, y in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        if operator == b"m":
            self.path.append(Move(at[0]))
        elif operator == b"l":
            self.path.append(Line(at[0]))
        elif operator == b"c":
            self.path.append(Curve(*at))
        elif operator == b"re":
            x, y, width, height = numbers
            ring = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
            first, *others = (_placed(self.state.matrix, *corner) for corner in ring)
            self.path += [Move(first), *map(Line, others), Close()]
        elif operator == b"h":
            self.path.append(Close())
        else:
            raise ValueError(f"unknown operator of a path: {operator!r}")

    def _paint(self, operator: bytes) -> None:
        """Paint the path, or make it the clip."""
        if self.path:
            box = make_area(flatten_path(tuple(self.path)), filled=False, half=0.0).box
            if operator in PAINTING:
                self.paints.append(Painted(box, *PAINTING[operator], self.state.clip))
            if self.clips:
                clip = self.state.clip
                self.state.clip = _common(clip, box) if clip else box
        self.path, self.clips = [], False

    def _write(self, operator: bytes, held: list[bytes]) -> None:
        """Set the font, the place or a string of text; what else there is changes no place."""
        if operator == b"BT":
            self.line, self.along = UNIT, 0.0
        elif operator == b"Tm":
            self.line, self.along = _matrix(held), 0.0
        elif operator == b"Td":
            x, y = map(float, held[-2:])
            self.line, self.along = _times((1.0, 0.0, 0.0, 1.0, x, y), self.line), 0.0
        elif operator == b"Tf":
            self.state.font = self.fonts.get(held[-2], self.state.font)
            self.state.size = float(held[-1])
        elif operator in (b"Tj", b"TJ"):
            self.letters += self._set(held)

    def _set(self, held: list[bytes]) -> Iterator[Letter]:
        """Yield letters, moved on by each one's width and by what lies between."""
        font, size = self.state.font, self.state.size
        matrix = _times(self.line, self.state.matrix)
        for piece in held:
            if piece[:1] not in b"(<":
                self.along -= 0.0 if piece in b"[]" else float(piece) / 1000 * size
                continue
            for code in codes_of(piece, font.bytes):
                begin = self.along
                self.along += font.widths.get(code, 0.0) / 1000 * size
                at, end = (_placed(matrix, x, 0.0) for x in (begin, self.along))
                high = size * hypot(matrix[2], matrix[3])
                yield Letter(font.chars.get(code, "\ufffd"), at, high, end)


def _matrix(numbers: list[bytes]) -> Matrix:
    a, b, c, d, e, f = map(float, numbers[-6:])
    return a, b, c, d, e, f


def _around(points: list[Point]) -> Box:
    x, y = min(p.x for p in points), min(p.y for p in points)
    return Box(x, y, max(p.x for p in points) - x, max(p.y for p in points) - y)


def _common(one: Box, two: Box) -> Box:
    x, y = max(one.x, two.x), max(one.y, two.y)
    right, bottom = min(one.right, two.right), min(one.bottom, two.bottom)
    return Box(x, y, max(right - x, 0.0), max(bottom - y, 0.0))
