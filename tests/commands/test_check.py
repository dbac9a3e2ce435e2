"""What `net2fig check` prints, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import net2fig
from net2fig.read import dump
from tests.checks.nets import FAULTY, HEALTHY

TEXT = "'dense_1' takes the softmax of 1 value, which cannot be anything but 1"


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "faulty.network.json"
    path.write_text(dump(FAULTY["softmax-of-one", ""]), "utf-8")
    return path


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    path = tmp_path / "healthy.network.json"
    path.write_text(dump(HEALTHY[0]), "utf-8")
    return path


def test_an_error_is_told_and_ends_with_1(run, faulty: Path) -> None:
    result = run("check", faulty)
    assert result.code == 1
    assert result.out.splitlines() == [
        f"error[softmax-of-one] {TEXT}",
        "  to do: use a sigmoid, or as many units as there are classes",
        "1 error, 0 warnings",
    ]


def test_a_healthy_model_ends_with_0(run, healthy: Path) -> None:
    result = run("check", healthy)
    assert (result.code, result.out) == (0, "0 errors, 0 warnings\n")


def test_json_has_all_there_is(run, faulty: Path) -> None:
    result = run("check", faulty, "--json", "--batch", 4)
    data = json.loads(result.out)
    assert result.code == 1
    (found,) = data["findings"]
    assert (found["code"], found["tier"], found["layer"]) == ("softmax-of-one", "error", "dense_1")
    assert data["memory"] > 0


def test_a_check_is_ignored_by_option_and_by_file(run, faulty: Path) -> None:
    assert run("check", faulty, "--ignore", "softmax-of-one").code == 0
    (faulty.parent / "net2fig.toml").write_text('[checks]\nignore = ["softmax-of-one"]\n', "utf-8")
    assert run("check", faulty).code == 0


def test_unknown_codes_and_thresholds_are_told(run, faulty: Path) -> None:
    result = run("check", faulty, "--ignore", "softmax-of-oen")
    assert result.code == 2
    assert "hint: did you mean 'softmax-of-one'?" in result.err
    (faulty.parent / "net2fig.toml").write_text("[checks]\nhigh-dropuot = 1\n", "utf-8")
    result = run("check", faulty)
    assert result.code == 2
    assert "unknown threshold: 'high-dropuot'" in result.err


def test_memory_is_estimated(run, healthy: Path) -> None:
    assert "memory: about" in run("check", healthy, "--batch", 32).out
    assert "warning[memory]" in run("check", healthy, "--batch", 10**9, "--memory", "1GB").out
    result = run("check", healthy, "--memory", "much")
    assert (result.code, result.err.splitlines()[0]) == (
        2,
        "invalid memory: 'much' in --memory (a size such as '8GB')",
    )


def test_checks_are_explained(run) -> None:
    lines = run("check", "--explain", "high-dropout").out.splitlines()
    assert lines[0] == "high-dropout: warning"
    assert lines[-1] == "threshold: 0.75 ([checks] high-dropout in the grouping file)"
    assert run("check", "--explain", "nothing").code == 2
    assert "{" not in run("check", "--explain", "all").out


def test_a_run_is_checked_with_the_model(run, healthy: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("epoch,loss\n0,2.3\n1,nan\n", "utf-8")
    result = run("check", healthy, "--run", log)
    assert result.code == 1
    assert result.out.startswith("error[not-finite] 'dense_1': loss is nan in epoch 1")


def test_from_python(healthy: Path) -> None:
    assert net2fig.check(healthy) == ()
    (found,) = net2fig.check(FAULTY["rate", "high"])
    assert (found.code, found.case) == ("rate", "high")
