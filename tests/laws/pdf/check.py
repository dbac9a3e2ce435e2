"""L9 in the file itself: it is the scene, with fonts embedded and text that can be selected.

What is checked of a scene would not hold on paper if the file were another: so its page, its
letters with their places and sizes, its lines and fills and its pictures are those of the scene,
nothing lies outside the page, and no text is smaller there than the template allows. Figures hold
no pictures but samples: what is drawn is not turned into pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from math import cos, hypot, radians, sin
from typing import Final

from net2fig.data.template import Template
from net2fig.fonts.metrics import printable, text_width
from net2fig.geometry import Box, Point
from net2fig.laws.breach import Breach
from net2fig.laws.shapes import flatten_path, make_area
from net2fig.laws.text_ink import ANCHORS
from net2fig.scene import Image, Path, Scene, Text, Texture
from tests.laws.pdf.letters import followed
from tests.laws.pdf.printed import Letter, Painted, Printed, objects_of, pages_of, printed

EMBEDDED: Final = {b"TrueType", b"Type1", b"CIDFontType2", b"CIDFontType0"}
"""The kinds of font that print and search; a Type0 font stands for one of the CID kinds."""
NEAR: Final = 0.2
"""How far a letter may be from its place in the scene."""
DRIFT: Final = 0.001
"""And how much further for each letter before it: widths in the file are whole thousandths."""
ON: Final = 0.03
"""The same of lines, whose places are rounded."""
SIZE: Final = 0.01
"""How far sizes may differ, in points."""


def check_pdf(data: bytes, scene: Scene, template: Template | None = None) -> list[Breach]:
    """Return where a PDF is not the scene, or not what the template asks for (L9)."""
    objects = objects_of(data)
    pages = pages_of(objects)
    breaches = list(_fonts(objects))
    if len(pages) != 1:
        breaches.append(Breach("L9", f"the file has {len(pages)} pages"))
    for page in pages:
        found = printed(objects, page)
        breaches += [
            *_sizes(found, scene, template),
            *_texts(found.letters, scene),
            *_selected(found.letters, scene),
            *_paints(found.paints, scene),
            *_pictures(found.pictures, scene),
        ]
    return breaches


def _fonts(objects: Mapping[int, bytes]) -> Iterator[Breach]:
    for body in objects.values():
        kind = re.search(rb"/Type\s*/Font\b.*?/Subtype\s*/(\w+)", body, re.DOTALL)
        if kind is None or kind[1] == b"Type0":
            continue
        name = re.search(rb"/BaseFont\s*/([^\s/]+)", body)
        called = name[1].decode("latin-1") if name else "without a name"
        if kind[1] not in EMBEDDED:
            yield Breach("L9", f"the font {called} is {kind[1].decode()}")
        elif b"/FontFile" not in followed(objects, body, b"FontDescriptor"):
            yield Breach("L9", f"the font {called} is not embedded")


def _sizes(found: Printed, scene: Scene, template: Template | None) -> Iterator[Breach]:
    """Yield a page of another size, text that is too small, and what stands outside."""
    page, size = found.page, scene.size
    if max(abs(page.width - size.width), abs(page.height - size.height)) > SIZE:
        said = f"{page.width:.2f}×{page.height:.2f}"
        yield Breach("L9", f"the page is {said} pt, the scene {size.width:.2f}×{size.height:.2f}")
    least = template.minimum if template else 0.0
    told: set[tuple[str, float]] = set()
    for letter in found.letters:
        if letter.size < least - SIZE and (letter.char, letter.size) not in told:
            told.add((letter.char, letter.size))
            message = f"{letter.char!r} is printed at {letter.size:.2f} pt, below {least:g}"
            yield Breach("L9", message, letter.at)
        if not all(page.contains(Box(p.x, p.y, 0.0, 0.0), NEAR) for p in (letter.at, letter.end)):
            yield Breach("L9", f"{letter.char!r} is printed outside the page", letter.at)
    for paint in found.paints:
        if paint.clip is None and not page.contains(paint.box, ON):
            yield Breach("L9", "a line is printed outside the page", paint.box.centre)


def _texts(letters: Iterable[Letter], scene: Scene) -> Iterator[Breach]:
    """Yield the texts of the scene that cannot be found, and letters found that are not in it."""
    waiting: dict[str, list[Letter]] = {}
    for letter in letters:
        if letter.char.strip():
            waiting.setdefault(letter.char, []).append(letter)
    for item, _ in scene.walk():
        if isinstance(item, Text):
            for number, wanted in enumerate(_expected(item)):
                reach = NEAR + number * DRIFT * item.size
                near = [one for one in waiting.get(wanted.char, ()) if _off(one, wanted) <= reach]
                if not near:
                    yield Breach("L9", f"{item.string!r} cannot be found in the file", item.at)
                    break
                waiting[wanted.char].remove(near[0])
                if abs(near[0].size - item.size) > SIZE:
                    message = f"{item.string!r} is {near[0].size:g} pt, not {item.size:g}"
                    yield Breach("L9", message, item.at)
                    break
    for char, left in waiting.items():
        for letter in left:
            yield Breach("L9", f"{char!r} is in the file, but not in the scene", letter.at)


def _off(one: Letter, two: Letter) -> float:
    return hypot(one.at.x - two.at.x, one.at.y - two.at.y)


def _expected(text: Text) -> Iterator[Letter]:
    """Yield the letters of a text where the scene has them; a space has no ink."""
    string = printable(text.string)

    def width(part: str) -> float:
        return text_width(part, text.size, family=text.family, bold=text.bold, italic=text.italic)

    start, turn = -ANCHORS[text.anchor] * width(string), radians(text.angle)

    def at(count: int) -> Point:
        along = start + width(string[:count])
        return text.at.moved(along * cos(turn), along * sin(turn))

    for number, char in enumerate(string):
        if char.strip():
            yield Letter(char, at(number), text.size, at(number + 1))


def _selected(letters: Iterable[Letter], scene: Scene) -> Iterator[Breach]:
    """Yield the texts whose letters do not follow each other where they are selected."""
    whole = "".join(letter.char for letter in letters if letter.char.strip())
    for item, _ in scene.walk():
        if isinstance(item, Text) and "".join(printable(item.string).split()) not in whole:
            yield Breach("L9", f"{item.string!r} cannot be searched for in the file", item.at)


def _paints(paints: Iterable[Painted], scene: Scene) -> Iterator[Breach]:
    """Yield the paths of the scene that are not painted, and what is painted beside them.

    A texture is painted as many small marks that are clipped to its path.
    """
    waiting = list(paints)
    textured: list[Box] = []
    for item, _ in scene.walk():
        if not isinstance(item, Path) or (item.fill is None and not item.stroke):
            continue
        box = make_area(flatten_path(item.commands), filled=False, half=0.0).box
        if isinstance(item.fill, Texture):
            textured.append(box)
        for ways in _ways(item):
            near = [_painted(waiting, box, way) for way in ways]
            if None not in near:
                waiting = [paint for paint in waiting if all(paint is not one for one in near)]
                break
        else:
            yield Breach("L9", f"the {_called(item)} is not painted in the file", box.centre)
    for paint in waiting:
        clip = paint.clip
        if clip is None or not any(one.grown(1.0).contains(clip) for one in textured):
            yield Breach("L9", "the file paints what is not in the scene", paint.box.centre)


def _ways(path: Path) -> list[list[tuple[bool, bool]]]:
    """Return how a path may be painted: in which strokes, as (filled, drawn)."""
    once = [(path.fill is not None, bool(path.stroke and path.width))]
    return [once, [(True, False), (False, True)]] if isinstance(path.fill, Texture) else [once]


def _painted(waiting: list[Painted], box: Box, way: tuple[bool, bool]) -> Painted | None:
    near = (p for p in waiting if (p.filled, p.stroked) == way and _same(p.box, box))
    return next(near, None)


def _same(one: Box, two: Box) -> bool:
    return max(abs(a - b) for a, b in zip(_ends(one), _ends(two), strict=True)) <= ON


def _ends(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.right, box.bottom


def _called(path: Path) -> str:
    return path.classes[0] if path.classes else "line"


def _pictures(pictures: Iterable[Box], scene: Scene) -> Iterator[Breach]:
    """Yield pictures in the file that are no samples, and samples that are not in it."""
    wanted = [item.box for item, _ in scene.walk() if isinstance(item, Image)]
    for box in pictures:
        inside = [one for one in wanted if one.grown(1.0).contains(box)]
        if inside:
            wanted.remove(inside[0])
        else:
            yield Breach("L9", "the file holds a picture that is not in the scene", box.centre)
    for box in wanted:
        yield Breach("L9", "a picture is not in the file", box.centre)
