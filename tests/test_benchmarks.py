"""The benchmarks measure CPU time and compare it with the bars correctly."""

from __future__ import annotations

import sys

import pytest

from benchmarks.measuring import MeasureError, cpu_seconds, in_turns, surroundings
from benchmarks.models import chain
from benchmarks.table import Bar, Row, seconds, share, table, times
from net2fig.read.keras.architecture import read_architecture

BUSY = "import sys\nfor _ in range(int(sys.argv[1])):\n    hash(str(_))"


def busy(turns: int) -> list[str]:
    return [sys.executable, "-I", "-c", BUSY, str(turns)]


def test_more_work_takes_more_time() -> None:
    took = in_turns({"little": busy(1), "much": busy(1_000_000)}, rounds=1)
    assert took["much"] > 2 * took["little"] > 0


def test_child_processes_count() -> None:
    inner = f"import subprocess; subprocess.run({busy(1_000_000)!r})"
    assert cpu_seconds([sys.executable, "-c", inner]) > cpu_seconds(busy(1))


def test_a_failed_process_raises() -> None:
    with pytest.raises(MeasureError, match="exit code 3, no message"):
        cpu_seconds([sys.executable, "-c", "raise SystemExit(3)"])


def test_compiled_modules_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in surroundings()


@pytest.mark.parametrize(
    ("value", "verdict"), [(0.02, "aim reached"), (0.07, "passes"), (0.2, "**fails**")]
)
def test_a_missed_bar_is_marked(value: float, verdict: str) -> None:
    row = Row("drawing", "1 : 2", value, Bar(0.10, 0.05, share))
    assert row.cells()[-1] == verdict
    assert row.passes is (value < 0.1)


def test_a_bar_may_be_a_lower_limit() -> None:
    bar = Bar(10, 20, times, least=True)
    assert [bar.verdict(value) for value in (9, 15, 25)] == ["**fails**", "passes", "aim reached"]
    assert bar.written(bar.must) == "≥ 10.0 ×"


def test_the_table_shows_a_missing_measurement() -> None:
    rows = [
        Row("one", "1.00 s : 2.00 s", 0.5, Bar(0.3, 0.1, seconds)),
        Row("another", "no pydot", None, Bar(10, 20, times, least=True)),
    ]
    assert table(rows) == (
        "| work    | measured        | result | bar      | aim      |              |\n"
        "| ------- | --------------- | ------ | -------- | -------- | ------------ |\n"
        "| one     | 1.00 s : 2.00 s | 0.50 s | ≤ 0.30 s | ≤ 0.10 s | **fails**    |\n"
        "| another | no pydot        | –      | ≥ 10.0 × | ≥ 20.0 × | not measured |\n"
    )
    assert rows[1].passes


def test_a_chain_can_be_read() -> None:
    import json

    network = read_architecture(
        json.loads(chain(10)), source="chain.json", reader="saved", name=None
    )
    assert len(network.layers) == 10
    assert network.notices == ()
