"""SQLite files of MLflow and Optuna → runs, without either. They are opened for reading only."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from net2fig.errors import UsageError
from net2fig.runs.csv_rows import check_file
from net2fig.runs.run import Row, Run, make_rows

MAGIC = b"SQLite format 3\0"

MAX_BYTES = 4 * 2**30
MAX_ROWS = 2_000_000

MLFLOW_TABLES = {"experiments", "runs", "metrics", "params"}
OPTUNA_TABLES = {"studies", "trials", "trial_intermediate_values", "trial_values"}

LARGEST = 1.7976931348623157e308
"""What MLflow stores for an infinite number."""

NOT_FINITE = {"NAN": math.nan, "INF_POS": math.inf, "INF_NEG": -math.inf}
"""Numbers that Optuna stores by name."""

OBJECTIVE = "value"
"""The name of what a trial of Optuna reports."""


def is_database(path: Path) -> bool:
    """Tell whether a file is an SQLite database."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_database(path: Path, option: str) -> tuple[Run, ...]:
    """Return the runs of MLflow, or the trials of Optuna, in a file."""
    check_file(path, option, MAX_BYTES)
    link = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        tables = {name for (name,) in link.execute("SELECT name FROM sqlite_master")}
        if tables >= MLFLOW_TABLES:
            return tuple(iterate_mlflow(link))
        if tables >= OPTUNA_TABLES:
            return tuple(iterate_optuna(link))
    except (sqlite3.Error, TypeError, ValueError, OverflowError) as error:
        message = f"invalid database: {path.name!r} in {option} ({error})"
        raise UsageError(message) from None
    finally:
        link.close()
    message = f"unsupported database: {path.name!r} in {option} (neither of MLflow nor of Optuna)"
    raise UsageError(message)


def select(link: sqlite3.Connection, query: str, values: Sequence[Any] = ()) -> list[Any]:
    """Return the rows of a query, with a limit on their number."""
    return link.execute(query, values).fetchmany(MAX_ROWS)


def iterate_mlflow(link: sqlite3.Connection) -> Iterator[Run]:
    """Yield the runs of MLflow that were not deleted, in the order in which they began."""
    runs = select(
        link,
        "SELECT run_uuid, name FROM runs WHERE lifecycle_stage = 'active'"
        " ORDER BY start_time, run_uuid",
    )
    for key, name in runs:
        values: dict[float, dict[str, float | None]] = {}
        rows = select(
            link,
            "SELECT key, value, is_nan, step FROM metrics WHERE run_uuid = ?"
            " ORDER BY step, timestamp",
            (key,),
        )
        for metric, value, is_nan, step in rows:
            number = math.nan if is_nan else widen(float(value))
            values.setdefault(float(step), {})[str(metric)] = number
        pairs = select(link, "SELECT key, value FROM params WHERE run_uuid = ?", (key,))
        header = {"id": key, "params": {str(word): value for word, value in pairs}}
        yield Run(str(name or key), make_rows(values), header)


def widen(value: float) -> float:
    """Return a number of MLflow's database, in which the largest is infinity."""
    return math.copysign(math.inf, value) if abs(value) >= LARGEST else value


def iterate_optuna(link: sqlite3.Connection) -> Iterator[Run]:
    """Yield the trials of all studies; the name is that of the study and the number."""
    trials = select(
        link,
        "SELECT t.trial_id, t.number, t.state, s.study_name FROM trials t JOIN studies s"
        " ON t.study_id = s.study_id ORDER BY s.study_id, t.number",
    )
    for key, number, state, study in trials:
        steps = select(
            link,
            "SELECT step, intermediate_value, intermediate_value_type"
            " FROM trial_intermediate_values WHERE trial_id = ? ORDER BY step",
            (key,),
        )
        rows = [
            Row(float(step), {OBJECTIVE: parse_optuna(value, kind)}) for step, value, kind in steps
        ]
        finals = select(
            link,
            "SELECT value, value_type FROM trial_values WHERE trial_id = ? ORDER BY objective",
            (key,),
        )
        results = [parse_optuna(value, kind) for value, kind in finals]
        params = select(
            link,
            "SELECT param_name, param_value, distribution_json FROM trial_params"
            " WHERE trial_id = ?",
            (key,),
        )
        header = {
            "state": state,
            "results": results,
            "params": {name: parse_parameter(value, how) for name, value, how in params},
        }
        if not rows and len(results) == 1:
            rows = [Row(0.0, {OBJECTIVE: results[0]})]
        yield Run(f"{study}/{number}", tuple(rows), header)


def parse_optuna(value: Any, kind: Any) -> float | None:
    """Return a number of Optuna's database; `kind` is its type, a name."""
    named = NOT_FINITE.get(str(kind).rpartition(".")[2])
    if named is not None:
        return named
    return None if value is None else float(value)


def parse_parameter(value: Any, distribution: str) -> Any:
    """Return a parameter as the code saw it: one of the choices, a whole number, or a number."""
    data = json.loads(distribution)
    name, choices = str(data.get("name", "")), data.get("attributes", {}).get("choices")
    if isinstance(choices, list) and 0 <= int(value) < len(choices):
        return choices[int(value)]
    return int(value) if name.startswith("Int") else float(value)
