"""Records of trainings: what each file holds, and what is said of one that is damaged."""

from __future__ import annotations

import math
import sqlite3
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.errors import UsageError
from net2fig.read.limits import ValueCounter
from net2fig.runs.events import find_checksum, mask_checksum, parse_event
from net2fig.runs.files import read_run, read_runs
from net2fig.runs.jsonl import dump_header, dump_observation, dump_row
from net2fig.runs.run import Observation, Row

DATA = Path(__file__).parent / "data"
"""Tables that Optuna and MLflow wrote themselves, as SQL."""


def load_database(name: str, folder: Path) -> Path:
    path = folder / f"{name}.db"
    link = sqlite3.connect(path)
    link.executescript((DATA / f"{name}.sql").read_text("utf-8"))
    link.close()
    return path


# CSV.


def test_a_csv_log_has_a_row_for_each_epoch(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n1,0.5,NA\n0,1.5,nan\n", "utf-8")
    run = read_run(path)
    assert run.series("loss") == ((0.0, 1.5), (1.0, 0.5))
    assert len(run.series("val_loss")) == 1
    assert math.isnan(run.series("val_loss")[0][1])


# run.jsonl.


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    row = Row(0.0, {"loss": math.inf, "acc": 0.5}, {"dense": {"zeros": 0.25}})
    seen = Observation("not-finite", "The loss is infinite.", "dense", 0.0)
    path.write_text(dump_header({"classes": 3}) + dump_row(row) + dump_observation(seen), "utf-8")
    run = read_run(path)
    assert (run.rows, run.header, run.observations) == ((row,), {"classes": 3}, (seen,))


def test_a_last_line_that_is_cut_off_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    text = dump_row(Row(0.0, {"loss": 1.0})) + dump_row(Row(1.0, {"loss": 0.5}))
    path.write_text(text[:-9], "utf-8")
    assert read_run(path).series("loss") == ((0.0, 1.0),)


def test_a_line_in_the_middle_must_be_json(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text('{"loss": 1}\n{"loss"\n{"loss": 2}\n', "utf-8")
    with pytest.raises(UsageError) as error:
        read_run(path)
    assert error.value.message == "invalid file: 'run.jsonl' in --run (line 2 is no JSON)"


def test_flat_lines_of_other_tools_are_rows(tmp_path: Path) -> None:
    path = tmp_path / "trainer.jsonl"
    path.write_text('{"step": 10, "loss": 1, "note": "x", "list": []}\n{"step": 20, "loss": 0.5}\n')
    assert read_run(path).series("loss") == ((10.0, 1.0), (20.0, 0.5))


VALUES = st.dictionaries(st.text(max_size=5), st.floats(allow_nan=False) | st.none(), max_size=4)


@given(VALUES)
def test_any_row_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, float | None]
) -> None:
    path = tmp_path_factory.mktemp("runs") / "run.jsonl"
    path.write_text(dump_row(Row(3.0, values)), "utf-8")
    assert read_run(path).rows[0].values == values


# Databases.


def test_trials_of_optuna(tmp_path: Path) -> None:
    first, second, third = read_runs(load_database("optuna", tmp_path))
    assert [run.name for run in (first, second, third)] == ["digits/0", "digits/1", "digits/2"]
    assert first.series("value")[3] == (3.0, 0.5)
    assert math.isnan(second.series("value")[3][1])
    assert third.series("value")[3] == (3.0, math.inf)
    params = first.header["params"]
    assert params["activation"] in ("relu", "tanh")
    assert type(params["units"]) is int
    assert first.header["results"] == [pytest.approx(params["rate"] * params["units"])]


def test_runs_of_mlflow(tmp_path: Path) -> None:
    path = load_database("mlflow", tmp_path)
    first = read_run(f"{path}#first")
    assert first.series("loss") == ((0.0, 1.0), (1.0, 0.5), (2.0, 1 / 3), (3.0, 0.25))
    assert first.series("val/acc")[3] == (3.0, math.inf)
    assert first.header["params"] == {"rate": "0.1"}
    assert math.isnan(read_run(f"{path}#second").series("loss")[3][1])


