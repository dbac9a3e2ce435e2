"""Files appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from net2fig.errors import UsageError


def write(path: str | Path, data: bytes) -> None:
    """Write a file in one step: under another name in the same folder, then renamed.

    Ensures: at any moment the file is absent, what it was before, or complete. Where it is not
    written, a `UsageError` says why and nothing is left behind. A link is followed, and the
    permissions of a file that is replaced are kept.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        message = f"missing folder: {str(Path(path).parent)!r} (to write {Path(path).name!r} in)"
        raise UsageError(message, hint="make the folder first, or choose another")
    try:
        if target.is_dir():
            message = f"invalid output: {str(path)!r} (a folder has this name)"
            raise UsageError(message)
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # a device or a pipe has no whole to appear as
        else:
            _replace(target, data)
    except OSError as error:
        message = f"invalid output: {str(path)!r} cannot be written ({error.strerror})"
        raise UsageError(message) from error


def _replace(target: Path, data: bytes) -> None:
    """Put a file in the place of another, or of none."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:40]}-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).chmod(_mode(target))
        Path(name).replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _mode(target: Path) -> int:
    """Return the permissions of the file, or where there is none, those of a new one."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
