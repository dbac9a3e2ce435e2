"""Stand-ins for Python's functions that write, change and delete files.

Requires: `Scratch` is open. Ensures: code goes on as if it had worked, in every thread. What it
writes is kept in the scratch folder, and is read from there. Nothing else is changed: what code
deletes stays where it is.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from net2fig.read.script.guard.scratch import (
    LARGEST,
    WRITE_FLAGS,
    Scratch,
    exists,
    locate,
    make_folder,
    place_to_read,
    place_to_write,
)

WRITE_MODES = frozenset("wax+")
"""Letters in the mode of a file that is opened for writing."""

UNCHANGED = (
    *("chmod", "lchmod", "fchmod", "chown", "lchown", "fchown", "chflags", "lchflags"),
    *("setxattr", "removexattr", "symlink", "link", "mkfifo", "mknod"),
)
"""Functions of `os` that do nothing outside the scratch folder."""

READERS = ("stat", "lstat", "access", "scandir", "readlink")
"""Functions of `os` that read what code has written."""

WHOLE_TREES = ("copytree", "unpack_archive", "chown")
"""Functions of `shutil` that do nothing: their results may be large."""


def replace(module: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Replace a function, if there is one, by what is made of it."""
    original = getattr(module, name, None)
    if original is not None:
        setattr(module, name, functools.wraps(original)(make(original)))


def replace_files() -> None:
    """Replace Python's functions for files."""
    opened = make_open(builtins.open)
    builtins.open = io.open = opened
    original = io.FileIO
    io.FileIO = make_file_class(original)  # type: ignore[misc]
    import _io

    _io.open, _io.FileIO = opened, io.FileIO  # type: ignore[misc]
    # It has a name of its own for the function, and `shutil` has imported it.
    bz2: Any = sys.modules.get("bz2")
    if hasattr(bz2, "_builtin_open"):
        setattr(bz2, "_builtin_open", opened)  # noqa: B010  (not a public name)
    makers = {
        "open": make_os_open,
        "mkdir": make_mkdir,
        "rename": make_rename,
        "replace": make_rename,
        "remove": make_remove,
        "unlink": make_remove,
        "rmdir": make_remove,
        "utime": make_utime,
        "truncate": make_truncate,
        "listdir": make_listdir,
        **dict.fromkeys(UNCHANGED, do_nothing_outside),
        **dict.fromkeys(READERS, make_reader),
    }
    for name, make in makers.items():
        replace(os, name, make)
    replace(shutil, "rmtree", make_rmtree)
    replace(shutil, "copyfile", make_copyfile)
    for name in WHOLE_TREES:
        replace(shutil, name, lambda _original: lambda *args, **_o: args[1] if args[1:] else None)


def is_writing(mode: Any) -> bool:
    """Tell whether a mode of a file is one for writing."""
    return isinstance(mode, str) and bool(WRITE_MODES & set(mode))


def redirect(file: Any, mode: str) -> Any:
    """Return where a file is opened for a mode, and the mode."""
    if isinstance(file, int):
        return file, mode
    if not is_writing(mode):
        return find_beside(place_to_read(file)), mode
    if "r" in mode and not exists(place_to_read(file)):
        return file, "r"  # which says that there is no such file
    keep = "r" in mode or "a" in mode
    return place_to_write(file, keep=keep), mode.replace("x", "w")


def find_beside(path: Any) -> Any:
    """Return a path, or that of the file beside the script where there is none in this folder."""
    is_relative = isinstance(path, str | os.PathLike) and not os.path.isabs(path)  # noqa: PTH117
    if not is_relative or exists(path):
        return path
    beside = os.path.join(os.path.dirname(sys.argv[0]), path)  # noqa: PTH118, PTH120
    return beside if exists(beside) else path


def make_open(original: Any) -> Any:
    """Return an `open` that writes to the scratch folder."""

    def open_(file: Any, mode: Any = "r", *args: Any, **options: Any) -> Any:
        if options.get("opener") is not None:
            options["opener"] = use_opener(options["opener"], file)
            file = os.devnull
        with suppress(TypeError):
            file, mode = redirect(file, mode)
        return original(file, mode, *args, **options)

    return open_


def use_opener(opener: Any, file: Any) -> Any:
    """Return a function that opens a file as another does, which knows its path."""
    return lambda _path, flags: opener(file, flags)


def make_file_class(original: Any) -> Any:
    """Return a `FileIO` that writes to the scratch folder."""

    class Meta(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, original)

    class FileIO(original, metaclass=Meta):  # type: ignore[misc]
        def __init__(self, file: Any, mode: str = "r", *args: Any, **options: Any) -> None:
            if options.get("opener") is not None:
                options["opener"] = use_opener(options["opener"], file)
                file = os.devnull
            with suppress(TypeError):
                file, mode = redirect(file, mode)
            super().__init__(file, mode, *args, **options)

    return FileIO


