"""Where the data folders are: beside the package in the repository, inside it in the wheel."""

from __future__ import annotations

from pathlib import Path

from net2fig.errors import Net2figError

PACKAGE = Path(__file__).resolve().parent


def data_dir(name: str) -> Path:
    """Return the folder `grammar` or `templates`, wherever net2fig was installed from."""
    for folder in (PACKAGE / "_data" / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    message = f"missing data folder: {name!r} (the installation is incomplete)"
    raise Net2figError(message, hint="install net2fig again")
