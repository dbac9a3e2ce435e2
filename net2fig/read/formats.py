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
    ".onnx": "onnx",
    ".pt2": "exported",
}
"""Formats by the suffixes that a message names."""

SUFFIXES = tuple(FORMATS)

EXPORTED = (
    *(".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".safetensors", ".ptl", ".torchscript"),
)
"""The suffixes of other files of PyTorch: only their contents tell what they hold."""

ALL_FORMATS = {
    **FORMATS,
    **dict.fromkeys((GZIP, *YAML), "json"),
    **dict.fromkeys(EXPORTED, "exported"),
}
"""The same with the suffixes of other files with JSON data."""


def detect_format(path: PurePath) -> str | None:
    """Return the format of a file by its suffix; None if it holds no model.


    >>> detect_format(PurePath("unet.H5")), detect_format(PurePath("unet.txt"))
    ('hdf5', None)
    """
    return ALL_FORMATS.get(path.suffix.lower())
