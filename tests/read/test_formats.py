"""The table of formats, and the readers for them."""

from __future__ import annotations

from pathlib import Path

from net2fig.read import BY_KIND
from net2fig.read.formats import ALL_KINDS, SUFFIXES, kind_of_file


def test_each_kind_of_file_has_a_reader() -> None:
    assert set(ALL_KINDS.values()) == set(BY_KIND)


def test_a_suffix_says_what_a_file_holds() -> None:
    assert {suffix: kind_of_file(Path(f"a{suffix}")) for suffix in SUFFIXES} == {
        ".keras": "keras",
        ".h5": "hdf5",
        ".hdf5": "hdf5",
        ".py": "code",
        ".ipynb": "notebook",
        ".json": "json",
    }
    assert kind_of_file(Path("a.JSON.GZ")) == kind_of_file(Path("a.yml")) == "json"
    assert kind_of_file(Path("a.txt")) is None
