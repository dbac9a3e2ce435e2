"""Finds data: the folders that ship with net2fig, and the templates and palettes of the user.

User files are beside the grouping file, in folders `templates` and `palettes`, or in such folders
of $XDG_CONFIG_HOME/net2fig. The nearest file with a name is used; shipped files refer only to
shipped ones.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from net2fig.errors import Net2figError

PACKAGE = Path(__file__).resolve().parents[1]

TEMPLATES = "templates"
PALETTES = "palettes"

NAME = re.compile(r"[\w][\w .-]*")
"""The name of a template or a palette, which is that of its file."""


def is_file(path: Path) -> bool:
    """Tell whether there is a file; a name that no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def data_dir(name: str) -> Path:
    """Return the folder `grammar` or `templates`, wherever net2fig was installed from."""
    for folder in (PACKAGE / "_data" / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    message = f"missing data folder: {name!r} (the installation is incomplete)"
    raise Net2figError(message, hint="install net2fig again")


def get_shipped_dir(shelf: str) -> Path:
    """Return the folder of the templates or of the palettes that ship."""
    return data_dir(TEMPLATES) if shelf == TEMPLATES else data_dir("grammar") / shelf


def is_shipped(path: Path, shelf: str) -> bool:
    """Tell whether a file is one of the templates or of the palettes that ship."""
    return path.resolve().parent == get_shipped_dir(shelf).resolve()


def is_ours(path: Path) -> bool:
    """Tell whether a file was found in the folders that ship."""
    return any(path.is_relative_to(data_dir(name)) for name in ("grammar", TEMPLATES))


def user_dir() -> Path:
    """Return the folder of the user's templates and palettes."""
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    home = os.environ.get("HOME", ".")
    return Path(base.replace("~", home, 1) if base.startswith("~") else base) / "net2fig"


def list_folders(shelf: str, near: Sequence[Path] = ()) -> list[Path]:
    """Return the folders of templates or of palettes, the nearest first, those that ship last."""
    folders = [folder / shelf for folder in (*near, user_dir())]
    last = get_shipped_dir(shelf)
    kept = [folder for folder in folders if folder.is_dir() and not folder.samefile(last)]
    return [*dict.fromkeys(kept), last]


def theme_names(shelf: str, near: Sequence[Path] = ()) -> list[str]:
    """Return the names of templates or of palettes."""
    return sorted(
        {path.stem for folder in list_folders(shelf, near) for path in folder.glob("*.toml")}
    )


def find_file(
    shelf: str, name: str, near: Sequence[Path] = (), but: Path | None = None
) -> Path | None:
    """Return the file of a template or a palette, or None; never the file `but`."""
    if not NAME.fullmatch(name):
        return None
    for folder in list_folders(shelf, near):
        path = folder / f"{name}.toml"
        if is_file(path) and not (but and but.exists() and path.samefile(but)):
            return path
    return None


def make_reference(shelf: str, name: str, folder: Path, near: Sequence[Path] = ()) -> str:
    """Return the reference to a template or a palette: the name of a shipped one, else a path.

    A name that ends in .toml is a path, relative to `folder`.
    """
    if name.endswith(".toml"):
        return str(folder / name)
    path = find_file(shelf, name, near)
    return name if path is None or is_shipped(path, shelf) else str(path)
