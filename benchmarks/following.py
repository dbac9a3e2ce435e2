"""How long `--watch` takes: from the moment that a grouping file is saved to the new figure."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from measuring import MeasureError, surroundings

EDITS = ('palette = "okabe-ito"\n', 'palette = "default"\n')
"""What is saved in turns: each makes another figure."""

LOOK = 0.001
"""Seconds between two looks at the figure."""


def edit_to_file(model: Path, rounds: int) -> float:
    """Return the median time by the clock from an edit to the new figure beside the model."""
    figure, config = model.with_name("followed.svg"), model.with_name("net2fig.toml")
    config.write_text(EDITS[1], encoding="utf-8")
    command = [sys.executable, "-m", "net2fig", str(model), "-o", str(figure), "--watch"]
    with subprocess.Popen(command, env=surroundings(), stderr=subprocess.DEVNULL) as follower:
        try:
            _changed(follower, figure, 0)
            # The first edit pays for what is imported and remembered only then.
            taken = [_edited(follower, figure, config, EDITS[n % 2]) for n in range(rounds + 1)]
        finally:
            follower.terminate()
            config.unlink()
    return median(taken[1:])


def _edited(follower: subprocess.Popen[bytes], figure: Path, config: Path, text: str) -> float:
    """Save an edit and return how long the new figure takes."""
    seen = figure.stat().st_ino
    began = time.perf_counter()
    config.write_text(text, encoding="utf-8")
    _changed(follower, figure, seen)
    return time.perf_counter() - began


def _changed(follower: subprocess.Popen[bytes], figure: Path, seen: int, most: float = 60) -> None:
    """Return once the figure is another file than the one that was seen."""
    until = time.perf_counter() + most
    while not figure.exists() or figure.stat().st_ino == seen:
        if follower.poll() is not None or time.perf_counter() > until:
            message = "net2fig --watch did not draw"
            raise MeasureError(message)
        time.sleep(LOOK)
