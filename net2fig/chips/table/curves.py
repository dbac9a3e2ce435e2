"""Training curves from the records of trainings (`runs/files.py`), or from lists of values.

Ensures: points in the order of the epochs, without values that are not finite; one scale for all
curves, from the least to the greatest value and from the first to the last epoch.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.chips.table.names import RowNames
from net2fig.data.resources import is_file
from net2fig.errors import Notice, UsageError, one_of, suggestion
from net2fig.runs.csv_log import make_run_of_lists
from net2fig.runs.events import find_event_files
from net2fig.runs.files import JSONL, read_run
from net2fig.runs.run import Run

PREFERRED = ("val_loss", "loss")
"""The quantities drawn by default: the first that every file has."""

SUFFIXES = (".csv", ".log", ".tsv", *JSONL)
WILD = "*?["


class TrainingCurve(Struct, frozen=True):
    """The values of one quantity while a model is trained, each with its epoch."""

    points: tuple[tuple[float, float], ...]


class TrainingCurves(Struct, frozen=True):
    """The curves of some models by the names of their rows, and their quantity."""

    name: str = ""
    rows: Mapping[str, TrainingCurve] | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def values(self) -> tuple[float, float]:
        """The least and the greatest value of all curves."""
        all_values = [value for curve in (self.rows or {}).values() for _, value in curve.points]
        return min(all_values), max(all_values)

    @property
    def epochs(self) -> tuple[float, float]:
        """The first and the last epoch of all curves."""
        all_epochs = [epoch for curve in (self.rows or {}).values() for epoch, _ in curve.points]
        return min(all_epochs), max(all_epochs)

    def scale_points(self, name: str) -> tuple[tuple[float, float], ...]:
        """Return the curve of a row on the scale of all: shares from 0 to 1, none where none is."""
        curve = (self.rows or {}).get(name)
        if curve is None:
            return ()
        (left, right), (low, high) = self.epochs, self.values
        return tuple(
            (_scale_value(x, left, right), _scale_value(y, low, high)) for x, y in curve.points
        )


def read_curves(
    single: Sequence[str] | Mapping[str, Any],
    many: str | os.PathLike[str] | None,
    column: str | None,
    models: RowNames,
) -> TrainingCurves:
    """Return the curves of models.

    `single` holds "NAME=FILE", or files or lists of values by name. `many` is a folder or a pattern
    of files; those with the name of a row, a model or its file are taken.
    """
    files: dict[str, Any] = {**(_find_files(many, models) if many is not None else {})}
    for word, file in _parse_pairs(single):
        name = models.find_row(word)
        if name is None:
            message = f"unknown model: {word!r} in --curve {one_of(models.names)}"
            raise UsageError(message, hint=suggestion(word, models.names))
        files[name] = file
    if not files:
        if column is not None:
            message = f"missing option: '--curve' or '--curves' (for the column {column!r})"
            raise UsageError(message)
        return TrainingCurves()
    logs = {name: _read_log(source) for name, source in files.items()}
    chosen = _choose_column(logs, column)
    curves = {name: TrainingCurve(_read_points(log, chosen, name)) for name, log in logs.items()}
    return TrainingCurves(
        chosen, curves, _find_missing(many, [n for n in models.names if n not in files])
    )


def _find_missing(many: str | os.PathLike[str] | None, names: Sequence[str]) -> tuple[Notice, ...]:
    """Return a notice about models without a curve."""
    if many is None or not names:
        return ()
    text = f"{str(many)!r} in --curves has no curve of {', '.join(map(repr, names))}"
    return (Notice("missing-curves", text),)


def _parse_pairs(single: Sequence[str] | Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the single names and files."""
    if isinstance(single, Mapping):
        return list(single.items())
    pairs = []
    for text in single:
        name, mark, file = str(text).partition("=")
        if not mark or not name or not file:
            message = f"invalid curve: {text!r} in --curve (the name of a row, = and a file)"
            raise UsageError(message, hint="write a curve such as 'resnet50=log.csv'")
        pairs.append((name.strip(), file))
    return pairs


def _find_files(many: str | os.PathLike[str], models: RowNames) -> dict[str, Path]:
    """Return the files of a folder, or of a pattern, whose names mean rows."""
    place = Path(many)
    if place.is_dir():
        files = sorted(file for file in place.iterdir() if _is_record(file))
    elif set(WILD) & set(str(many)):
        base = Path(place.anchor) if place.is_absolute() else Path()
        found = base.glob(str(place.relative_to(place.anchor)))
        files = sorted(file for file in found if is_file(file) or find_event_files(file))
    else:
        message = f"missing folder: {str(many)!r} in --curves"
        raise UsageError(message, hint="name one file by --curve NAME=FILE")
    by_row: dict[str, Path] = {}
    # An exact name of a row wins over its other names.
    for file in sorted(files, key=lambda file: file.stem not in models.words_by_row):
        name = models.find_row(file.stem)
        if name is not None:
            by_row.setdefault(name, file)
    if not by_row:
        listed = ", ".join(models.names)
        message = f"missing curves: {str(many)!r} in --curves has none of {listed}"
        raise UsageError(message, hint="a file is called as a row is: resnet50.csv")
    return by_row


def _is_record(path: Path) -> bool:
    """Tell whether a file, or a folder with events of TensorBoard, may be the record of a run."""
    if path.is_dir():
        return bool(find_event_files(path))
    return path.suffix.lower() in SUFFIXES and is_file(path)


def _read_log(source: Any) -> Run:
    """Return the run in a file, or of lists of values by quantity."""
    return (
        make_run_of_lists("curve", source)
        if isinstance(source, Mapping)
        else read_run(source, "--curve")
    )


def _choose_column(logs: Mapping[str, Run], wanted_name: str | None) -> str:
    """Return the quantity to draw, which every log has: the named or the preferred one."""
    names = [log.names for log in logs.values()]
    shared = [name for name in names[0] if all(name in each for each in names)]
    if wanted_name is not None:
        if wanted_name not in shared:
            message = f"unknown column: {wanted_name!r} in --curve-column {one_of(shared)}"
            raise UsageError(message, hint=suggestion(wanted_name, shared))
        return wanted_name
    for name in (*PREFERRED, *shared):
        if name in shared:
            return name
    places = ", ".join(log.name for log in logs.values())
    message = f"missing column: {places} have none in common (such as {PREFERRED[0]})"
    raise UsageError(message)


def _read_points(log: Run, column: str, name: str) -> tuple[tuple[float, float], ...]:
    """Return the values of a quantity by epoch."""
    points = tuple(point for point in log.series(column) if math.isfinite(point[1]))
    if not points:
        message = f"invalid curve: {column!r} of {name!r} in {log.name} has no numbers"
        raise UsageError(message)
    return points


def _scale_value(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5
