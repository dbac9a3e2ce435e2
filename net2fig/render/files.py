"""Files appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from net2fig.errors import UsageError


def write(path: str | Path, data: bytes) -> None:
    """Write a file in one step: under another name in the same folder, then renamed.

    Ensures: at any moment the file is absent, what it was before, or complete. Where it is not
    written, a `UsageError` says why and nothing is left behind. A link is followed, and the
    permissions of a file that is replaced are kept.
    """
    write_all([(path, data)])


def write_all(files: Sequence[tuple[str | Path, bytes]]) -> None:
    """Write several files; where one cannot be written, none is.

    All are complete under other names before the first gets its own.
    """
    targets = [(_check_place(path), path, data) for path, data in files]
    parts: list[tuple[Path, Path, str | Path]] = []
    try:
        for target, path, data in targets:
            with _naming(path):
                if not _is_stream(target):
                    parts.append((_write_part(target, data), target, path))
        for part, target, path in parts:
            with _naming(path):
                part.replace(target)
        for target, path, data in targets:
            with _naming(path):
                if _is_stream(target):
                    target.write_bytes(data)
    finally:
        for part, _, _ in parts:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _is_stream(target: Path) -> bool:
    """Tell whether a target is a device or a pipe, which has no whole to appear as."""
    return target.exists() and not target.is_file()


@contextmanager
def _naming(path: str | Path) -> Iterator[None]:
    """Turn an error of the system into one that names the output."""
    try:
        yield
    except OSError as error:
        raise _unwritable_error(path, error) from error


def _check_place(path: str | Path) -> Path:
    """Return where a file will stand, its folder there and its name free for a file."""
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        message = f"missing folder: {str(Path(path).parent)!r} (to write {Path(path).name!r} in)"
        raise UsageError(message, hint="make the folder first, or choose another")
    try:
        is_folder = target.is_dir()
    except OSError as error:
        raise _unwritable_error(path, error) from error
    if is_folder:
        message = f"invalid output: {str(path)!r} (a folder has this name)"
        raise UsageError(message)
    return target


def _unwritable_error(path: str | Path, error: OSError) -> UsageError:
    return UsageError(f"invalid output: {str(path)!r} cannot be written ({error.strerror})")


def _write_part(target: Path, data: bytes) -> Path:
    """Write a file beside another, under a name of its own and with the permissions of that one."""
    name = target.with_name(f".{target.name[:40]}-{os.urandom(6).hex()}")
    with open(name, "xb", opener=_open_private) as file:
        try:
            file.write(data)
            file.close()
            name.chmod(_find_mode(target))
        except BaseException:
            with suppress(FileNotFoundError):
                name.unlink()
            raise
    return name


def _open_private(path: str, flags: int) -> int:
    """Open a file that nobody else may read until it is complete."""
    return os.open(path, flags, 0o600)


def _find_mode(target: Path) -> int:
    """Return the permissions of the file, or where there is none, those of a new one."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