def test_several_runs_are_ambiguous(tmp_path: Path) -> None:
    path = load_database("mlflow", tmp_path)
    with pytest.raises(UsageError) as error:
        read_run(path)
    assert error.value.lines() == [
        "ambiguous run: mlflow.db in --run holds 2 (one of 'first', 'second')",
        "hint: name one, as in mlflow.db#first",
    ]
    with pytest.raises(UsageError, match="unknown run: 'frist'"):
        read_run(f"{path}#frist")


def test_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    link = sqlite3.connect(path)
    link.execute("CREATE TABLE a (b)")
    link.close()
    with pytest.raises(UsageError, match="neither of MLflow nor of Optuna"):
        read_run(path)
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 900)
    with pytest.raises(UsageError, match="invalid database"):
        read_run(path)


# The file store of MLflow.


def test_a_file_store_of_mlflow(tmp_path: Path) -> None:
    folder = tmp_path / "mlruns" / "1" / "abc"
    (folder / "metrics" / "val").mkdir(parents=True)
    (folder / "params").mkdir()
    (folder / "meta.yaml").write_text("run_name: 'first'\nstart_time: 5\n", "utf-8")
    (folder / "metrics" / "loss").write_text("10 1.5 0\n11 0.5 1\n", "utf-8")
    (folder / "metrics" / "val" / "acc").write_text("10 nan 0\n", "utf-8")
    (folder / "params" / "rate").write_text("0.1", "utf-8")
    run = read_run(tmp_path / "mlruns")
    assert (run.name, run.header["params"]) == ("first", {"rate": "0.1"})
    assert run.series("loss") == ((0.0, 1.5), (1.0, 0.5))
    assert math.isnan(run.series("val/acc")[0][1])
    (folder / "metrics" / "loss").write_text("ten\n", "utf-8")
    with pytest.raises(UsageError, match="not of MLflow"):
        read_run(tmp_path / "mlruns")


# Event files.


def encode(number: int, kind: int, content: bytes) -> bytes:
    """Return a field of a message."""
    size = bytes([len(content)]) if kind == 2 else b""
    return bytes([number << 3 | kind]) + size + content


def make_event(step: int, tag: str, value: float) -> bytes:
    simple = encode(1, 2, tag.encode()) + encode(2, 5, struct.pack("<f", value))
    return encode(2, 0, bytes([step])) + encode(5, 2, encode(1, 2, simple))


def make_record(message: bytes) -> bytes:
    length = struct.pack("<Q", len(message))
    return length + struct.pack("<I", mask_checksum(find_checksum(length))) + message + bytes(4)


def test_the_checksum_is_the_published_one() -> None:
    assert find_checksum(b"123456789") == 0xE3069283


def test_scalars_of_an_event_file(tmp_path: Path) -> None:
    data = make_record(make_event(0, "loss", 1.5)) + make_record(make_event(1, "loss", 0.5))
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(data)
    assert read_run(tmp_path).series("loss") == ((0.0, 1.5), (1.0, 0.5))
    # The last record is still being written.
    path.write_bytes(data[:-6])
    assert read_run(path).series("loss") == ((0.0, 1.5),)


def test_the_folders_of_keras_are_one_run(tmp_path: Path) -> None:
    for name, value in (("train", 1.0), ("validation", 2.0)):
        folder = tmp_path / name
        folder.mkdir()
        event = make_record(make_event(0, "epoch_loss", value))
        (folder / "events.out.tfevents.1").write_bytes(event)
    assert read_run(tmp_path).rows == (Row(0.0, {"loss": 1.0, "val_loss": 2.0}),)


def test_a_damaged_length_is_told(tmp_path: Path) -> None:
    data = bytearray(make_record(make_event(0, "loss", 1.5)))
    data[0] ^= 1
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(data)
    with pytest.raises(UsageError) as error:
        read_run(path)
    assert error.value.message == (
        "invalid event file: 'events.out.tfevents.1' in --run (a damaged record at byte 0)"
    )


@given(st.binary(max_size=100))
def test_a_damaged_event_is_told_or_has_no_scalars(data: bytes) -> None:
    with suppress(ValueError):
        for step, tag, value in parse_event(memoryview(data), ValueCounter("a")):
            assert (type(step), type(tag), type(value)) == (int, str, float)


# What is missing.


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="missing file"):
        read_run(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="unknown folder"):
        read_run(tmp_path)
