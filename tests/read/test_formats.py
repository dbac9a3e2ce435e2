"""The table of formats, and the readers for them."""

from __future__ import annotations

from pathlib import Path

from net2fig.read import READERS_BY_FORMAT
from net2fig.read.formats import ALL_FORMATS, SUFFIXES, detect_format


def test_each_kind_of_file_has_a_reader() -> None:
    assert set(ALL_FORMATS.values()) == set(READERS_BY_FORMAT)


def test_a_suffix_has_a_format() -> None:
    assert {suffix: detect_format(Path(f"a{suffix}")) for suffix in SUFFIXES} == {
        ".keras": "keras",
        ".h5": "hdf5",
        ".hdf5": "hdf5",
        ".py": "code",
        ".ipynb": "notebook",
        ".json": "json",
        ".onnx": "onnx",
        ".pt2": "exported",
    }
    assert detect_format(Path("a.JSON.GZ")) == detect_format(Path("a.yml")) == "json"
    assert detect_format(Path("a.txt")) is None
