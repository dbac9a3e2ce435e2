"""Sheet → Markdown: a table whose chips are pictures in a folder beside it.

GitHub shows such a table, but no picture that is embedded in it. `write_one_file` embeds the
pictures as data addresses, for standard output.

Ensures: names are escaped; every picture has a description, and paper behind it, so that it can be
seen on dark pages.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from net2fig.chips.formats.sheet import ChipPicture, Sheet, SheetRow
from net2fig.chips.table.columns import CHIP, NAME, FieldText
from net2fig.fonts.metrics import printable
from net2fig.geometry import Box, Size
from net2fig.render.numbers import format_number
from net2fig.render.svg.writer import render_svg
from net2fig.scene import Path as Strokes
from net2fig.scene import Scene, rounded, transformed

FOLDER = "-chips"
"""Behind the name of the file: the folder of its pictures."""

PAPER = "#ffffff"
PADDING = 2.0
"""The paper around a chip, in points."""

ZOOM = 1.5
"""How much larger than on paper the chips are."""

Address = Callable[[str, ChipPicture], str]
"""Returns the address of a picture, given its name."""


def write_one_file(sheet: Sheet) -> bytes:
    """Return the table as one file."""
    return _write_document(sheet, lambda _, picture: _embed_picture(picture))


def write_files(sheet: Sheet, path: Path) -> list[tuple[Path, bytes]]:
    """Return the pictures of a table and the table, with the paths that they are for."""
    folder = path.with_name(path.stem + FOLDER)
    pictures: dict[str, bytes] = {}

    def address(name: str, picture: ChipPicture) -> str:
        base = make_file_name(name)
        chosen, count = base, 2
        while chosen in pictures:
            chosen, count = f"{base}-{count}", count + 1
        pictures[chosen] = draw_on_paper(picture)
        return f"{folder.name}/{chosen}.svg".replace(" ", "%20")

    text = _write_document(sheet, address)
    return [*((folder / f"{name}.svg", data) for name, data in pictures.items()), (path, text)]


def make_file_name(name: str) -> str:
    """Return a name as that of a file, the same on every system.

    >>> make_file_name("U-Net (2)"), make_file_name("../x")
    ('u-net-2', 'x')
    """
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-") or "chip"


def draw_on_paper(picture: ChipPicture) -> bytes:
    """Return a picture as an SVG file with paper beneath it."""
    scene = picture.scene.enlarged(ZOOM)
    size = Size(scene.size.width + 2 * PADDING, scene.size.height + 2 * PADDING)
    paper = Strokes(rounded(Box(0.0, 0.0, size.width, size.height), PADDING), PAPER)
    moved = (transformed(item, dx=PADDING, dy=PADDING) for item in scene.items)
    return render_svg(Scene(size, (paper, *moved), scene.title, scene.description))


def _embed_picture(picture: ChipPicture) -> str:
    data = base64.b64encode(draw_on_paper(picture)).decode("ascii")
    return f"data:image/svg+xml;base64,{data}"


def _write_document(sheet: Sheet, address: Address) -> bytes:
    """Return the text, in which `address` says where each picture is found."""
    if not sheet.heads:
        lines = [_write_image(row.name, row.chip, address) for row in sheet.rows]
        return _add_notes(lines, sheet, address)
    align = [":--", ":--", *("--:" for _ in sheet.heads)]
    lines = [
        _write_line(map(_escape_text, (NAME, CHIP, *sheet.heads))),
        _write_line(align),
        *(_write_line(_write_fields(row, address)) for row in sheet.rows),
    ]
    return _add_notes(lines, sheet, address)


def _add_notes(lines: list[str], sheet: Sheet, address: Address) -> bytes:
    """Return the text, with the legend and the notes beneath."""
    if sheet.legend:
        entries = (
            f"{_write_image(f'legend-{label}', picture, address, alt='')} {_escape_text(label)}"
            for picture, label in sheet.legend
        )
        lines += ["", " &nbsp; ".join(entries)]
    for note in sheet.notes:
        lines += ["", f"<sub>{_escape_text(note)}</sub>"]
    return ("\n".join(lines) + "\n").encode()


def _write_fields(row: SheetRow, address: Address) -> Iterator[str]:
    yield f"**{_escape_text(row.name)}**" if row.best else _escape_text(row.name)
    yield _write_image(row.name, row.chip, address)
    for field in row.fields:
        if isinstance(field, ChipPicture):
            yield _write_image(f"{row.name} curve", field, address)
        else:
            yield _write_text(field)


def _write_text(field: FieldText) -> str:
    return _escape_text(field.text).replace(" ", "&nbsp;")


def _write_image(name: str, picture: ChipPicture, address: Address, alt: str | None = None) -> str:
    """Return an image; with HTML, since Markdown knows no heights."""
    text = _escape_attribute(picture.alt if alt is None else alt)
    height = format_number(picture.scene.size.height * ZOOM * 4 / 3 + 2 * PADDING * 4 / 3)
    return f'<img src="{address(name, picture)}" alt="{text}" height="{height}"/>'


def _write_line(fields: Iterator[str] | list[str] | map[str]) -> str:
    return f"| {' | '.join(fields)} |"


def _escape_text(string: str) -> str:
    """Return a text with the signs of Markdown escaped."""
    plain = " ".join(printable(string).split()).replace("&", "&amp;")
    plain = re.sub(r"[\\`*_\[\]#<>|~$]", lambda sign: f"&#{ord(sign[0])};", plain)
    return re.sub(r":(?=[\w+-]+:)", "&#58;", plain)


def _escape_attribute(string: str) -> str:
    """Return a text for an attribute, in which Markdown reads "|" as the end of a column."""
    return escape(" ".join(printable(string).split())).replace("|", "&#124;").replace("`", "&#96;")
