r"""Scene → TikZ: a picture to \input into a paper, its texts set by the paper's own fonts.

Ensures: the picture is as large as the scene, in any paper, whatever that has set for its own
pictures and its own language; a text never needs more room than was measured for it; the same
scene gives the same bytes, which are ASCII and refer to no other file.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from net2fig.errors import ModelError
from net2fig.fonts.metrics import FAMILIES, printable, text_width
from net2fig.geometry import Point
from net2fig.render.numbers import number
from net2fig.render.pixels import pixels
from net2fig.render.tex.escape import DEFINITIONS, FALLBACK, comment, escaped
from net2fig.render.tex.ink import bounds, ink
from net2fig.render.textures import load_texture
from net2fig.scene import (
    Close,
    Command,
    Curve,
    Fill,
    Group,
    Image,
    Item,
    Line,
    Move,
    Path,
    Scene,
    Text,
    Texture,
)

LONGEST = 16_000.0
"""The longest side of a picture, in points: TeX knows no length of 16 384, of its own, or more."""

ROOM = 0.3
"""How many points wider than measured a text may become before it is set narrower."""

LEADING = 1.2
"""The distance of lines, in sizes of the font."""

FONTS = {"sans": (r"\nettofigsans", r"\sffamily"), "serif": (r"\nettofigserif", r"\rmfamily")}
"""For each family that ships, the command that a paper may define, and what it is where not."""

ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}

ENDS = ("from", "to")
"""The data of a line that name what it joins."""

ACTIVE = "!\"'()*+,-./:;<=>?@[]|"
"""Signs used here, some of which a language may have made into commands."""

WIDE = 100
"""The greatest length of a line of the file that can be broken."""

PIECE = 250
"""About how many commands of ink make one path, which TeX holds in memory as a whole."""

HEADER = r"""
Drawn by net2fig in TikZ, {width} x {height} bp. In a paper, whose preamble has \usepackage{{tikz}}:
  \begin{{figure}}\input{{figure}}\caption{{...}}\end{{figure}}
By itself, with the name of this file in place of "figure":
  \documentclass{{standalone}}\usepackage{{tikz}}
  \begin{{document}}\input{{figure}}\end{{document}}
