"""Metrics from a CSV file: its first column names the model, the others are columns to add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.chips.separated import csv_lines
from net2fig.errors import UsageError


class Metrics(Struct, frozen=True):
    """The names of the columns, and the values of each model by the name of its row."""

    names: tuple[str, ...] = ()
    rows: Mapping[str, Mapping[str, str]] | None = None

    def of(self, name: str) -> Mapping[str, str]:
        """Return the values of a model, whose name may be written in small letters."""
        rows = self.rows or {}
        if name in rows:
            return rows[name]
        lowered = {key.lower(): value for key, value in rows.items()}
        return lowered.get(name.lower(), {})


def read_metrics(source: Any, names: Sequence[str]) -> Metrics:
    """Return metrics from a CSV file, or from lists in the order of the models."""
    if source is None:
        return Metrics()
    if isinstance(source, Mapping):
        return _listed(source, names)
    path = Path(source)
    return _parsed(csv_lines(path, "--metrics"), path.name)


def _parsed(table: list[list[str]], place: str) -> Metrics:
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
    return Metrics(tuple(heads[1:]), rows)


def _listed(source: Mapping[str, Any], names: Sequence[str]) -> Metrics:
    """Return metrics from lists, each as long as there are models."""
    for key, values in source.items():
        if len(values) != len(names):
            message = f"invalid metrics: {key!r} has {len(values)} values for {len(names)} models"
            raise UsageError(message)
    rows = {
        name: {key: _text(values[number]) for key, values in source.items()}
        for number, name in enumerate(names)
    }
    return Metrics(tuple(source), rows)


def _text(value: Any) -> str:
    """Return a value as it is printed."""
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
