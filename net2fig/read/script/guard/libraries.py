"""Stand-ins for functions of libraries that write files by other ways than Python's.

Requires: `Scratch` is open. Ensures: what they write is kept in the scratch folder, and is read
from there; what they delete stays where it is. They are called as soon as a module is imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

from net2fig.read.script.guard import programs
from net2fig.read.script.guard.files import redirect, replace
from net2fig.read.script.guard.scratch import (
    LARGEST,
    Scratch,
    exists,
    locate,
    make_folder,
    place_to_read,
    place_to_write,
)

REMOTE = b"://"
"""The sign in names of files of TensorFlow that are not on this machine."""

TENSORFLOW_READERS = (
    *("BufferedInputStream", "FileExists", "GetChildren", "GetMatchingFiles", "IsDirectory"),
    *("ReadFileToString", "Stat"),
)

TENSORFLOW_REMOVERS = ("DeleteFile", "DeleteRecursively")
TENSORFLOW_MAKERS = ("CreateDir", "RecursivelyCreateDir")
TENSORFLOW_COPIERS = ("CopyFile", "RenameFile")


def replace_sqlite(sqlite3: ModuleType) -> None:
    """Open databases in the scratch folder: those that exist are copied there."""

    def make(original: Any) -> Any:
        def connect(database: Any, *args: Any, **options: Any) -> Any:
            text = os.fsdecode(database)
            path, _, query = text.removeprefix("file:").partition("?")
            if path in ("", ":memory:") or "mode=memory" in query:
                return original(database, *args, **options)
            if "mode=ro" in query:
                return original(database, *args, **options)
            real, _kept = locate(path)
            if exists(real) and os.path.getsize(real) > LARGEST:  # noqa: PTH202
                options["uri"] = True
                return original(f"file:{real}?mode=ro", *args, **options)
            return original(place_to_write(path, keep=True), *args, **options)

        return connect

    replace(sqlite3, "connect", make)
    replace(sqlite3.dbapi2, "connect", make)


def replace_dbm(dbm: ModuleType) -> None:
    """Open databases of keys in the scratch folder, unless they are read."""

    def make(original: Any) -> Any:
        def open_(file: Any, flag: str = "r", *args: Any) -> Any:
            place = place_to_read(file) if flag == "r" else place_to_write(file)
            return original(place, flag, *args)

        return open_

    replace(dbm, "open", make)


def replace_hdf5(files: ModuleType) -> None:
    """Open HDF5 files for writing in the scratch folder."""

    def make(original: Any) -> Any:
        def init(self: Any, name: Any, mode: Any = "r", *args: Any, **options: Any) -> None:
            if isinstance(name, (str, bytes, os.PathLike)):
                name, mode = redirect(name, "w" if mode == "w-" else mode)
                name = os.fspath(name)
            original(self, name, mode, *args, **options)

        return init

    replace(files.File, "__init__", make)


def is_remote(path: Any) -> bool:
    """Tell whether a name of a file is not one on this machine."""
    return REMOTE in (path if isinstance(path, bytes) else os.fsencode(path))


def replace_tensorflow_files(module: ModuleType) -> None:
    """Replace the functions of TensorFlow for files."""

    def writer(original: Any) -> Any:
        def open_(path: Any, mode: Any, *args: Any) -> Any:
            text = mode.decode() if isinstance(mode, bytes) else mode
            keep = "a" in text or "r" in text
            return original(
                path if is_remote(path) else place_to_write(path, keep=keep), mode, *args
            )

        return open_

    def reader(original: Any) -> Any:
        def read(path: Any, *args: Any) -> Any:
            return original(path if is_remote(path) else place_to_read(path), *args)

        return read

    def remover(original: Any) -> Any:
        def remove(path: Any, *args: Any) -> Any:
            kept = path if is_remote(path) else locate(path)[1]
            return original(kept, *args) if is_remote(path) or exists(kept) else None

        return remove

    def maker(original: Any) -> Any:
        def make(path: Any, *args: Any) -> Any:
            if is_remote(path):
                return original(path, *args)
            Scratch.used = True
            return make_folder(locate(path)[1])

        return make

    copy_file: Any = module.CopyFile

    def copier(original: Any) -> Any:
        def copy(source: Any, target: Any, *_args: Any) -> Any:
            place = place_to_read(source)
            # What is not in the scratch folder is not moved.
            move = copy_file if place is source else original
            return move(place, place_to_write(target), True)

        return copy

    def whole(original: Any) -> Any:
        def write(path: Any, *args: Any) -> Any:
            return original(path if is_remote(path) else place_to_write(path), *args)

        return write

    makers = {"WritableFile": writer, "WriteStringToFile": whole}
    makers |= dict.fromkeys(TENSORFLOW_READERS, reader)
    makers |= dict.fromkeys(TENSORFLOW_REMOVERS, remover)
    makers |= dict.fromkeys(TENSORFLOW_MAKERS, maker)
    makers |= dict.fromkeys(TENSORFLOW_COPIERS, copier)
    for name, make in makers.items():
        replace(module, name, make)


def place_text(name: Any) -> Any:
    """Return where TensorFlow keeps a file or a folder, if its name is known now."""
    value = name.numpy() if hasattr(name, "numpy") else name
    known = isinstance(value, (str, bytes)) and not is_remote(value)
    return place_to_write(value) if known else name


def replace_records(module: ModuleType) -> None:
    """Write records of TensorFlow in the scratch folder."""

    def make(original: Any) -> Any:
        def init(self: Any, path: Any, *args: Any, **options: Any) -> None:
            original(self, place_text(path), *args, **options)

        return init

    replace(module.TFRecordWriter, "__init__", make)


def replace_operation(name: str, place: int) -> Callable[[ModuleType], None]:
    """Return what makes an operation of TensorFlow write in the scratch folder."""

    def action(module: ModuleType) -> None:
        def make(original: Any) -> Any:
            def call(*args: Any, **options: Any) -> Any:
                parts = [place_text(arg) if at == place else arg for at, arg in enumerate(args)]
                options = {
                    key: place_text(value) if key in ("filename", "logdir") else value
                    for key, value in options.items()
                }
                return original(*parts, **options)

            return call

        replace(module, name, make)

    return action


ACTIONS: dict[str, Callable[[ModuleType], None]] = {
    "subprocess": programs.replace_popen,
    "multiprocessing": programs.replace_processes,
    "concurrent.futures.process": programs.replace_executor,
    "sqlite3": replace_sqlite,
    "dbm": replace_dbm,
    "h5py._hl.files": replace_hdf5,
    "tensorflow.python.lib.io._pywrap_file_io": replace_tensorflow_files,
    "tensorflow.python.lib.io.tf_record": replace_records,
    "tensorflow.python.ops.gen_io_ops": replace_operation("write_file", 0),
    "tensorflow.python.ops.gen_summary_ops": replace_operation("create_summary_file_writer", 1),
}
"""What is changed in a module as soon as it is imported."""