"""

FUZZ = r"\def\fontsubfuzz{2pt}%"
"""No warning about the sizes of raised signs of mathematics, of which there are none."""

FIT = r"""\def\nettofigfit#1#2{\setbox0=\hbox{\frenchspacing#2}\ifdim\wd0>#1bp\relax
  \resizebox{#1bp}{\height}{\box0}\else\box0\fi}%"""
"""A command: sets a text, narrower where the paper's font would need more room than there is."""


def tex(scene: Scene) -> bytes:
    """Return the scene as a TeX file."""
    width, height = scene.size.width, scene.size.height
    if max(width, height) > LONGEST:
        message = f"unsupported size: {width:.0f} × {height:.0f} pt (TikZ: at most {LONGEST:.0f})"
        raise ModelError(message, hint="choose a lesser level of detail, or another format")
    picture = tikz(scene)
    lines = [
        *_header(scene, picture),
        r"\begingroup",
        *plain_signs(),
        *commands(scene, picture),
        *settings(scene),
        *picture,
        r"\endgroup",
    ]
    return "\n".join(lines).encode("ascii") + b"%\n"


def tikz(scene: Scene, base: float | None = None) -> list[str]:
    """Return the lines of the picture alone; where a text goes on beside it, `base` is its line."""
    width, height = number(scene.size.width), number(scene.size.height)
    line = "" if base is None else f"[baseline={number(-base)}bp]"
    return [
        rf"\begin{{tikzpicture}}{line}",
        rf" \useasboundingbox (0,0) rectangle ({width},{height});",
        *(_path(scene.ground, " ") if scene.ground else ()),
        *(line for item in scene.items for line in _item(item, " ")),
        r"\end{tikzpicture}%",
    ]


# What stands before the picture


def _header(scene: Scene, picture: list[str]) -> Iterator[str]:
    """Yield comments: what this is, and how it is used."""
    told = [comment(scene.title), *textwrap.wrap(comment(scene.description), WIDE - 2)]
    size = {"width": number(scene.size.width), "height": number(scene.size.height)}
    told += HEADER.format(**size).strip().splitlines()
    for name, usual in (FONTS[family] for family in _families(scene)):
        told.append(rf"Texts are set in {usual}, or as \newcommand{{{name}}}{{...}} says before.")
    lacking = sorted({int(code, 16) for line in picture for code in _fallbacks(line)})
    if lacking:
        codes = ", ".join(f"U+{code:04X}" for code in lacking)
        told += textwrap.wrap(f"Only lualatex and xelatex can set {codes}.", WIDE - 2)
    yield from (f"% {line}".rstrip() for line in told if line)


def _fallbacks(line: str) -> list[str]:
    return re.findall(re.escape(FALLBACK) + r"\{([0-9A-F]+)\}", line)


def plain_signs() -> Iterator[str]:
    """Yield what makes signs stand for themselves, until the end of a group."""
    # By number, since some language may have made any sign a command; 12 is "other character".
    codes = " ".join(rf"\catcode{ord(char)}~12" for char in ACTIVE)
    yield from (line.replace("~", " ") for line in textwrap.wrap(rf"{codes}\relax", WIDE))


def commands(scene: Scene, picture: Sequence[str]) -> Iterator[str]:
    """Yield the commands and the colours that the lines of a picture use."""
    for name, usual in (FONTS[family] for family in _families(scene)):
        yield rf"\providecommand{{{name}}}{{{usual}}}%"
    yield FIT
    text = "\n".join(picture)
    yield from (made for command, made in DEFINITIONS.items() if command in text)
    for colour in sorted(set(COLOUR_NAME.findall(text))):
        yield rf"\definecolor{{nettofig{colour}}}{{HTML}}{{{colour}}}%"


def settings(scene: Scene) -> Iterator[str]:
    """Yield what pictures are drawn with, to be said in a group, which forgets it behind them."""
    yield FUZZ
    yield r"\tikzset{every picture/.style={}, every scope/.style={}, every path/.style={},"
    yield "  every picture/.append style={x=1bp, y=-1bp, line join=round, line cap=butt},"
    yield "  every node/.style={shape=rectangle, inner sep=0pt, outer sep=0pt, minimum size=0pt},"
    for name, value in {_style(text): _font(text) for text in _texts(scene)}.items():
        yield f"  {name}/.style={{font={value}}},"
    for anchor, value in ANCHORS.items():
        yield f"  {anchor}/.style={{anchor={value}}},"
    yield "}%"


def _texts(scene: Scene) -> Iterator[Text]:
    return (item for item, _ in scene.walk() if isinstance(item, Text))


def _families(scene: Scene) -> list[str]:
    """Return the families in use, of those that ship; another is set in the paper's sans."""
    return sorted({_family(text) for text in _texts(scene)})


def _family(text: Text) -> str:
    return text.family if text.family in FAMILIES else "sans"


def _style(text: Text) -> str:
    """Return the name of the style of a text: "sans 7 bold"."""
    words = [_family(text), number(text.size)]
    return " ".join(words + ["bold"] * text.bold + ["italic"] * text.italic)


def _font(text: Text) -> str:
    size, leading = number(text.size), number(text.size * LEADING)
    shape = (r"\bfseries" if text.bold else "") + (r"\itshape" if text.italic else "")
    signs = r"\mathversion{bold}" if text.bold else ""
    family = FONTS[_family(text)][0]
    return rf"\normalfont{family}{shape}\fontsize{{{size}bp}}{{{leading}bp}}\selectfont{signs}"


# The items


def _item(item: Item, indent: str) -> Iterator[str]:
    """Yield the lines of an item."""
    if isinstance(item, Group):
        yield from _group(item, indent)
    elif isinstance(item, Path):
        yield from _path(item, indent)
    elif isinstance(item, Text):
        yield from _text(item, indent)
    else:
        yield from _image(item, indent)


def _group(group: Group, indent: str) -> Iterator[str]:
    """Yield the items, below a comment that says what they are."""
    ends = " > ".join(value for key, value in group.data if key in ENDS)
    words = " ".join([*group.classes, *filter(None, (group.id, ends))])
    name = ": ".join(filter(None, (words, group.title)))
    if name:
        yield f"{indent}% {comment(name)}"
    for item in group.items:
        yield from _item(item, indent + " ")


def _path(path: Path, indent: str) -> Iterator[str]:
    if isinstance(path.fill, Texture):
        yield from _textured(path, path.fill, indent)
        fill: Fill = None
    else:
        fill = path.fill
    options = [f"fill={_colour(fill)}"] if isinstance(fill, str) else []
    if path.stroke and path.width > 0:
        options += [f"draw={_colour(path.stroke)}", f"line width={number(path.width)}bp"]
        if path.dash:
            options.append(f"dash pattern={_dash(path.dash)}")
    if options:
        yield from _drawn(path.commands, options, indent)


def _textured(path: Path, texture: Texture, indent: str) -> Iterator[str]:
    """Yield the paper of a texture, and its ink cut out along the path."""
    yield from _drawn(path.commands, [f"fill={_colour(texture.paper)}"], indent)
    yield rf"{indent}\begin{{scope}}"
    inner = indent + " "
    yield from _wrapped(rf"\clip {_commands(path.commands)};", inner)
    for shapes in ink(load_texture(texture.name), bounds(path)):
        options = [f"fill={_colour(texture.ink)}"]
        if shapes.width:
            width = f"line width={number(shapes.width)}bp"
            options = [f"draw={_colour(texture.ink)}", width, "line cap=round"]
        for piece in _pieces(shapes.commands):
            yield from _drawn(piece, options, inner)
    yield rf"{indent}\end{{scope}}"


def _pieces(commands: tuple[Command, ...]) -> Iterator[tuple[Command, ...]]:
    """Yield the commands in parts, each of whole strokes."""
    piece: list[Command] = []
    for command in commands:
        if isinstance(command, Move) and len(piece) >= PIECE:
            yield tuple(piece)
            piece = []
        piece.append(command)
    yield tuple(piece)


def _text(text: Text, indent: str) -> Iterator[str]:
    string = printable(text.string)
    if not string:
        return
    width = text_width(string, text.size, family=_family(text), bold=text.bold, italic=text.italic)
    options = [_style(text), text.anchor, f"text={_colour(text.color)}"]
    if text.angle:
        options.append(f"rotate={number(-text.angle)}")
    place = f"({number(text.at.x)},{number(text.at.y)})"
    fitted = rf"\nettofigfit{{{number(width + ROOM)}}}{{{escaped(string)}}}"
    yield rf"{indent}\node[{', '.join(options)}] at {place} {{{fitted}}};"


def _image(image: Image, indent: str) -> Iterator[str]:
    r"""Yield a picture whose file is this one.

    TeX reads pictures from other files only; but what is meant for the PDF it hands on, and a PDF
    may hold small pictures in the drawing itself. Its y grows upwards, as in no other item.
    """
    box = image.box
    found = pixels(image)
    place = f"{number(box.width)} 0 0 {number(box.height)} {number(box.x)} {number(-box.bottom)}"
    yield rf"{indent}\csname pgfsys@invoke\endcsname{{q {place} cm BI"
    yield f"/W {found.width} /H {found.height} /CS /RGB /BPC 8 /F /AHx ID"
    yield from textwrap.wrap(found.data.hex().upper(), WIDE)
    yield "> EI Q}%"


# The words of TikZ


COLOUR_NAME = re.compile(r"=nettofig([0-9A-F]{6})\b")


def _colour(colour: str) -> str:
    """Return the name of a colour, which is what it is."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        message = f"invalid colour in a drawing: {colour!r}"
        raise ValueError(message)
    return f"nettofig{colour[1:].upper()}"


def _dash(lengths: tuple[float, ...]) -> str:
    """Return lengths of ink and gaps by turns; of an odd number, twice."""
    turns = lengths if len(lengths) % 2 == 0 else lengths * 2
    return " ".join(
        f"{'off' if place % 2 else 'on'} {number(length)}bp" for place, length in enumerate(turns)
    )


def _drawn(commands: tuple[Command, ...], options: list[str], indent: str) -> list[str]:
    return _wrapped(rf"\path[{', '.join(options)}] {_commands(commands)};", indent)


def _wrapped(statement: str, indent: str) -> list[str]:
    return textwrap.wrap(
        statement,
        WIDE,
        initial_indent=indent,
        subsequent_indent=indent + " ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _commands(commands: tuple[Command, ...]) -> str:
    return " ".join(map(_command, commands))


def _command(command: Command) -> str:
    match command:
        case Move(to):
            return _point(to)
        case Line(to):
            return f"-- {_point(to)}"
        case Curve(first, second, to):
            return f".. controls {_point(first)} and {_point(second)} .. {_point(to)}"
        case Close():
            return "-- cycle"


def _point(point: Point) -> str:
    return f"({number(point.x)},{number(point.y)})"
