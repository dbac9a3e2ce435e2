"""CSV files as Keras' `CSVLogger` writes them → Run: a line of headings, a line for each epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from net2fig.errors import UsageError
from net2fig.runs.csv_rows import read_csv
from net2fig.runs.run import Row, Run

EPOCH = "epoch"


def read_csv_log(path: Path, option: str) -> Run:
    """Return the run in a file. A cell that is no number, such as "NA", is no value."""
    table = read_csv(path, option)
    if len(table) < 2:
        message = f"invalid file: {path.name!r} in {option} (no epochs below the headings)"
        raise UsageError(message)
    return make_run(path.name, [head.strip() for head in table[0]], table[1:])


def make_run(name: str, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> Run:
    """Return the run of a table; rows without an epoch are counted from 0."""
    when = heads.index(EPOCH) if EPOCH in heads else None
    rows = []
    for number, line in enumerate(lines):
        cells = [parse_number(cell) for cell in line] + [None] * (len(heads) - len(line))
        epoch = float(number) if when is None or when >= len(line) else (cells[when] or 0.0)
        values = {head: cells[at] for at, head in enumerate(heads) if head != EPOCH}
        rows.append(Row(epoch, values))
    return Run(name, tuple(sorted(rows, key=lambda row: row.epoch)))


def make_run_of_lists(name: str, lists: Mapping[str, Any]) -> Run:
    """Return the run of lists of values by name, such as the history of Keras."""
    count = min((len(values) for values in lists.values()), default=0)
    return make_run(name, list(lists), [[str(v[n]) for v in lists.values()] for n in range(count)])


def parse_number(text: str) -> float | None:
    """Return a number, perhaps not a finite one; None for other text."""
    try:
        return float(text)
    except ValueError:
        return None
