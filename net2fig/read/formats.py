"""The formats of models, by the suffixes of their files.

The readers of each format are in read/__init__.py.
"""

from __future__ import annotations

from pathlib import PurePath

CODE = ".py"
GZIP = ".gz"
YAML = (".yaml", ".yml")

FORMATS = {
    ".keras": "keras",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    CODE: "code",
    ".ipynb": "notebook",
    ".json": "json",
}
"""Formats by the suffixes that a message names."""

SUFFIXES = tuple(FORMATS)

FOREIGN_SUFFIXES = (
    *(".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".pt2", ".onnx", ".safetensors"),
)
"""The suffixes of files of PyTorch and ONNX, which net2fig explains and does not read."""

ALL_FORMATS = {**FORMATS, **dict.fromkeys((GZIP, *YAML), "json")}
"""The same with the suffixes of other files with JSON data."""


def detect_format(path: PurePath) -> str | None:
    """Return the format of a file by its suffix; None if it holds no model.


    >>> detect_format(PurePath("unet.H5")), detect_format(PurePath("unet.txt"))
    ('hdf5', None)
    """
    return ALL_FORMATS.get(path.suffix.lower())
