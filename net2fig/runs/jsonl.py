"""`run.jsonl`: a line with a header, then a line for each epoch, observation and intervention.

Lines are appended while the model is trained, so the last may be cut off: it is ignored. Numbers
that are not finite are strings, since JSON has none. Files of other tools, with a flat object of
numbers on each line, are read as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from net2fig.errors import ModelError, UsageError
from net2fig.read.limits import ValueCounter, check_depth
from net2fig.runs.csv_rows import check_file
from net2fig.runs.run import Intervention, Observation, Row, Run

FORMAT = "net2fig-run"
VERSION = 1

EPOCHS = ("epoch", "step", "global_step", "_step")
"""The keys of the epoch or step in lines of other tools."""


def dump_line(data: Mapping[str, Any]) -> str:
    """Return an object as a line; numbers that are not finite become strings."""
    return json.dumps(make_finite(data), allow_nan=False) + "\n"


def make_finite(value: Any) -> Any:
    """Return JSON data with strings in place of numbers that are not finite."""
    if isinstance(value, Mapping):
        return {str(key): make_finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [make_finite(each) for each in value]
    if isinstance(value, float) and not -1e308 <= value <= 1e308:
        return str(value)
    return value


def dump_row(row: Row) -> str:
    """Return a row as a line."""
    return dump_line({"epoch": row.epoch, "values": row.values, "layers": row.layers})


def dump_header(header: Mapping[str, Any]) -> str:
    """Return the first line of a file."""
    return dump_line({"format": FORMAT, "version": VERSION, **header})


def dump_observation(seen: Observation) -> str:
    """Return an observation as a line."""
    return dump_line(
        {"finding": seen.code, "layer": seen.layer, "epoch": seen.epoch, "text": seen.text}
    )


def read_jsonl(path: Path, option: str) -> Run:
    """Return the run in a file."""
    check_file(path, option)
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = file.read().rstrip("\n").split("\n")
    counter = ValueCounter(path.name)
    header: dict[str, Any] = {}
    rows: list[Row] = []
    observations: list[Observation] = []
    interventions: list[Intervention] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        data = parse_line(line, counter)
        if data is None:
            if number == len(lines):
                break
            raise UsageError(f"invalid file: {path.name!r} in {option} (line {number} is no JSON)")
        if data.get("format") == FORMAT:
            header = {key: data[key] for key in data if key not in ("format", "version")}
        elif "finding" in data:
            observations.append(parse_observation(data))
        elif "did" in data:
            interventions.append(parse_intervention(data))
        else:
            rows.append(parse_row(data, len(rows)))
    return Run(path.name, tuple(rows), header, tuple(observations), tuple(interventions))


def parse_line(line: str, counter: ValueCounter) -> dict[str, Any] | None:
    """Return the object on a line; None if there is none."""
    try:
        counter.add_marks(line)
        data = json.loads(line)
        check_depth(data, counter.where)
    except (ValueError, RecursionError, ModelError):
        return None
    return data if isinstance(data, dict) else None


def parse_row(data: Mapping[str, Any], number: int) -> Row:
    """Return the row of a line; `number` is its epoch if the line states none."""
    named = data.get("values")
    values = named if isinstance(named, dict) else data
    stated = [parse_value(data[key]) for key in EPOCHS if key in data]
    epoch = next((each for each in stated if each is not None), None)
    return Row(
        float(number) if epoch is None else epoch,
        {
            key: parse_value(each)
            for key, each in values.items()
            if named is values or not (key in EPOCHS or isinstance(each, dict | list))
        },
        parse_layers(data.get("layers")),
    )


def parse_layers(data: Any) -> dict[str, dict[str, float]]:
    """Return the values of layers."""
    found: dict[str, dict[str, float]] = {}
    for layer, named in data.items() if isinstance(data, dict) else ():
        values = {key: parse_value(each) for key, each in named.items()} if named else {}
        found[layer] = {key: each for key, each in values.items() if each is not None}
    return found


def parse_value(value: Any) -> float | None:
    """Return a number, also one that is written as a string; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def parse_observation(data: Mapping[str, Any]) -> Observation:
    """Return the observation of a line."""
    epoch = parse_value(data.get("epoch")) or 0.0
    return Observation(
        str(data["finding"]), str(data.get("text", "")), str(data.get("layer", "")), epoch
    )


def parse_intervention(data: Mapping[str, Any]) -> Intervention:
    """Return the intervention of a line."""
    step = parse_value(data.get("step")) or 0.0
    return Intervention(
        step, str(data["did"]), data.get("from"), data.get("to"), str(data.get("by", ""))
    )
