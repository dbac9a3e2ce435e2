"""How the recorder says that it does not know: once, for good, and past any `except Exception`.

Requires: a process of its own.
Ensures: what was recorded after `decline` is never used; the first reason is the one that is told.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

OURS = (str(Path(__file__).resolve().parents[2]) + os.sep, str(Path(os.__file__).parent) + os.sep)
"""Where code lies that is not the user's: net2fig, and Python with all that is installed in it."""


class Declined(BaseException):
    """The recorder does not know what Keras would do here."""


_reasons: list[str] = []


def decline(reason: str) -> NoReturn:
    """Give up recording: whatever happens from now on, Keras has to answer."""
    place = users_place(sys._getframe(1))
    _reasons.append(f"{reason}, in {place}" if place else reason)
    raise Declined(_reasons[0])


def declined() -> str | None:
    """Return why the recorder gave up; None as long as it has not."""
    return _reasons[0] if _reasons else None


def start() -> None:
    """Forget earlier reasons: another piece of code is recorded in this process."""
    _reasons.clear()


def users_place(frame: FrameType | None) -> str | None:
    """Return file and line of the innermost frame that is code of the user's."""
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(OURS) and "-packages" not in file and file[:1] != "<":
            return f"{Path(file).name}, line {frame.f_lineno}"
        frame = frame.f_back
    return None
