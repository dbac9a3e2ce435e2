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
from net2fig.render.numbers import format_number
from net2fig.render.pixels import read_pixels
from net2fig.render.tex.escape import DEFINITIONS, FALLBACK, escape_comment, escape_tex
from net2fig.render.tex.ink import lay_ink, measure_bounds
from net2fig.render.tex.nodes import OVER, write_nodes, write_over
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

WIDER = 1.1
"""How much wider than measured a formula may be: letters of mathematics stand apart."""

LEADING = 1.2
"""The distance of lines, in sizes of the font."""

FONTS = {"sans": (r"\nettofigsans", r"\sffamily"), "serif": (r"\nettofigserif", r"\rmfamily")}
"""For each family that ships, the command that a paper may define, and what it is where not."""

ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}

FORMULA = "formula"
"""The class of a group of texts that is one formula; its data hold the same in TeX."""

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


def render_tex(scene: Scene) -> bytes:
    """Return the scene as a TeX file."""
    width, height = scene.size.width, scene.size.height
    if max(width, height) > LONGEST:
        message = f"unsupported size: {width:.0f} × {height:.0f} pt (TikZ: at most {LONGEST:.0f})"
        raise ModelError(message, hint="choose a lesser level of detail, or another format")
    picture = render_tikz(scene)
    lines = [
        *_write_header(scene, picture),
        r"\begingroup",
        *write_sign_codes(),
        *write_commands(scene, picture),
        *write_settings(scene),
        *picture,
        r"\endgroup",
    ]
    return "\n".join(lines).encode("ascii") + b"%\n"


def render_tikz(scene: Scene, base: float | None = None) -> list[str]:
    """Return the lines of the picture alone; where a text goes on beside it, `base` is its line."""
    width, height = format_number(scene.size.width), format_number(scene.size.height)
    line = "" if base is None else f"[baseline={format_number(-base)}bp]"
    nodes = list(write_nodes(scene))
    return [
        rf"\begin{{tikzpicture}}{line}",
        rf" \useasboundingbox (0,0) rectangle ({width},{height});",
        *(_write_path(scene.ground, " ") if scene.ground else ()),
        *(line for item in scene.items for line in _write_item(item, " ")),
        *(nodes + write_over() if nodes else ()),
        r"\end{tikzpicture}%",
    ]


# What stands before the picture


def _write_header(scene: Scene, picture: list[str]) -> Iterator[str]:
    """Yield comments: what this is, and how it is used."""
    lines = [
        escape_comment(scene.title),
        *textwrap.wrap(escape_comment(scene.description), WIDE - 2),
    ]
    size = {"width": format_number(scene.size.width), "height": format_number(scene.size.height)}
    lines += HEADER.format(**size).strip().splitlines()
    for name, usual in (FONTS[family] for family in _list_families(scene)):
        lines.append(rf"Texts are set in {usual}, or as \newcommand{{{name}}}{{...}} says before.")
    lacking = sorted({int(code, 16) for line in picture for code in _find_fallbacks(line)})
    if lacking:
        codes = ", ".join(f"U+{code:04X}" for code in lacking)
        lines += textwrap.wrap(f"Only lualatex and xelatex can set {codes}.", WIDE - 2)
    yield from (f"% {line}".rstrip() for line in lines if line)


def _find_fallbacks(line: str) -> list[str]:
    return re.findall(re.escape(FALLBACK) + r"\{([0-9A-F]+)\}", line)


def write_sign_codes() -> Iterator[str]:
    """Yield the codes by which signs stand for themselves until the end of a group."""
    # By number, since some language may have made any sign a command; 12 is "other character".
    codes = " ".join(rf"\catcode{ord(char)}~12" for char in ACTIVE)
    yield from (line.replace("~", " ") for line in textwrap.wrap(rf"{codes}\relax", WIDE))


def write_commands(scene: Scene, picture: Sequence[str]) -> Iterator[str]:
    """Yield the commands and the colours that the lines of a picture use."""
    for name, usual in (FONTS[family] for family in _list_families(scene)):
        yield rf"\providecommand{{{name}}}{{{usual}}}%"
    yield FIT
    text = "\n".join(picture)
    if OVER in text:
        yield rf"\providecommand{{{OVER}}}{{}}%"
    yield from (definition for command, definition in DEFINITIONS.items() if command in text)
    for colour in sorted(set(COLOUR_NAME.findall(text))):
        yield rf"\definecolor{{nettofig{colour}}}{{HTML}}{{{colour}}}%"


