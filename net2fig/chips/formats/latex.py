r"""Sheet → LaTeX: a table with the rules of booktabs, its texts and numbers the paper's own.

Ensures: the file is ASCII, can be \input anywhere in a paper, and leaves nothing behind; a chip
stands on the line of its row; names are set as they read, and never obeyed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from net2fig.chips.formats.sheet import Picture, Sheet, SheetRow
from net2fig.chips.table.columns import CHIP, NAME, Said
from net2fig.geometry import Size
from net2fig.render.tex.escape import escape_comment, escape_tex
from net2fig.render.tex.writer import (
    render_tikz,
    write_commands,
    write_settings,
    write_sign_codes,
)
from net2fig.scene import Scene

HEADER = r"""
Drawn by net2fig: a table of {rows}. In a paper, whose preamble has \usepackage{{booktabs,tikz}}:
  \begin{{table}}\caption{{...}}\centering\input{{table}}\end{{table}}
"""

PAD = r"\addlinespace[2pt]"
"""Between rows: chips reach higher than letters."""

MUTED = r"\color[gray]{.4}"
PICTURE = r"\nettofigpicture"
LEGEND = r"\footnotesize\raggedright\setlength{\parindent}{0pt}"


def tabular(sheet: Sheet) -> bytes:
    """Return the table as a TeX file."""
    pictures = list(_pictures(sheet))
    drawn = [line for picture in pictures for line in render_tikz(picture.scene, picture.base)]
    every = everything(pictures)
    places = {id(picture): number for number, picture in enumerate(pictures, 1)}
    header = HEADER.format(rows=len(sheet.rows)).strip().splitlines()
    lines = [
        *(f"% {line}" for line in [escape_comment(sheet.title), *header] if line),
        r"\begingroup",
        *write_sign_codes(),
        *write_commands(every, drawn),
        *write_settings(every),
        rf"\def{PICTURE}#1{{\csname nettofig picture #1\endcsname}}%",
        *(line for picture in pictures for line in definition(places[id(picture)], picture)),
        # Beneath the table, and as wide, stands what its cells mean.
        r"\setbox8\hbox\bgroup",
        *_table(sheet, places),
        r"\egroup",
        *_beneath(sheet, places),
        r"\endgroup",
    ]
    return "\n".join(lines).encode("ascii") + b"%\n"


def everything(pictures: Sequence[Picture]) -> Scene:
    """Return a drawing with all that is in some pictures, for what they use in common."""
    items = tuple(item for picture in pictures for item in picture.scene.items)
    return Scene(Size(1.0, 1.0), items)


def definition(name: str | int, picture: Picture, define: str = r"\def") -> Iterator[str]:
    """Yield a picture as a command of TeX, of any name."""
    yield rf"\expandafter{define}\csname nettofig picture {name}\endcsname{{%"
    lines = render_tikz(picture.scene, picture.base)
    yield from lines[:-1]
    yield lines[-1].removesuffix("%") + "}%"


def _pictures(sheet: Sheet) -> Iterator[Picture]:
    for row in sheet.rows:
        yield row.chip
        yield from (field for field in row.fields if isinstance(field, Picture))
    yield from (picture for picture, _ in sheet.legend)


def _table(sheet: Sheet, places: dict[int, int]) -> Iterator[str]:
    """Yield the rows between the rules."""
    columns = "ll" + "r" * len(sheet.heads)
    yield rf"\begin{{tabular}}{{@{{}}{columns}@{{}}}}"
    yield r" \toprule"
    yield f" {' & '.join(map(escape_tex, (NAME, CHIP, *sheet.heads)))} \\\\"
    yield r" \midrule"
    for number, row in enumerate(sheet.rows):
        if number:
            yield f" {PAD}"
        yield f" {' & '.join(_fields(row, places))} \\\\"
    yield r" \bottomrule"
    yield r"\end{tabular}%"


def _fields(row: SheetRow, places: dict[int, int]) -> Iterator[str]:
    name = escape_tex(row.name)
    yield rf"\textbf{{{name}}}" if row.best else name
    for field in (row.chip, *row.fields):
        yield _field(field, places)


def _field(field: Said | Picture, places: dict[int, int]) -> str:
    if isinstance(field, Picture):
        return rf"{PICTURE}{{{places[id(field)]}}}"
    text = escape_tex(field.text.replace(" ", "\N{NARROW NO-BREAK SPACE}"))
    return rf"{{{MUTED}{text}}}" if field.muted else text


def _beneath(sheet: Sheet, places: dict[int, int]) -> Iterator[str]:
    """Yield the table, the legend and the notes."""
    if not (sheet.legend or sheet.notes):
        yield r"\box8"
        return
    yield r"\begin{minipage}{\wd8}\box8\par\smallskip"
    yield rf" {LEGEND}"
    for picture, label in sheet.legend:
        yield rf" \mbox{{{_field(picture, places)}~{escape_tex(label)}}}\hskip1em plus.4em\relax"
    for note in sheet.notes:
        yield rf" \par{{{MUTED}%"
        yield from textwrap.wrap(
            escape_tex(note),
            98,
            initial_indent="  ",
            subsequent_indent="  ",
            break_long_words=False,
        )
        yield r" \par}%"
    yield r"\end{minipage}"
