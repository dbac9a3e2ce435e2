"""How the recorder gives up: once, for good, and not caught by `except Exception`.

Requires: a separate process.
Ensures: what is recorded after `decline` is never used; the first reason is reported.
"""

from __future__ import annotations

import os
from inspect import currentframe
from pathlib import Path
from types import FrameType
from typing import NoReturn

LIBRARY_FOLDERS = (
    str(Path(__file__).resolve().parents[1]) + os.sep,
    str(Path(os.__file__).parent) + os.sep,
)
"""The folders of net2fig, and of Python with its installed packages."""


class Declined(BaseException):
    """Raised if the recorder does not know what Keras would do."""


_reasons: list[str] = []


def decline(reason: str) -> NoReturn:
    """Give up recording: Keras has to run the code."""
    place = find_user_line(currentframe())
    _reasons.append(f"{reason}, in {place}" if place else reason)
    raise Declined(_reasons[0])


def declined() -> str | None:
    """Return why the recorder gave up; None if it has not."""
    return _reasons[0] if _reasons else None


def clear_reasons() -> None:
    """Clear the reasons before another piece of code is recorded in this process."""
    _reasons.clear()


def find_user_line(frame: FrameType | None) -> str | None:
    """Return file and line of the innermost frame of the user's code."""
    while frame is not None:
        file = frame.f_code.co_filename
        if is_user_file(file):
            return f"{Path(file).name}, line {frame.f_lineno}"
        frame = frame.f_back
    return None


def is_user_file(file: str) -> bool:
    """Tell whether a file is the user's: neither net2fig's nor that of a library."""
    return not file.startswith(LIBRARY_FOLDERS) and "-packages" not in file and file[:1] != "<"
