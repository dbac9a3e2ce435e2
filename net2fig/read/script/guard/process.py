"""Runs a process until it has answered, died, or reached a limit, and ends all that it started.

Requires: the process answers in one line on standard output. Ensures: nobody waits for anything
but the answer, whoever else holds its pipes. When it is there, the group of the process is ended,
and on Linux what has left the group as well. What it writes below its scratch folder is deleted.
"""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from msgspec import Struct

INTERVAL = 0.1
"""Seconds between two looks at a process that has not answered."""

GRACE = 1.0
"""Seconds in which the pipes of a process that has ended are read to their end."""

MAX_MEMORY = 16 * 2**30
MEMORY_SHARE = 0.75
"""The bytes of memory that a process may take, and which share of the machine's at most."""

MAX_ERRORS = 2**16
"""The bytes of the end of standard error that are kept."""

PROCESSES = Path("/proc")


class Outcome(Struct, frozen=True):
    """The line with the answer, the end of standard error, and how the process ended.

    `limit` is "time" or "memory" if it has reached that limit.
    """

    line: bytes
    errors: bytes
    code: int
    limit: str = ""


def find_memory_limit() -> float:
    """Return how many bytes of memory a process may take."""
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return MAX_MEMORY
    return min(MAX_MEMORY, MEMORY_SHARE * total)


@contextmanager
def make_scratch() -> Iterator[str]:
    """Make a folder, and delete it with all that is in it."""
    folder = tempfile.mkdtemp(prefix="net2fig-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_process(
    command: Sequence[str],
    environment: Mapping[str, str],
    scratch: str,
    timeout: float,
    is_alone: Callable[[bytes], bool],
) -> Outcome:
    """Run a process and return how it ended.

    `is_alone` tells from its answer whether it could not start other processes.
    """
    process = subprocess.Popen(  # noqa: S603  (no shell, and the very interpreter that runs us)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environment, "TMPDIR": scratch},
        start_new_session=True,
    )
    answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    errors = bytearray()
    follow(process.stdout, lambda pipe: answers.put(pipe.readline()))
    reader = follow(process.stderr, lambda pipe: keep_end(pipe, errors))
    line, limit = b"", ""
    try:
        line, limit = wait_for_answer(process, answers, timeout)
    finally:
        kill_group(process)
        if not (line and is_alone(line)):
            kill_marked(scratch)
        process.wait()
    reader.join(GRACE)
    return Outcome(line, bytes(errors), process.returncode, limit)


def follow(pipe: IO[bytes] | None, read: Callable[[Any], None]) -> threading.Thread:
    """Read a pipe in a thread, which may outlive the process: others may hold the pipe."""

    def run() -> None:
        if pipe is not None:
            with pipe:
                read(pipe)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def keep_end(pipe: Any, text: bytearray) -> None:
    """Read a pipe to its end, and keep the end of what it holds."""
    while part := pipe.read1(MAX_ERRORS):
        text += part
        del text[:-MAX_ERRORS]


def wait_for_answer(
    process: subprocess.Popen[bytes], answers: queue.SimpleQueue[bytes], timeout: float
) -> tuple[bytes, str]:
    """Return the answer of a process, or which limit it has reached."""
    end = time.monotonic() + timeout
    most = find_memory_limit()
    while True:
        left = end - time.monotonic()
        with suppress(queue.Empty):
            return answers.get(timeout=max(min(INTERVAL, left), 0)), ""
        if left <= 0:
            return b"", "time"
        if measure_memory(process.pid) > most:
            return b"", "memory"
        if process.poll() is not None:
            with suppress(queue.Empty):
                return answers.get(timeout=GRACE), ""
            return b"", ""


def measure_memory(number: int) -> int:
    """Return the bytes of memory that a process takes; 0 where the system does not tell."""
    try:
        pages = (PROCESSES / str(number) / "statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and those of its group."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def kill_marked(scratch: str) -> None:
    """Kill the processes that have left the group: they carry the scratch folder on."""
    mark = f"TMPDIR={scratch}\0".encode()
    for place in PROCESSES.glob("[0-9]*/environ"):
        with suppress(OSError, ValueError):
            if mark in place.read_bytes():
                os.kill(int(place.parent.name), signal.SIGKILL)
