"""What code does not get to do to files and programs while it builds a model.

Requires: a process of its own; Python is changed for all that runs in it.
Ensures: what the user's code has written, made, moved or deleted stays as it was, and no program
is started by it; it goes on as if all that had been done. What libraries do while they are
imported, and temporary files, are let alone.
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

WRITING = frozenset("wax+")
"""Letters in the mode of a file that is to be written."""

FILES: dict[Any, tuple[str, ...]] = {
    os: (
        *("mkdir", "makedirs", "rename", "renames", "replace", "remove", "unlink", "rmdir"),
        *("removedirs", "symlink", "link", "truncate", "chmod"),
    ),
    shutil: ("rmtree", "move", "copy", "copy2", "copyfile", "copytree", "unpack_archive"),
}
"""Functions that do nothing, by their modules."""

OF_TENSORFLOW = (
    *("create_dir_v2", "recursive_create_dir_v2", "delete_file_v2", "delete_recursively_v2"),
    *("copy_v2", "rename_v2", "write_string_to_file"),
)
"""The same of TensorFlow."""

TEMPORARY = f"{os.sep}tempfile.py"
"""What makes files that nobody keeps."""

GENERATED = "__autograph_generated_file"
"""How the names of modules begin that TensorFlow makes."""

IMPORT = "<frozen importlib"
"""How the names of files begin whose frames import modules."""

LIBRARY = str(Path(os.__file__).parent)
OWN = str(Path(__file__).parents[3])


class Folders:
    """Where the user's code lies."""

    found: tuple[str, ...] = ()


def begin(folders: Sequence[Path]) -> None:
    """Let what lies in these folders change no files and start no programs from now on."""
    Folders.found = tuple(f"{folder}{os.sep}" for folder in folders)
    hold_python()


@functools.cache
def hold_python() -> None:
    """Let functions of Python for files and programs do nothing for the user's code."""
    for module, names in FILES.items():
        for name in names:
            held(module, name, lambda *args, **_options: args[1] if len(args) > 1 else None)
    for name, answer in (("system", 0), ("startfile", None), ("kill", None)):
        held(os, name, lambda *_args, answer=answer, **_options: answer)
    held(subprocess, "run", lambda args, **_options: subprocess.CompletedProcess(args, 0, "", ""))
    for name in ("call", "check_call"):
        held(subprocess, name, lambda *_args, **_options: 0)
    text = ("text", "universal_newlines", "encoding")
    held(subprocess, "check_output", lambda *_, **say: "" if any(map(say.get, text)) else b"")
    opened = open_of(builtins.open)
    builtins.open = io.open = opened


def hold_tensorflow() -> None:
    """Let functions of TensorFlow for files do nothing either, where it is there."""
    found = sys.modules.get("tensorflow.python.lib.io.file_io")
    for name in OF_TENSORFLOW:
        held(found, name, lambda *_args, **_options: None)


def end() -> None:
    """Delete the temporary files in which TensorFlow keeps code that it has made."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.startswith(GENERATED) and file:
            with suppress(OSError):
                Path(file).unlink()


def held(module: ModuleType | None, name: str, instead: Callable[..., Any]) -> None:
    """Put something in the place of a function for calls that the user's code is behind."""
    original = getattr(module, name, None)
    if original is None:
        return

    @functools.wraps(original)
    def function(*args: Any, **options: Any) -> Any:
        if users(currentframe()):
            return instead(*args, **options)
        return original(*args, **options)

    setattr(module, name, function)


def open_of(original: Callable[..., Any]) -> Any:
    """Return an `open` that writes what the user's code writes to nowhere."""

    @functools.wraps(original)
    def open_(file: Any, mode: Any = "r", *args: Any, **options: Any) -> Any:
        writes = isinstance(mode, str) and WRITING & set(mode) and not isinstance(file, int)
        if writes and users(currentframe()):
            return original(os.devnull, mode.replace("x", "w"), *args, **options)
        return original(file, mode, *args, **options)

    return open_


def users(frame: FrameType | None) -> bool:
    """Tell whether the user's code is behind a call, and neither an import nor a temporary file."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(IMPORT) or file.endswith(TEMPORARY):
            return False
        if file.startswith(Folders.found) and not file.startswith((LIBRARY, OWN)):
            return "site-packages" not in file or not in_packages(file)
        frame = frame.f_back
    return False


def in_packages(file: str) -> bool:
    """Tell whether a file was installed, by the folder that it lies in."""
    return "site-packages" in Path(file).parts
