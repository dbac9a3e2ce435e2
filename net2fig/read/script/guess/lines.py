"""Lines of files and of notebooks, as one number and as text."""

from __future__ import annotations

CELL_OFFSET = 1_000_000
"""Line numbers of cell n begin at n times this number while the code is processed."""


def describe_line(line: int) -> str:
    """Return a line of a file or of a cell.

    >>> describe_line(12), describe_line(3_000_004)
    ('line 12', 'cell 3, line 4')
    """
    cell, number = divmod(line, CELL_OFFSET)
    return f"cell {cell}, line {number}" if cell else f"line {number}"


def write_place(file: str, line: int) -> str:
    """Return a line of a file or of a cell as a place.

    >>> write_place("net.py", 12), write_place("a.ipynb", 3_000_004)
    ('net.py:12', 'a.ipynb[3]:4')
    """
    cell, number = divmod(line, CELL_OFFSET)
    return f"{file}[{cell}]:{number}" if cell else f"{file}:{number}"
