"""Opens zip archives of PyTorch, of which only the directory and one member are read.

Requires: a file, perhaps damaged or made to harm.
Ensures: the sizes of the directory and of what is unpacked are bounded; what cannot be read raises
`DamageError`.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from net2fig.read.keras.files.zip_file import PACKING_METHODS, check_directory

FAILURES = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError),
    *(ValueError, OverflowError, MemoryError),
)
"""What damaged archives raise."""


class DamageError(Exception):
    """Raised if an archive cannot be read."""


def list_members(path: Path) -> list[str]:
    """Return the names of the members of an archive."""
    check_directory(path, "archive")
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except FAILURES as error:
        raise DamageError(str(error)) from None


def read_member(path: Path, name: str, limit: int) -> bytes:
    """Return the contents of a member, of which at most `limit` bytes are unpacked."""
    return Members(path).read(name, limit)


class Members:
    """The members of an archive that stays open."""

    def __init__(self, path: Path) -> None:
        try:
            self.archive = zipfile.ZipFile(path)
        except FAILURES as error:
            raise DamageError(str(error)) from None

    def read(self, name: str, limit: int) -> bytes:
        """Return the contents of a member, of which at most `limit` bytes are unpacked."""
        try:
            if self.archive.getinfo(name).compress_type not in PACKING_METHODS:
                raise DamageError(f"{name} has an unknown compression method")
            with self.archive.open(name) as member:
                return member.read(limit)
        except (*FAILURES, KeyError) as error:
            raise DamageError(str(error)) from None
