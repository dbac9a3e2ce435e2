"""Errors of net2fig itself, as messages."""

from __future__ import annotations

from net2fig.errors import DEBUG, ModelError, Net2figError


def convert_error(error: Exception) -> Net2figError:
    """Return an error as an error of net2fig."""
    if isinstance(error, Net2figError):
        return error
    if isinstance(error, MemoryError):
        return ModelError("unsupported model: it takes more memory than there is")
    message = f"unsupported model: net2fig failed on it ({type(error).__name__}: {error})"
    return ModelError(message, hint=f"{DEBUG}=1 shows where; please report it")
