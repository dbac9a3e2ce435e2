"""The forms that a model comes in: what a file holds, by its suffix.

read/__init__.py says which reader takes each kind.
"""

from __future__ import annotations

from pathlib import PurePath

CODE = ".py"
PACKED = ".gz"
YAML = (".yaml", ".yml")

KINDS = {
    ".keras": "keras",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    CODE: "code",
    ".ipynb": "notebook",
    ".json": "json",
}
"""The kinds of files by the suffixes that a message names."""

SUFFIXES = tuple(KINDS)

ALL_KINDS = {**KINDS, **dict.fromkeys((PACKED, *YAML), "json")}
"""The same with the suffixes of files that hold what a .json holds."""


def kind_of_file(path: PurePath) -> str | None:
    """Return what a file holds by its suffix; None where it holds no model.

    >>> kind_of_file(PurePath("unet.H5")), kind_of_file(PurePath("unet.txt"))
    ('hdf5', None)
    """
    return ALL_KINDS.get(path.suffix.lower())
