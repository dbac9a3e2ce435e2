"""Sheet → HTML: one page with a table that screen readers can walk, its chips drawn in it.

Ensures: well-formed, of one file, without scripts; whatever a name holds is text; every picture has
words for whoever cannot see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from net2fig.chips.formats.sheet import Picture, Sheet, SheetRow
from net2fig.chips.table.columns import CHIP, NAME, Said
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


def page(sheet: Sheet) -> bytes:
    """Return the table as a page."""
    title = _text(sheet.title)
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
        *(_table(sheet) if sheet.heads else _chips(sheet)),
        *_legend(sheet),
        *(f'<p class="note">{_text(note)}</p>' for note in sheet.notes),
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _table(sheet: Sheet) -> Iterator[str]:
    yield "<table>"
    yield f"<caption>{_text(sheet.title)}</caption>"
    heads = [f'<th scope="col">{_text(head)}</th>' for head in (NAME, CHIP)]
    heads += [f'<th scope="col" class="number">{_text(head)}</th>' for head in sheet.heads]
    yield f"<thead><tr>{''.join(heads)}</tr></thead>"
    yield "<tbody>"
    for row in sheet.rows:
        yield from _row(row)
    yield "</tbody>"
    yield "</table>"


def _chips(sheet: Sheet) -> Iterator[str]:
    """Yield chips without a table, each a paragraph."""
    yield from (f"<p>{inline(row.chip)}</p>" for row in sheet.rows)


def _row(row: SheetRow) -> Iterator[str]:
    best = ' class="best"' if row.best else ""
    yield f'<tr><th scope="row"{best}>{_text(row.name)}</th>'
    yield f"<td>{inline(row.chip)}</td>"
    for field in row.fields:
        yield f'<td class="number">{_field(field)}</td>'
    yield "</tr>"


def _field(field: Said | Picture) -> str:
    if isinstance(field, Picture):
        return inline(field)
    text = _text(field.text).replace(" ", "\N{NO-BREAK SPACE}")
    return f'<span class="muted">{text}</span>' if field.muted else text


def _legend(sheet: Sheet) -> Iterator[str]:
    if sheet.legend:
        yield '<ul class="legend">'
        for picture, label in sheet.legend:
            yield f"<li>{inline(picture, hidden=True)} {_text(label)}</li>"
        yield "</ul>"


def inline(picture: Picture, *, hidden: bool = False) -> str:
    """Return a picture that stands on the line of the text; hidden from who hears its label."""
    scene, below = picture.scene, picture.scene.size.height - picture.base
    drawn = render_svg(scene).decode().strip()
    width, height = format_number(scene.size.width * ZOOM), format_number(scene.size.height * ZOOM)
    style = (
        f'style="width:{width}px;height:{height}px;vertical-align:{format_number(-below * ZOOM)}px"'
    )
    role = 'aria-hidden="true"' if hidden else f'aria-label="{_text(picture.alt)}"'
    return drawn.replace("<svg ", f"<svg {style} {role} ", 1)


def _text(string: str) -> str:
    return escape(printable(string))
