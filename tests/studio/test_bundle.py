"""The scripts in the package are what their sources give, and small."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from net2fig.html.document import STATIC as VIEWS
from net2fig.studio.server import FILES, STATIC
from tests.conftest import ROOT

WEB = ROOT / "web"
KILOBYTE = 1000


def build(folder: Path) -> dict[str, bytes]:
    targets = [folder / "studio", folder / "views"]
    subprocess.run(["node", "build.mjs", *map(str, targets)], cwd=WEB, check=True)
    return read(*targets)


def read(*folders: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for folder in folders for path in folder.iterdir()}


@pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules").is_dir(),
    reason="needs node and its packages: npm ci --prefix web",
)
def test_the_scripts_are_built_from_their_sources(tmp_path: Path) -> None:
    committed = read(STATIC, VIEWS)
    first = build(tmp_path / "first")
    assert sorted(first) == sorted(committed)
    assert [name for name in first if first[name] != committed[name]] == []
    assert build(tmp_path / "second") == first


def test_the_page_is_small() -> None:
    sizes = {
        path.name: len(gzip.compress(path.read_bytes(), mtime=0)) for path in STATIC.glob("*.js")
    }
    parts = len(gzip.compress((VIEWS / "parts.js").read_bytes(), mtime=0))
    assert parts <= 14 * KILOBYTE
    assert sizes["studio.js"] <= 40 * KILOBYTE
    assert sum(sizes.values()) + parts <= 190 * KILOBYTE


def test_the_script_of_views_can_stand_in_a_page() -> None:
    text = (VIEWS / "parts.js").read_text("utf-8")
    assert "]]>" not in text
    assert "</script" not in text.lower()
    assert "eval(" not in text
    assert not any(word in text for word in ("fetch(", "XMLHttpRequest", "import("))
    assert set(re.findall(r"https?://[\w.]*", text)) <= {"http://www.w3.org"}


def test_all_that_is_served_is_there() -> None:
    assert {name for name, _ in FILES.values()} <= {path.name for path in STATIC.iterdir()}


def test_the_page_has_the_licences_of_what_it_holds() -> None:
    text = (STATIC / "LICENSES.txt").read_text("utf-8")
    for name in ("preact", "@preact/signals", "@codemirror/view", "@lezer/common", "style-mod"):
        assert f"{name}\n\n" in text
    assert text.count("Permission is hereby granted") > 8
