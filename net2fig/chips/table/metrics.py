"""Metrics from a CSV file: its first column names the model, the others are columns to add."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.chips.table.names import RowNames
from net2fig.compose.wording import words
from net2fig.errors import Notice, UsageError
from net2fig.runs.csv_rows import read_csv

MAX_NAMES = 8
"""The maximum number of names in a notice."""


class ModelMetrics(Struct, frozen=True):
    """The names of the columns, and the values of each model by the name of its row."""

    names: tuple[str, ...] = ()
    rows: Mapping[str, Mapping[str, str]] | None = None
    notices: tuple[Notice, ...] = ()

    def get_row(self, name: str) -> Mapping[str, str]:
        """Return the values of a row of the table."""
        return (self.rows or {}).get(name, {})


def read_metrics(source: Any, models: RowNames) -> ModelMetrics:
    """Return metrics from a CSV file, or from lists in the order of the models.

    A file may name a model by its row, by its own name, or by its file.
    """
    if source is None:
        return ModelMetrics()
    if isinstance(source, Mapping):
        return _from_lists(source, models.names)
    path = Path(source)
    return _match_rows(_parse_table(read_csv(path, "--metrics"), path.name), models, path.name)


def _match_rows(parsed: ModelMetrics, models: RowNames, place: str) -> ModelMetrics:
    """Return metrics under the names of the rows, and tell what has no counterpart."""
    parsed_rows = parsed.rows or {}
    rows: dict[str, Mapping[str, str]] = {}
    unmatched: list[str] = []
    # An exact name of a row wins over its other names, in any order.
    for name in sorted(parsed_rows, key=lambda name: name not in models.words_by_row):
        row = models.find_row(name)
        if row is None or row in rows:
            unmatched.append(name)
        else:
            rows[row] = parsed_rows[name]
    missing = [name for name in models.names if name not in rows]
    if not rows:
        missing_list = words.join_names([repr(name) for name in missing])
        message = f"missing model: {place!r} in --metrics has no row of {missing_list}"
        raise UsageError(
            message, hint=f"its rows are {_shorten_list(unmatched)}" if unmatched else None
        )
    parts = [f"no row for {_shorten_list(missing)}"] if missing else []
    parts += [f"rows of no model: {_shorten_list(unmatched)}"] if unmatched else []
    text = f"{place!r} in --metrics has {'; '.join(parts)}"
    return ModelMetrics(parsed.names, rows, (Notice("unmatched-metrics", text),) if parts else ())


def _shorten_list(names: list[str]) -> str:
    """Return names as a list that is short enough to be read."""
    shown = [repr(name) for name in names[:MAX_NAMES]]
    more = len(names) - len(shown)
    return words.join_names([*shown, f"{more} others"] if more else shown)


def _parse_table(table: list[list[str]], place: str) -> ModelMetrics:
    """Return metrics from the lines of a file, the first of which names the columns."""
    if not table or len(table[0]) < 2:
        message = f"invalid file: {place!r} in --metrics (no columns beside the names of models)"
        raise UsageError(message)
    heads = [head.strip() for head in table[0]]
    rows: dict[str, dict[str, str]] = {}
    for line in table[1:]:
        name, *values = (value.strip() for value in line)
        if name in rows:
            message = f"duplicate model: {name!r} in {place}"
            raise UsageError(message)
        rows[name] = dict(zip(heads[1:], values, strict=False))
    return ModelMetrics(tuple(heads[1:]), rows)


def _from_lists(source: Mapping[str, Any], names: list[str]) -> ModelMetrics:
    """Return metrics from lists with one value for each model."""
    for key, values in source.items():
        if len(values) != len(names):
            message = f"invalid metrics: {key!r} has {len(values)} values for {len(names)} models"
            raise UsageError(message)
    rows = {
        name: {key: _format_value(values[number]) for key, values in source.items()}
        for number, name in enumerate(names)
    }
    return ModelMetrics(tuple(source), rows)


def _format_value(value: Any) -> str:
    """Return a value as it is printed."""
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
