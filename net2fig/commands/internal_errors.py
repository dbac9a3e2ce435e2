"""Errors of net2fig itself, as messages."""

from __future__ import annotations

import os

from net2fig.errors import ModelError, Net2figError

DEBUG = "NET2FIG_DEBUG"
"""Set to 1, this environment variable lets a traceback through."""


def is_traceback_wanted() -> bool:
    """Tell whether tracebacks are shown."""
    return os.environ.get(DEBUG) == "1"


def convert_error(error: Exception) -> Net2figError:
    """Return an error as an error of net2fig."""
    if isinstance(error, Net2figError):
        return error
    if isinstance(error, MemoryError):
        return ModelError("unsupported model: it takes more memory than there is")
    message = f"unsupported model: net2fig failed on it ({type(error).__name__}: {error})"
    return ModelError(message, hint=f"{DEBUG}=1 shows where; please report it")
