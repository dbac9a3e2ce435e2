"""The scratch folder: what code writes to a path is kept below it, and is read from there again.

    open("runs/a.csv", "w")     scratch/files/home/me/runs/a.csv
    open("runs/a.csv")          the same, once it is there; else the file itself

Requires: a folder of its own. Ensures: nothing outside it is named for writing.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

LARGEST = 2**26
"""A file with more bytes is not copied before code changes it: it is empty then."""

# Python's functions as they are: the module `os` gets stand-ins.
_stat, _makedirs, _isdir = os.stat, os.makedirs, os.path.isdir
_abspath, _realpath = os.path.abspath, os.path.realpath


class Scratch:
    """The folder; `used` tells whether code has written anything."""

    folder: str = ""
    files: str = ""
    temporary: str = ""
    used: bool = False

    @classmethod
    def open(cls, folder: str) -> None:
        """Use a folder that exists."""
        cls.folder = os.path.realpath(folder)
        cls.files = str(Path(cls.folder, "files"))
        cls.temporary = str(Path(cls.folder, "temporary"))
        os.mkdir(cls.files)  # noqa: PTH102  (pathlib is slower to start)
        os.mkdir(cls.temporary)  # noqa: PTH102

    @classmethod
    def holds(cls, path: Any) -> bool:
        """Tell whether a file may be written: it is in the folder, or nothing at all."""
        real = _realpath(os.fsdecode(path))
        return real == os.devnull or f"{real}{os.sep}".startswith(f"{cls.folder}{os.sep}")


def locate(path: Any) -> tuple[str, str]:
    """Return a path as it is, and where it is kept; the same twice if it is in the folder."""
    real = _abspath(os.fsdecode(path))
    if real == os.devnull or f"{real}{os.sep}".startswith(f"{Scratch.folder}{os.sep}"):
        return real, real
    drive, rest = os.path.splitdrive(real)
    return real, f"{Scratch.files}{os.sep}{drive.strip(':')}{rest}"


def exists(path: str) -> bool:
    """Tell whether there is a file or a folder."""
    try:
        _stat(path)
    except (OSError, ValueError):
        return False
    return True


def place_to_write(path: Any, *, keep: bool = False) -> str:
    """Return where to write a file; with `keep`, with what is in the file now."""
    real, kept = locate(path)
    if kept == real:
        return real
    if _isdir(real):
        return real
    Scratch.used = True
    make_folder(os.path.dirname(kept))  # noqa: PTH120  (pathlib is slower)
    if keep and not exists(kept) and exists(real) and _stat(real).st_size <= LARGEST:
        shutil.copyfile(real, kept)
    return kept


def place_to_read(path: Any) -> Any:
    """Return where a file is: in the folder if code has written it, else where it says."""
    if not Scratch.used or isinstance(path, int):
        return path
    try:
        real, kept = locate(path)
    except (TypeError, ValueError):
        return path
    if kept == real or not exists(kept) or (_isdir(kept) and exists(real)):
        return path
    return os.fsencode(kept) if isinstance(path, bytes) else kept


def make_folder(path: str) -> None:
    """Make a folder in the scratch folder, and those above it."""
    try:
        _makedirs(path, exist_ok=True)
    except FileExistsError:
        # Code has written a file where it now wants a folder.
        os.remove(path)  # noqa: PTH107
        _makedirs(path, exist_ok=True)
