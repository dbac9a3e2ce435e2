"""Two readers of the same code, each in processes of its own, and how their answers differ."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def told(reader: str, targets: list[str]) -> dict[str, dict]:
    """Return what a reader answers, by target."""
    command = [sys.executable, str(HERE / "answering.py"), reader, json.dumps(targets)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=surroundings
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def recorded(targets: list[str]) -> dict[str, dict]:
    """Return what the recorder answers, by target."""
    return told("record", targets)


def executed(targets: list[str]) -> dict[str, dict]:
    """Return what Keras answers, by target."""
    return told("keras", targets)


def differences(one, other, place=""):
    """Return where two JSON values differ, in words."""
    if one == other:
        return []
    if isinstance(one, dict) and isinstance(other, dict):
        # The lines of code are not saved, nor frozen; tests/read/test_lines.py compares them.
        keys = sorted({*one, *other} - {"lines"})
        return [
            text for k in keys for text in differences(one.get(k), other.get(k), f"{place}.{k}")
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            text
            for at, pair in enumerate(zip(one, other, strict=True))
            for text in differences(*pair, f"{place}[{at}]")
        ]
    return [f"{place}: {one!r:.120} is not {other!r:.120}"]


def assert_alike(one, other):
    """Compare two networks to the last field; only the reader's name may differ."""
    first, second = (dict(answer["network"]) for answer in (one, other))
    assert (first.pop("reader"), second.pop("reader")) == ("record", "keras")
    assert differences(first, second) == []
