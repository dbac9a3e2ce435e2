"""The CPU time of whole processes and of their children.

Processes that are compared run in turns, so that other load on the machine affects all of them. The
median of each counts.
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
"""Time limit of a process, in seconds."""

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1"}
"""The environment of all processes: TensorFlow on the CPU, without its messages."""

Command = Sequence[str]


class MeasureError(Exception):
    """A measured process failed."""


def surroundings() -> dict[str, str]:
    """Return the environment of the processes. Python keeps compiled modules."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **QUIET, "PYTHONPATH": str(ROOT)}


def cpu_seconds(command: Command) -> float:
    """Run a process and return its CPU time, user and system."""
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
        last = ended.stderr.strip().splitlines()[-1:] or ["no message"]
        message = f"{' '.join(command)[:120]}: exit code {ended.returncode}, {last[0][:200]}"
        raise MeasureError(message)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def in_turns(commands: Mapping[str, Command], rounds: int) -> dict[str, float]:
    """Return the median time of each process, all run in turns.

    Each runs once before, unmeasured, so that disk caches and compiled modules exist.
    """
    for command in commands.values():
        cpu_seconds(command)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(cpu_seconds(command))
    return {name: median(values) for name, values in times.items()}
