"""The file store of MLflow → runs: a folder for each experiment, in it one for each run.

A run has a folder `metrics` with a file for each quantity, whose lines hold time, value and step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from net2fig.errors import UsageError
from net2fig.runs.csv_rows import check_file
from net2fig.runs.run import Run, make_rows

METRICS, PARAMS, META = "metrics", "params", "meta.yaml"

MAX_RUNS = 2000
MAX_METRICS = 2000

META_LINE = re.compile(r"^(run_name|lifecycle_stage|start_time): (.*)$", re.MULTILINE)
"""The lines of `meta.yaml` that are read."""


def is_run_folder(path: Path) -> bool:
    """Tell whether a folder is that of one run."""
    return (path / META).is_file() and (path / METRICS).is_dir()


def find_run_folders(path: Path) -> list[Path]:
    """Return the folders of runs: the folder itself, those in it, or those in its folders."""
    if is_run_folder(path):
        return [path]
    found = (meta.parent for form in (f"*/{META}", f"*/*/{META}") for meta in path.glob(form))
    return sorted({each for each in islice(found, MAX_RUNS) if is_run_folder(each)})


def read_mlruns(path: Path, option: str) -> tuple[Run, ...]:
    """Return the runs that were not deleted, in the order in which they began."""
    runs = [read_run_folder(folder, option) for folder in find_run_folders(path)]
    kept = [run for run in runs if run.header["lifecycle_stage"] == "active"]
    return tuple(sorted(kept, key=lambda run: (run.header["start_time"], run.header["id"])))


def read_run_folder(folder: Path, option: str) -> Run:
    """Return the run in a folder."""
    meta = dict(META_LINE.findall((folder / META).read_text("utf-8", "replace")[:100_000]))
    values: dict[float, dict[str, float | None]] = {}
    for name, text in iterate_texts(folder / METRICS, option):
        points = []
        for line in text.splitlines():
            try:
                time, value, step = (*line.split(), "0")[:3]
                points.append((float(step), float(time), float(value)))
            except ValueError:
                message = f"invalid file: {name!r} of {folder.name!r} in {option} (not of MLflow)"
                raise UsageError(message) from None
        for step_, _, number in sorted(points, key=lambda point: point[:2]):
            values.setdefault(step_, {})[name] = number
    header = {
        "id": folder.name,
        "params": dict(iterate_texts(folder / PARAMS, option)),
        "lifecycle_stage": meta.get("lifecycle_stage", "active"),
        "start_time": int(meta.get("start_time", "0") or 0),
    }
    return Run(meta.get("run_name", "").strip("'\"") or folder.name, make_rows(values), header)


def iterate_texts(folder: Path, option: str) -> Iterator[tuple[str, str]]:
    """Yield the names and the texts of the files in a folder; a name may contain folders."""
    for path in sorted(islice(folder.rglob("*"), MAX_METRICS)):
        if path.is_file():
            check_file(path, option)
            yield path.relative_to(folder).as_posix(), path.read_text("utf-8", "replace")
