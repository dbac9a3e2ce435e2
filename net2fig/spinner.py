"""Shows a moving line on the terminal while the user waits."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
PLAIN = "|/-\\"
"""The frames for terminals without Unicode."""

DELAY = 0.6
"""Faster tasks need no line."""

TICK = 0.1

ERASE = "\r\x1b[K"

Pause = Callable[[float], bool]


class Terminal:
    """Whether the spinner is disabled."""

    is_disabled = False


def disable_spinner() -> None:
    """Show no spinner from now on."""
    Terminal.is_disabled = True


@contextmanager
def show_spinner(text: str, out: TextIO | None = None) -> Iterator[None]:
    """Show a line while the block runs, if the output is a terminal."""
    out = sys.stderr if out is None else out
    if Terminal.is_disabled or not out.isatty():
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
    """Write the line repeatedly until `pause` returns true, then erase it."""
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