def join_folder(path: Any, folder: Any) -> Any:
    """Return the path that begins at an open folder."""
    if folder is None or os.path.isabs(path):  # noqa: PTH117
        return path
    place = os.readlink(f"/proc/self/fd/{folder}")  # noqa: PTH115
    return os.path.join(place, os.fsdecode(path))  # noqa: PTH118


def make_os_open(original: Any) -> Any:
    """Return an `os.open` that writes to the scratch folder."""

    def open_(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if not flags & WRITE_FLAGS:
            place = path if dir_fd is not None else place_to_read(path)
            return int(original(place, flags, mode, dir_fd=dir_fd))
        path = join_folder(path, dir_fd)
        if not flags & os.O_CREAT and not exists(place_to_read(path)):
            return int(original(path, os.O_RDONLY))
        keep = not flags & (os.O_TRUNC | os.O_EXCL)
        return int(original(place_to_write(path, keep=keep), flags | os.O_CREAT, mode))

    return open_


def make_mkdir(original: Any) -> Any:
    """Return an `os.mkdir` that makes folders in the scratch folder."""

    def mkdir(path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        real, kept = locate(join_folder(path, dir_fd))
        if real == kept:
            original(real, mode)
        elif not exists(real):
            Scratch.used = True
            make_folder(kept)

    return mkdir


def make_rename(original: Any) -> Any:
    """Return an `os.rename` that moves what is in the scratch folder, and copies what is not."""

    def rename(source: Any, target: Any, **folders: Any) -> None:
        source = join_folder(source, folders.get("src_dir_fd"))
        target = join_folder(target, folders.get("dst_dir_fd"))
        real, kept = locate(source)
        if exists(kept):
            original(kept, place_to_write(target))
        elif os.path.isfile(real) and os.path.getsize(real) <= LARGEST:  # noqa: PTH113, PTH202
            shutil.copyfile(real, place_to_write(target))

    return rename


def make_remove(original: Any) -> Any:
    """Return a function that deletes in the scratch folder alone."""

    def remove(path: Any, *, dir_fd: int | None = None) -> None:
        real, kept = locate(join_folder(path, dir_fd))
        if real == kept:
            original(real)
        elif os.path.lexists(kept):
            with suppress(OSError):
                original(kept)

    return remove


def make_utime(original: Any) -> Any:
    """Return an `os.utime` that changes times in the scratch folder alone."""

    def utime(path: Any, *args: Any, **options: Any) -> None:
        if isinstance(path, int):
            return
        real, kept = locate(path)
        if real == kept or exists(kept):
            original(kept, *args, **options)
        elif not exists(real):
            raise FileNotFoundError(2, os.strerror(2), path)

    return utime


def make_truncate(original: Any) -> Any:
    """Return an `os.truncate` that changes a copy."""

    def truncate(path: Any, length: int) -> None:
        original(path if isinstance(path, int) else place_to_write(path, keep=True), length)

    return truncate


def do_nothing_outside(original: Any) -> Any:
    """Return a function that does nothing outside the scratch folder."""

    def change(*args: Any, **options: Any) -> None:
        # Links and devices are named by the last path.
        paths = [arg for arg in args[:2] if isinstance(arg, (str, bytes, os.PathLike))]
        if paths and all(locate(path)[0] == locate(path)[1] for path in paths):
            original(*args, **options)

    return change


def make_reader(original: Any) -> Any:
    """Return a function that reads what code has written, where it has."""

    def read(path: Any = ".", *args: Any, **options: Any) -> Any:
        place = path if options.get("dir_fd") is not None else place_to_read(path)
        return original(place, *args, **options)

    return read


def make_listdir(original: Any) -> Any:
    """Return an `os.listdir` that lists what code has written as well."""

    def listdir(path: Any = ".") -> list[Any]:
        if not Scratch.used or isinstance(path, int):
            return list(original(path))
        real, kept = locate("." if path is None else path)
        if kept == real or not os.path.isdir(kept):  # noqa: PTH112
            return list(original(path))
        names = {*original(kept), *(original(real) if exists(real) else ())}
        return [os.fsencode(name) for name in names] if isinstance(path, bytes) else list(names)

    return listdir


def make_rmtree(original: Any) -> Any:
    """Return a `shutil.rmtree` that deletes in the scratch folder alone."""

    def rmtree(path: Any, *args: Any, **options: Any) -> None:
        real, kept = locate(path)
        if real == kept:
            original(real, *args, **options)
        elif exists(kept):
            original(kept, ignore_errors=True)

    return rmtree


def make_copyfile(original: Any) -> Any:
    """Return a `shutil.copyfile` that copies no large file."""

    def copyfile(source: Any, target: Any, **options: Any) -> Any:
        if os.path.getsize(source) <= LARGEST:  # noqa: PTH202
            original(source, target, **options)
        return target

    return copyfile
