"""What stands on the paper: shapes and words of an SVG file, by their place and colour alone.

No id, no class and no data of the file is looked at, nor in which group something stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from net2fig.geometry import Box, Point
from net2fig.laws.shapes import Chain, flatten_path, make_area
from net2fig.laws.text_ink import measure_ink
from net2fig.scene import Close, Command, Curve, Line, Move, Text

SVG = "{http://www.w3.org/2000/svg}"
PAPER = "#ffffff"
NUMBERS = {"M": 2, "L": 2, "C": 6, "Z": 0}


@dataclass(frozen=True, slots=True)
class Shape:
    """A path: its corners, its fill and stroke, and the box that it paints.

    A frame may be `dashed`; a dashed line is a line like others.
    """

    chain: Chain
    fill: str | None
    stroke: str | None
    dashed: bool
    curved: bool
    box: Box
    half: float

    @property
    def colour(self) -> str | None:
        """The colour of its inner part; None of a line, and of a frame of paper."""
        return self.fill if self.fill != PAPER else None

    @property
    def round(self) -> bool:
        """Whether it is a circle."""
        return self.curved and abs(self.box.width - self.box.height) < 0.02

    def side(self, right: bool, y: float) -> float:
        """Return the height of the upright side at a height of the page; 0 where none is."""
        x = self.box.right - self.half if right else self.box.x + self.half
        for one, two in zip(self.chain, self.chain[1:], strict=False):
            top, low = sorted((one.y, two.y))
            upright = abs(one.x - x) < 0.02 and abs(two.x - x) < 0.02
            if upright and top - self.half - 0.1 <= y <= low + self.half + 0.1:
                return low - top + 2 * self.half
        return 0.0


@dataclass(frozen=True, slots=True)
class Word:
    """A text and the box of its ink."""

    string: str
    box: Box
    size: float
    bold: bool


def look(svg: bytes) -> tuple[list[Shape], list[Word]]:
    """Return all shapes and all words of a file."""
    shapes: list[Shape] = []
    words: list[Word] = []
    for element in ET.fromstring(svg).iter():  # noqa: S314  (our own file)
        if element.tag == f"{SVG}path" and not _is_dotted(element):
            shapes.append(_shape(element))
        elif element.tag == f"{SVG}text":
            words.append(_word(element))
    return shapes, words


def _is_dotted(element: ET.Element) -> bool:
    """Tell whether a line is one of dots, along which no data flow."""
    dash = list(map(float, element.get("stroke-dasharray", "").split()))
    return len(dash) == 2 and dash[0] < dash[1]


def _shape(element: ET.Element) -> Shape:
    commands = _commands(element.get("d", ""))
    chains = flatten_path(commands)
    fill, stroke = (_colour(element.get(name)) for name in ("fill", "stroke"))
    half = float(element.get("stroke-width", "1")) / 2 if stroke else 0.0
    painted = make_area(chains, filled=fill is not None, half=half)
    curved = any(isinstance(command, Curve) for command in commands)
    return Shape(
        chains[0],
        fill,
        stroke,
        element.get("stroke-dasharray") is not None and chains[0][0] == chains[0][-1],
        curved,
        painted.box,
        half,
    )


def _colour(value: str | None) -> str | None:
    return None if value in (None, "none") else value


def _commands(data: str) -> tuple[Command, ...]:
    """Return the commands of a path that uses M, L, C and Z, as the renderer writes them."""
    found: list[Command] = []
    for letter, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", data):
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", rest)]
        points = [Point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        assert letter in NUMBERS, f"unknown command of a path: {letter}"
        if letter == "Z":
            found.append(Close())
        elif letter == "M":
            found.append(Move(points[0]))
        elif letter == "L":
            found += [Line(point) for point in points]
        else:
            found += [Curve(*points[n : n + 3]) for n in range(0, len(points), 3)]
    return tuple(found)


def _word(element: ET.Element) -> Word:
    size = float(element.get("font-size", "7"))
    bold = element.get("font-weight") == "bold"
    text = Text(
        Point(float(element.get("x", "0")), float(element.get("y", "0"))),
        "".join(element.itertext()),
        size,
        "#000000",
        anchor=element.get("text-anchor", "start"),
        bold=bold,
    )
    return Word(text.string, measure_ink(text).box, size, bold)
