"""What whole processes cost: the processor's time of a child and of its own children.

Processes that are compared run in turns, so that what else the machine does meets all of them; the
median of each is what counts.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent

LONGEST = 900.0
"""Seconds after which a process is given up."""

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1"}
"""The environment in which everybody runs: TensorFlow on the processor, without its messages."""

Command = Sequence[str]


class MeasureError(Exception):
    """A process that was to be measured failed."""


def surroundings() -> dict[str, str]:
    """Return the environment of the children; compiled modules are kept, as on any machine."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **QUIET, "PYTHONPATH": str(ROOT)}


def cpu_seconds(command: Command) -> float:
    """Run a process and return the processor's time that it took, of the user and of the system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(
        list(command),
        check=False,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode:
        said = ended.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        message = f"{' '.join(command)[:120]}: exit code {ended.returncode}, {said[0][:200]}"
        raise MeasureError(message)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def in_turns(commands: Mapping[str, Command], rounds: int) -> dict[str, float]:
    """Return the median time of each process, all run in turns.

    Each runs once before, unmeasured: what is read from disk and compiled the first time only is no
    part of it.
    """
    for command in commands.values():
        cpu_seconds(command)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(cpu_seconds(command))
    return {name: median(values) for name, values in times.items()}
