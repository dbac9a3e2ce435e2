"""The time that `--watch` takes from an edit of the grouping file to the new figure."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from measuring import MeasureError, surroundings

EDITS = ('palette = "okabe-ito"\n', 'palette = "default"\n')
"""Contents of the grouping file, saved in turns. Each makes a different figure."""

LOOK = 0.001
"""Seconds between two checks of the figure."""


def edit_to_file(model: Path, rounds: int) -> float:
    """Return the median wall-clock time from an edit to the new figure beside the model."""
    figure, config = model.with_name("followed.svg"), model.with_name("net2fig.toml")
    config.write_text(EDITS[1], encoding="utf-8")
    command = [sys.executable, "-m", "net2fig", str(model), "-o", str(figure), "--watch"]
    with subprocess.Popen(command, env=surroundings(), stderr=subprocess.DEVNULL) as follower:
        try:
            _changed(follower, figure, 0)
            # The first edit imports modules and fills caches, so it does not count.
            taken = [_edited(follower, figure, config, EDITS[n % 2]) for n in range(rounds + 1)]
        finally:
            follower.terminate()
            config.unlink()
    return median(taken[1:])


def _edited(follower: subprocess.Popen[bytes], figure: Path, config: Path, text: str) -> float:
    """Save an edit and return the time until the new figure."""
    seen = figure.stat().st_ino
    began = time.perf_counter()
    config.write_text(text, encoding="utf-8")
    _changed(follower, figure, seen)
    return time.perf_counter() - began


def _changed(follower: subprocess.Popen[bytes], figure: Path, seen: int, most: float = 60) -> None:
    """Wait until the figure is a new file."""
    until = time.perf_counter() + most
    while not figure.exists() or figure.stat().st_ino == seen:
        if follower.poll() is not None or time.perf_counter() > until:
            message = "net2fig --watch did not draw"
            raise MeasureError(message)
        time.sleep(LOOK)
