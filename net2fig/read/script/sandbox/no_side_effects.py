"""Prevents code from changing files and starting programs while it builds a model.

Requires: a separate process; Python is changed for all code in it.
Ensures: the user's code writes, creates, moves and deletes no files and starts no programs, but
continues as if it had. Imports of libraries, and temporary files, are not affected.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from inspect import currentframe
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

WRITE_MODES = frozenset("wax+")
"""Letters in the mode of a file that is opened for writing."""

FILE_FUNCTIONS: dict[Any, tuple[str, ...]] = {
    os: (
        *("mkdir", "makedirs", "rename", "renames", "replace", "remove", "unlink", "rmdir"),
        *("removedirs", "symlink", "link", "truncate", "chmod"),
    ),
    shutil: ("rmtree", "move", "copy", "copy2", "copyfile", "copytree", "unpack_archive"),
}
"""Functions that are replaced, by module."""

TENSORFLOW_FUNCTIONS = (
    *("create_dir_v2", "recursive_create_dir_v2", "delete_file_v2", "delete_recursively_v2"),
    *("copy_v2", "rename_v2", "write_string_to_file"),
)
"""Functions of TensorFlow that are replaced."""

TEMPORARY_FILES = f"{os.sep}tempfile.py"
"""The module that creates temporary files."""

GENERATED_PREFIX = "__autograph_generated_file"
"""A prefix of the names of modules that TensorFlow generates."""

IMPORT_PREFIX = "<frozen importlib"
"""A prefix of the file names of frames that import modules."""

STANDARD_LIBRARY = str(Path(os.__file__).parent)
NET2FIG = str(Path(__file__).parents[3])


class UserFolders:
    """The folders of the user's code."""

    prefixes: tuple[str, ...] = ()


def block_side_effects(folders: Sequence[Path]) -> None:
    """Prevent code in these folders from changing files and starting programs."""
    UserFolders.prefixes = tuple(f"{folder}{os.sep}" for folder in folders)
    patch_python()


@functools.cache
def patch_python() -> None:
    """Make Python's functions for files and programs do nothing for the user's code."""
    for module, names in FILE_FUNCTIONS.items():
        for name in names:
            replace_function(
                module, name, lambda *args, **_options: args[1] if len(args) > 1 else None
            )
    for name, answer in (("system", 0), ("startfile", None), ("kill", None)):
        replace_function(os, name, lambda *_args, answer=answer, **_options: answer)
    replace_function(
        subprocess, "run", lambda args, **_options: subprocess.CompletedProcess(args, 0, "", "")
    )
    for name in ("call", "check_call"):
        replace_function(subprocess, name, lambda *_args, **_options: 0)
    text = ("text", "universal_newlines", "encoding")
    replace_function(
        subprocess, "check_output", lambda *_, **options: "" if any(map(options.get, text)) else b""
    )
    opened = make_open(builtins.open)
    builtins.open = io.open = opened


def patch_tensorflow() -> None:
    """Make TensorFlow's functions for files do nothing for the user's code."""
    file_io = sys.modules.get("tensorflow.python.lib.io.file_io")
    for name in TENSORFLOW_FUNCTIONS:
        replace_function(file_io, name, lambda *_args, **_options: None)


def delete_generated_files() -> None:
    """Delete the temporary files of code that TensorFlow has generated."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.startswith(GENERATED_PREFIX) and file:
            with suppress(OSError):
                Path(file).unlink()


def replace_function(module: ModuleType | None, name: str, replacement: Callable[..., Any]) -> None:
    """Replace a function for calls from the user's code."""
    original = getattr(module, name, None)
    if original is None:
        return

    @functools.wraps(original)
    def function(*args: Any, **options: Any) -> Any:
        if is_user_call(currentframe()):
            return replacement(*args, **options)
        return original(*args, **options)

    setattr(module, name, function)


def make_open(original: Callable[..., Any]) -> Any:
    """Return an `open` that discards what the user's code writes."""

    @functools.wraps(original)
    def open_(file: Any, mode: Any = "r", *args: Any, **options: Any) -> Any:
        is_write = isinstance(mode, str) and WRITE_MODES & set(mode) and not isinstance(file, int)
        if is_write and is_user_call(currentframe()):
            return original(os.devnull, mode.replace("x", "w"), *args, **options)
        return original(file, mode, *args, **options)

    return open_


def is_user_call(frame: FrameType | None) -> bool:
    """Tell whether a call comes from the user's code, not from an import or a temporary file."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(IMPORT_PREFIX) or file.endswith(TEMPORARY_FILES):
            return False
        if file.startswith(UserFolders.prefixes) and not file.startswith(
            (STANDARD_LIBRARY, NET2FIG)
        ):
            return "site-packages" not in file or not is_installed_file(file)
        frame = frame.f_back
    return False


def is_installed_file(file: str) -> bool:
    """Tell from its folder whether a file was installed."""
    return "site-packages" in Path(file).parts
