"""A line on the terminal that moves while something takes its time; none where nobody looks."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
PLAIN = "|/-\\"
"""For terminals that do not know the others."""

DELAY = 0.6
"""What is done sooner needs no line."""

TICK = 0.1

ERASE = "\r\x1b[K"

Pause = Callable[[float], bool]


class Terminal:
    """Whether anything may be shown there."""

    quiet = False


def silent() -> None:
    """Show nothing from now on."""
    Terminal.quiet = True


@contextmanager
def waiting(text: str, out: TextIO | None = None) -> Iterator[None]:
    """Show a line while the block runs, on a terminal that may be written to."""
    out = sys.stderr if out is None else out
    if Terminal.quiet or not out.isatty():
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=spin, args=(text, out, done.wait), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def spin(text: str, out: TextIO, pause: Pause) -> None:
    """Write the line again and again until `pause` says that it is over, then take it away."""
    frames = FRAMES if "utf" in (out.encoding or "").lower() else PLAIN
    began = time.monotonic()
    if pause(DELAY):
        return
    count = 0
    while True:
        seconds = time.monotonic() - began
        out.write(f"{ERASE}{frames[count % len(frames)]} {text}, {seconds:.0f} s")
        out.flush()
        count += 1
        if pause(TICK):
            break
    out.write(ERASE)
    out.flush()
