"""The content stream of a page: each item of a scene as the operators that paint it.

Coordinates are those of the scene, with y downwards: the page is turned over once, letters once
more. Textures are laid as ink, since viewers draw patterns with seams.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache

from net2fig.errors import ModelError
from net2fig.fonts.metrics import printable
from net2fig.render.numbers import format_number
from net2fig.render.pdf.typefaces import Typeface
from net2fig.render.shipped_fonts import anchor_texts
from net2fig.render.tex.ink import lay_ink, measure_bounds
from net2fig.render.textures import load_texture
from net2fig.scene import (
    Close,
    Command,
    Curve,
    Group,
    Image,
    Item,
    Move,
    Path,
    Scene,
    Text,
    Texture,
)

ROUND_JOINS, ROUND_ENDS, FLAT_ENDS = "1 j", "1 J", "0 J"

FindTypeface = Callable[[Text], Typeface]
"""Returns the font of a text."""

NamePicture = Callable[[Image], str]
"""Returns the name of a picture among the resources of the page."""


def write_content(scene: Scene, find_typeface: FindTypeface, name_picture: NamePicture) -> bytes:
    """Return the content stream of a scene."""
    scene = anchor_texts(scene)
    lines = [f"q 1 0 0 -1 0 {format_number(scene.size.height)} cm {ROUND_JOINS}"]
    stack: list[Item] = [*reversed(scene.items)]
    if scene.ground:
        stack.append(scene.ground)
    while stack:
        item = stack.pop()
        if isinstance(item, Group):
            stack.extend(reversed(item.items))
        elif isinstance(item, Path):
            lines += write_path(item)
        elif isinstance(item, Text):
            lines += write_text(item, find_typeface(item))
        else:
            lines.append(write_picture(item, name_picture(item)))
    return "\n".join([*lines, "Q"]).encode()


def write_path(path: Path) -> Iterable[str]:
    """Yield the operators of a path."""
    shape = write_commands(path.commands)
    fill = path.fill
    if isinstance(fill, Texture):
        yield f"{write_colour(fill.paper)} rg\n{shape} f"
        yield from _write_ink(path, fill, shape)
        fill = None
    is_stroked = path.stroke is not None and path.width > 0
    if fill is not None:
        yield f"{write_colour(fill)} rg"
    if is_stroked and path.stroke is not None:
        yield f"{write_colour(path.stroke)} RG {format_number(path.width)} w"
        if path.dash:
            yield f"[{' '.join(map(format_number, path.dash))}] 0 d"
    painting = {(True, True): "B", (True, False): "f", (False, True): "S"}
    if fill is not None or is_stroked:
        yield f"{shape} {painting[fill is not None, is_stroked]}"
    if is_stroked and path.dash:
        yield "[] 0 d"


def _write_ink(path: Path, texture: Texture, shape: str) -> Iterable[str]:
    """Yield the ink of a texture, cut out by the path."""
    colour = write_colour(texture.ink)
    yield f"q {shape} W n\n{colour} rg {colour} RG {ROUND_ENDS}"
    for shapes in lay_ink(load_texture(texture.name), measure_bounds(path)):
        ink = write_commands(shapes.commands)
        yield f"{format_number(shapes.width)} w {ink} S" if shapes.width else f"{ink} f"
    yield "Q"


def write_text(text: Text, typeface: Typeface) -> Iterable[str]:
    """Yield the operators of a text that begins where it is put."""
    string = printable(text.string)
    if not string:
        return
    angle = math.radians(text.angle)
    cos, sin = math.cos(angle), math.sin(angle)
    turn = " ".join(format_number(value) for value in (cos, sin, sin, -cos))
    if text.angle % 90:
        turn = f"{cos:.5f} {sin:.5f} {sin:.5f} {-cos:.5f}"
    at = f"{format_number(text.at.x)} {format_number(text.at.y)}"
    yield f"{write_colour(text.color)} rg BT /{typeface.name} {format_number(text.size)} Tf"
    yield f"{turn} {at} Tm {typeface.encode(string)} Tj ET"


def write_picture(image: Image, name: str) -> str:
    """Return the operators of a picture, which fills its box."""
    box = image.box
    sides = f"{format_number(box.width)} 0 0 {format_number(-box.height)}"
    return f"q {sides} {format_number(box.x)} {format_number(box.bottom)} cm /{name} Do Q"


def write_commands(commands: Iterable[Command]) -> str:
    """Return the operators of strokes."""
    return " ".join(map(_write_command, commands))


def _write_command(command: Command) -> str:
    if isinstance(command, Close):
        return "h"
    to = f"{format_number(command.to.x)} {format_number(command.to.y)}"
    if isinstance(command, Curve):
        first, second = command.first, command.second
        numbers = (first.x, first.y, second.x, second.y)
        return f"{' '.join(map(format_number, numbers))} {to} c"
    return f"{to} m" if isinstance(command, Move) else f"{to} l"


@cache
def write_colour(colour: str) -> str:
    """Return a colour as shares of red, green and blue.

    >>> write_colour("#ff0080")
    '1 0 0.502'
    """
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    try:
        values = bytes.fromhex(digits)
    except ValueError:
        values = b""
    if len(values) != 3 or not colour.startswith("#"):
        raise ModelError(f"unsupported colour: {colour!r} (must be '#rrggbb')")
    return " ".join(f"{value / 255:.4f}".rstrip("0").rstrip(".") for value in values)