def write_settings(scene: Scene) -> Iterator[str]:
    """Yield the settings of pictures, which apply until the end of a group."""
    yield FUZZ
    yield r"\tikzset{every picture/.style={}, every scope/.style={}, every path/.style={},"
    yield "  every picture/.append style={x=1bp, y=-1bp, line join=round, line cap=butt},"
    yield "  every node/.style={shape=rectangle, inner sep=0pt, outer sep=0pt, minimum size=0pt},"
    for name, value in {
        _name_style(text): _format_font(text) for text in _list_texts(scene)
    }.items():
        yield f"  {name}/.style={{font={value}}},"
    for anchor, value in ANCHORS.items():
        yield f"  {anchor}/.style={{anchor={value}}},"
    yield "}%"


def _list_texts(scene: Scene) -> Iterator[Text]:
    return (item for item, _ in scene.walk() if isinstance(item, Text))


def _list_families(scene: Scene) -> list[str]:
    """Return the families in use, of those that ship; another is set in the paper's sans."""
    return sorted({_choose_family(text) for text in _list_texts(scene)})


def _choose_family(text: Text) -> str:
    return text.family if text.family in FAMILIES else "sans"


def _name_style(text: Text) -> str:
    """Return the name of the style of a text: "sans 7 bold"."""
    words = [_choose_family(text), format_number(text.size)]
    return " ".join(words + ["bold"] * text.bold + ["italic"] * text.italic)


def _format_font(text: Text) -> str:
    size, leading = format_number(text.size), format_number(text.size * LEADING)
    shape = (r"\bfseries" if text.bold else "") + (r"\itshape" if text.italic else "")
    signs = r"\mathversion{bold}" if text.bold else ""
    family = FONTS[_choose_family(text)][0]
    return rf"\normalfont{family}{shape}\fontsize{{{size}bp}}{{{leading}bp}}\selectfont{signs}"


# The items


def _write_item(item: Item, indent: str) -> Iterator[str]:
    """Yield the lines of an item."""
    if isinstance(item, Group):
        yield from _write_group(item, indent)
    elif isinstance(item, Path):
        yield from _write_path(item, indent)
    elif isinstance(item, Text):
        yield from _write_text(item, indent)
    else:
        yield from _write_image(item, indent)


def _write_group(group: Group, indent: str) -> Iterator[str]:
    """Yield the items, below a comment that says what they are."""
    ends = " > ".join(value for key, value in group.data if key in ENDS)
    words = " ".join([*group.classes, *filter(None, (group.id, ends))])
    name = ": ".join(filter(None, (words, group.title)))
    if name:
        yield f"{indent}% {escape_comment(name)}"
    if FORMULA in group.classes:
        yield _write_formula(group, indent)
        return
    for item in group.items:
        yield from _write_item(item, indent + " ")


def _write_formula(group: Group, indent: str) -> str:
    """Return a formula as one text in mathematics, where its first letter stands."""
    texts = [item for item in group.items if isinstance(item, Text)]
    first = texts[0]
    right = max(each.at.x + _measure_text(each) for each in texts)
    tex = dict(group.data)["tex"].replace("_{", r"\sb{").replace("^{", r"\sp{")
    options = f"{_name_style(first)}, {first.anchor}, text={_name_colour(first.color)}"
    place = f"({format_number(first.at.x)},{format_number(first.at.y)})"
    width = format_number(WIDER * (right - first.at.x) + ROOM)
    return (
        rf"{indent}\node[{options}] at {place} {{\nettofigfit{{{width}}}{{\ensuremath{{{tex}}}}}}};"
    )


def _measure_text(text: Text) -> float:
    return text_width(
        printable(text.string),
        text.size,
        family=_choose_family(text),
        bold=text.bold,
        italic=text.italic,
    )


def _write_path(path: Path, indent: str) -> Iterator[str]:
    if isinstance(path.fill, Texture):
        yield from _write_texture(path, path.fill, indent)
        fill: Fill = None
    else:
        fill = path.fill
    options = [f"fill={_name_colour(fill)}"] if isinstance(fill, str) else []
    if path.stroke and path.width > 0:
        options += [
            f"draw={_name_colour(path.stroke)}",
            f"line width={format_number(path.width)}bp",
        ]
        if path.dash:
            options.append(f"dash pattern={_format_dash(path.dash)}")
    if options:
        yield from _write_drawn(path.commands, options, indent)


