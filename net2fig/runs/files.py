"""Any file of a training → Run, by what is in it.

| file | written by |
|---|---|
| `run.jsonl` | `net2fig.Watch` |
| CSV | Keras' `CSVLogger` |
| event file, or a folder with some | TensorBoard |
| SQLite database | MLflow, Optuna |
| folder `mlruns`, or of a run in it | MLflow |
"""

from __future__ import annotations

from pathlib import Path

from net2fig.errors import UsageError, one_of, suggestion
from net2fig.runs.csv_log import read_csv_log
from net2fig.runs.csv_rows import check_file
from net2fig.runs.databases import is_database, read_database
from net2fig.runs.events import MARK, find_event_files, read_events
from net2fig.runs.jsonl import read_jsonl
from net2fig.runs.mlruns import find_run_folders, read_mlruns
from net2fig.runs.run import Run

JSONL = (".jsonl", ".ndjson")

PICK = "#"
"""Between a file with several runs and the name of one of them."""


def read_runs(path: Path, option: str = "--run") -> tuple[Run, ...]:
    """Return all runs in a file or folder."""
    if path.is_dir():
        if find_event_files(path):
            return (read_events(path, option),)
        if find_run_folders(path):
            return read_mlruns(path, option)
        message = f"unknown folder: {str(path)!r} in {option} (no events of TensorBoard, no mlruns)"
        raise UsageError(message)
    check_file(path, option, limit=None)
    if is_database(path):
        return read_database(path, option)
    if MARK in path.name:
        return (read_events(path, option),)
    if path.suffix.lower() in JSONL:
        return (read_jsonl(path, option),)
    return (read_csv_log(path, option),)


def read_run(source: str | Path, option: str = "--run") -> Run:
    """Return the run in a file or folder; `mlflow.db#NAME` picks one of several."""
    text = str(source)
    path, pick = Path(text), ""
    if not path.exists() and PICK in text:
        place, _, pick = text.rpartition(PICK)
        path = Path(place)
    runs = read_runs(path, option)
    names = [run.name for run in runs]
    kept = [run for run in runs if pick in ("", run.name, run.header.get("id"))]
    if len(kept) == 1:
        return kept[0]
    if pick and not kept:
        message = f"unknown run: {pick!r} of {path.name} in {option} {one_of(names[:8])}"
        raise UsageError(message, hint=suggestion(pick, names))
    if not kept:
        raise UsageError(f"missing run: {path.name} in {option} holds none")
    keys = [str(run.header.get("id", run.name)) if pick else run.name for run in kept]
    raise UsageError(
        f"ambiguous run: {path.name} in {option} holds {len(kept)} {one_of(keys[:8])}",
        hint=f"name one, as in {path.name}{PICK}{keys[0]}",
    )
