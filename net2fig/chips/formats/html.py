"""Sheet → HTML: one page with a table that screen readers can walk, its chips drawn in it.

Ensures: the page is well-formed, one file, and has no scripts; names are escaped; every picture has
a description.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from net2fig.chips.formats.sheet import ChipPicture, Sheet, SheetRow
from net2fig.chips.table.columns import CHIP, NAME, FieldText
from net2fig.fonts.metrics import printable
from net2fig.render.numbers import format_number
from net2fig.render.svg.writer import STACKS, render_svg

STYLE = f"""\
:root {{ color-scheme: light }}
body {{ margin: 2rem; background: #fff; color: #222; font: 16px/1.35 {STACKS["sans"]} }}
table {{ border-collapse: collapse; border-bottom: 2px solid }}
caption {{ text-align: left; padding-bottom: .6em }}
thead th {{ border-top: 2px solid; border-bottom: 1px solid; white-space: nowrap }}
th, td {{ padding: .45em .9em; text-align: left; vertical-align: baseline; font-weight: normal }}
thead th, .best {{ font-weight: bold }}
th:first-child {{ padding-left: 0 }}
.number {{ text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }}
.number:last-child {{ padding-right: 0 }}
.muted, .note {{ color: #5f6368 }}
.legend {{ list-style: none; margin: .8em 0; padding: 0 }}
.legend li {{ display: inline-block; margin-right: 1.2em }}
.note {{ margin: .2em 0; font-size: 14px }}
svg {{ overflow: visible }}"""

ZOOM = 2.0
"""How much larger than on paper the chips are."""


def write_page(sheet: Sheet) -> bytes:
    """Return the table as a page."""
    title = _escape_text(sheet.title)
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8"/>',
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
        f"<title>{title}</title>",
        f"<style>\n{STYLE}\n</style>",
        "</head>",
        "<body>",
        *(_write_table(sheet) if sheet.heads else _write_chips(sheet)),
        *_write_legend(sheet),
        *(f'<p class="note">{_escape_text(note)}</p>' for note in sheet.notes),
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _write_table(sheet: Sheet) -> Iterator[str]:
    yield "<table>"
    yield f"<caption>{_escape_text(sheet.title)}</caption>"
    heads = [f'<th scope="col">{_escape_text(head)}</th>' for head in (NAME, CHIP)]
    heads += [f'<th scope="col" class="number">{_escape_text(head)}</th>' for head in sheet.heads]
    yield f"<thead><tr>{''.join(heads)}</tr></thead>"
    yield "<tbody>"
    for row in sheet.rows:
        yield from _write_row(row)
    yield "</tbody>"
    yield "</table>"


def _write_chips(sheet: Sheet) -> Iterator[str]:
    """Yield chips without a table, each a paragraph."""
    yield from (f"<p>{write_inline(row.chip)}</p>" for row in sheet.rows)


def _write_row(row: SheetRow) -> Iterator[str]:
    best = ' class="best"' if row.best else ""
    yield f'<tr><th scope="row"{best}>{_escape_text(row.name)}</th>'
    yield f"<td>{write_inline(row.chip)}</td>"
    for field in row.fields:
        yield f'<td class="number">{_write_field(field)}</td>'
    yield "</tr>"


def _write_field(field: FieldText | ChipPicture) -> str:
    if isinstance(field, ChipPicture):
        return write_inline(field)
    text = _escape_text(field.text).replace(" ", "\N{NO-BREAK SPACE}")
    return f'<span class="muted">{text}</span>' if field.muted else text


def _write_legend(sheet: Sheet) -> Iterator[str]:
    if sheet.legend:
        yield '<ul class="legend">'
        for picture, label in sheet.legend:
            yield f"<li>{write_inline(picture, hidden=True)} {_escape_text(label)}</li>"
        yield "</ul>"


def write_inline(picture: ChipPicture, *, hidden: bool = False) -> str:
    """Return a picture on the line of the text; if `hidden`, screen readers skip it."""
    scene, below = picture.scene, picture.scene.size.height - picture.base
    drawing = render_svg(scene).decode().strip()
    width, height = format_number(scene.size.width * ZOOM), format_number(scene.size.height * ZOOM)
    style = (
        f'style="width:{width}px;height:{height}px;vertical-align:{format_number(-below * ZOOM)}px"'
    )
    role = 'aria-hidden="true"' if hidden else f'aria-label="{_escape_text(picture.alt)}"'
    return drawing.replace("<svg ", f"<svg {style} {role} ", 1)


def _escape_text(string: str) -> str:
    return escape(printable(string))
