"""Tells which calls come from the user's code, by the frames that lead to them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

IMPORT_PREFIX = "<frozen importlib"
"""A prefix of the file names of frames that import modules."""

STANDARD_LIBRARY = str(Path(os.__file__).parent)
NET2FIG = str(Path(__file__).parents[3])


class UserFolders:
    """The folders of the user's code."""

    prefixes: tuple[str, ...] = ()


def set_user_folders(folders: Sequence[Path]) -> None:
    """Take code in these folders for the user's."""
    UserFolders.prefixes = tuple(f"{folder}{os.sep}" for folder in folders)


def is_user_call(frame: FrameType | None) -> bool:
    """Tell whether a call comes from the user's code, not from an import."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(IMPORT_PREFIX):
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
