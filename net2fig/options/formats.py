"""The formats of files that are written, by their suffixes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from net2fig.errors import UsageError, one_of, suggestion


def find_format(path: str | os.PathLike[str], names: Sequence[str]) -> str:
    """Return the format that the suffix of a path names; it must be one of `names`."""
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in names:
        choices = [f".{name}" for name in names]
        message = f"unknown format: {Path(path).suffix!r} in {str(path)!r} {one_of(choices)}"
        raise UsageError(
            message, hint=suggestion(f".{suffix}", choices) or _suggest_usual_formats(names)
        )
    return suffix


def _suggest_usual_formats(names: Sequence[str]) -> str | None:
    """Return a hint about the usual formats, if they are available."""
    usual = {"pdf": "LaTeX", "svg": "the web", "pptx": "slides"}
    found = [f".{name} for {use}" for name, use in usual.items() if name in names]
    return ", ".join(found) if len(found) > 1 else None


def check_stdout_format(format: str | None, names: Sequence[str]) -> str:
    """Return the format for standard output; raise if it is missing or unknown."""
    if format is None:
        message = f"missing option: '--format' for '-o -' {one_of(names)}"
        raise UsageError(message)
    return check_format(format, names, " in --format")


def check_format(format: str, names: Sequence[str], place: str = "") -> str:
    """Return a format; raise if it is not one of `names`."""
    if format not in names:
        message = f"unknown format: {format!r}{place} {one_of(names)}"
        raise UsageError(message, hint=suggestion(format, names))
    return format
