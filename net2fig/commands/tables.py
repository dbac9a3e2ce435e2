"""Tables of text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net2fig.fonts.metrics import printable

GAP = "  "


def format_table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> Iterator[str]:
    """Yield rows as lines whose columns begin below each other.

    `right` names the columns of numbers. The last column is as long as it likes.

    >>> list(format_table([["a", "10", "x"], ["bc", "9", "y"]], right=[1]))
    ['a   10  x', 'bc   9  y']
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield GAP.join(cells).rstrip()


def format_section(title: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield an empty line, a title and the lines below it; nothing without lines."""
    if lines:
        yield from ("", title, *(GAP + line for line in lines))