def _write_texture(path: Path, texture: Texture, indent: str) -> Iterator[str]:
    """Yield the paper of a texture, and its ink cut out along the path."""
    yield from _write_drawn(path.commands, [f"fill={_name_colour(texture.paper)}"], indent)
    yield rf"{indent}\begin{{scope}}"
    inner = indent + " "
    yield from _wrap_statement(rf"\clip {_format_commands(path.commands)};", inner)
    for shapes in lay_ink(load_texture(texture.name), measure_bounds(path)):
        options = [f"fill={_name_colour(texture.ink)}"]
        if shapes.width:
            width = f"line width={format_number(shapes.width)}bp"
            options = [f"draw={_name_colour(texture.ink)}", width, "line cap=round"]
        for piece in _split_strokes(shapes.commands):
            yield from _write_drawn(piece, options, inner)
    yield rf"{indent}\end{{scope}}"


def _split_strokes(commands: tuple[Command, ...]) -> Iterator[tuple[Command, ...]]:
    """Yield the commands in parts, each of whole strokes."""
    piece: list[Command] = []
    for command in commands:
        if isinstance(command, Move) and len(piece) >= PIECE:
            yield tuple(piece)
            piece = []
        piece.append(command)
    yield tuple(piece)


def _write_text(text: Text, indent: str) -> Iterator[str]:
    string = printable(text.string)
    if not string:
        return
    width = _measure_text(text)
    options = [_name_style(text), text.anchor, f"text={_name_colour(text.color)}"]
    if text.angle:
        options.append(f"rotate={format_number(-text.angle)}")
    place = f"({format_number(text.at.x)},{format_number(text.at.y)})"
    fitted = rf"\nettofigfit{{{format_number(width + ROOM)}}}{{{escape_tex(string)}}}"
    yield rf"{indent}\node[{', '.join(options)}] at {place} {{{fitted}}};"


def _write_image(image: Image, indent: str) -> Iterator[str]:
    r"""Yield a picture whose file is this one.

    TeX reads pictures from other files only; but what is meant for the PDF it hands on, and a PDF
    may hold small pictures in the drawing itself. Its y grows upwards, as in no other item.
    """
    box = image.box
    rows = read_pixels(image)
    numbers = (box.width, 0, 0, box.height, box.x, -box.bottom)
    place = " ".join(map(format_number, numbers))
    yield rf"{indent}\csname pgfsys@invoke\endcsname{{q {place} cm BI"
    yield f"/W {rows.width} /H {rows.height} /CS /RGB /BPC 8 /F /AHx ID"
    yield from textwrap.wrap(rows.data.hex().upper(), WIDE)
    yield "> EI Q}%"


# The words of TikZ


COLOUR_NAME = re.compile(r"=nettofig([0-9A-F]{6})\b")


def _name_colour(colour: str) -> str:
    """Return the name of a colour, which is what it is."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        message = f"invalid colour in a drawing: {colour!r}"
        raise ValueError(message)
    return f"nettofig{colour[1:].upper()}"


def _format_dash(lengths: tuple[float, ...]) -> str:
    """Return lengths of ink and gaps by turns; of an odd number, twice."""
    turns = lengths if len(lengths) % 2 == 0 else lengths * 2
    return " ".join(
        f"{'off' if place % 2 else 'on'} {format_number(length)}bp"
        for place, length in enumerate(turns)
    )


def _write_drawn(commands: tuple[Command, ...], options: list[str], indent: str) -> list[str]:
    return _wrap_statement(rf"\path[{', '.join(options)}] {_format_commands(commands)};", indent)


def _wrap_statement(statement: str, indent: str) -> list[str]:
    return textwrap.wrap(
        statement,
        WIDE,
        initial_indent=indent,
        subsequent_indent=indent + " ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _format_commands(commands: tuple[Command, ...]) -> str:
    return " ".join(map(_format_command, commands))


def _format_command(command: Command) -> str:
    match command:
        case Move(to):
            return _format_point(to)
        case Line(to):
            return f"-- {_format_point(to)}"
        case Curve(first, second, to):
            controls = f"{_format_point(first)} and {_format_point(second)}"
            return f".. controls {controls} .. {_format_point(to)}"
        case Close():
            return "-- cycle"


def _format_point(point: Point) -> str:
    return f"({format_number(point.x)},{format_number(point.y)})"
