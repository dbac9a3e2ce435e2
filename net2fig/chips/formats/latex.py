r"""Sheet → LaTeX: a table with the rules of booktabs, its texts and numbers the paper's own.

Ensures: the file is ASCII, can be \input anywhere in a paper, and defines nothing outside itself; a
chip stands on the line of its row; names are escaped.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from net2fig.chips.formats.sheet import ChipPicture, Sheet, SheetRow
from net2fig.chips.table.columns import CHIP, NAME, FieldText
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


def write_table(sheet: Sheet) -> bytes:
    """Return the table as a TeX file."""
    pictures = list(_list_pictures(sheet))
    drawings = [line for picture in pictures for line in render_tikz(picture.scene, picture.base)]
    merged = merge_scenes(pictures)
    numbers = {id(picture): number for number, picture in enumerate(pictures, 1)}
    header = HEADER.format(rows=len(sheet.rows)).strip().splitlines()
    lines = [
        *(f"% {line}" for line in [escape_comment(sheet.title), *header] if line),
        r"\begingroup",
        *write_sign_codes(),
        *write_commands(merged, drawings),
        *write_settings(merged),
        rf"\def{PICTURE}#1{{\csname nettofig picture #1\endcsname}}%",
        *(line for picture in pictures for line in define_picture(numbers[id(picture)], picture)),
        # The legend is below the table, and as wide.
        r"\setbox8\hbox\bgroup",
        *_write_rows(sheet, numbers),
        r"\egroup",
        *_write_with_legend(sheet, numbers),
        r"\endgroup",
    ]
    return "\n".join(lines).encode("ascii") + b"%\n"


def merge_scenes(pictures: Sequence[ChipPicture]) -> Scene:
    """Return a drawing with the items of all pictures, for the definitions that they share."""
    items = tuple(item for picture in pictures for item in picture.scene.items)
    return Scene(Size(1.0, 1.0), items)


def define_picture(name: str | int, picture: ChipPicture, define: str = r"\def") -> Iterator[str]:
    """Yield a picture as a command of TeX, of any name."""
    yield rf"\expandafter{define}\csname nettofig picture {name}\endcsname{{%"
    lines = render_tikz(picture.scene, picture.base)
    yield from lines[:-1]
    yield lines[-1].removesuffix("%") + "}%"


def _list_pictures(sheet: Sheet) -> Iterator[ChipPicture]:
    for row in sheet.rows:
        yield row.chip
        yield from (field for field in row.fields if isinstance(field, ChipPicture))
    yield from (picture for picture, _ in sheet.legend)


def _write_rows(sheet: Sheet, places: dict[int, int]) -> Iterator[str]:
    """Yield the rows between the rules."""
    columns = "ll" + "r" * len(sheet.heads)
    yield rf"\begin{{tabular}}{{@{{}}{columns}@{{}}}}"
    yield r" \toprule"
    yield f" {' & '.join(map(escape_tex, (NAME, CHIP, *sheet.heads)))} \\\\"
    yield r" \midrule"
    for number, row in enumerate(sheet.rows):
        if number:
            yield f" {PAD}"
        yield f" {' & '.join(_write_fields(row, places))} \\\\"
    yield r" \bottomrule"
    yield r"\end{tabular}%"


def _write_fields(row: SheetRow, places: dict[int, int]) -> Iterator[str]:
    name = escape_tex(row.name)
    yield rf"\textbf{{{name}}}" if row.best else name
    for field in (row.chip, *row.fields):
        yield _write_field(field, places)


def _write_field(field: FieldText | ChipPicture, places: dict[int, int]) -> str:
    if isinstance(field, ChipPicture):
        return rf"{PICTURE}{{{places[id(field)]}}}"
    text = escape_tex(field.text.replace(" ", "\N{NARROW NO-BREAK SPACE}"))
    return rf"{{{MUTED}{text}}}" if field.muted else text


def _write_with_legend(sheet: Sheet, places: dict[int, int]) -> Iterator[str]:
    """Yield the table, the legend and the notes."""
    if not (sheet.legend or sheet.notes):
        yield r"\box8"
        return
    yield r"\begin{minipage}{\wd8}\box8\par\smallskip"
    yield rf" {LEGEND}"
    for picture, label in sheet.legend:
        entry = f"{_write_field(picture, places)}~{escape_tex(label)}"
        yield rf" \mbox{{{entry}}}\hskip1em plus.4em\relax"
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
