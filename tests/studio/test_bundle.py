"""The page in the package is what its sources give, and small."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from net2fig.studio.server import FILES, STATIC
from tests.conftest import ROOT

WEB = ROOT / "web"
KILOBYTE = 1000


def build(folder: Path) -> dict[str, bytes]:
    subprocess.run(["node", "build.mjs", str(folder)], cwd=WEB, check=True)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules").is_dir(),
    reason="needs node and its packages: npm ci --prefix web",
)
def test_the_page_is_built_from_its_sources(tmp_path: Path) -> None:
    committed = {path.name: path.read_bytes() for path in STATIC.iterdir()}
    first = build(tmp_path / "first")
    assert sorted(first) == sorted(committed)
    assert [name for name in first if first[name] != committed[name]] == []
    assert build(tmp_path / "second") == first


def test_the_page_is_small() -> None:
    sizes = {
        path.name: len(gzip.compress(path.read_bytes(), mtime=0)) for path in STATIC.glob("*.js")
    }
    assert sizes["studio.js"] <= 40 * KILOBYTE
    assert sum(sizes.values()) <= 190 * KILOBYTE


def test_all_that_is_served_is_there() -> None:
    assert {name for name, _ in FILES.values()} <= {path.name for path in STATIC.iterdir()}


def test_the_page_has_the_licences_of_what_it_holds() -> None:
    text = (STATIC / "LICENSES.txt").read_text("utf-8")
    for name in ("preact", "@preact/signals", "@codemirror/view", "@lezer/common", "style-mod"):
        assert f"{name}\n\n" in text
    assert text.count("Permission is hereby granted") > 8
