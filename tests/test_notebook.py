"""Figures show themselves in a notebook: a real one is run."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

import net2fig
from net2fig.render import bundle
from tests.conftest import ROOT

NOTEBOOK = ROOT / "examples" / "notebook.ipynb"
MODELS = ROOT / "gallery" / "models"

# In a process of its own: what its libraries warn of is not ours.
RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
nbformat.validate(notebook)
NotebookClient(notebook, timeout=60, resources={"metadata": {"path": sys.argv[2]}}).execute()
nbformat.write(notebook, sys.argv[1])
"""


def test_a_figure_is_shown_as_svg_and_as_a_picture() -> None:
    figure = net2fig.draw(MODELS / "lenet5.network.json", template="cvpr")
    data, about = figure._repr_mimebundle_()
    assert data["image/svg+xml"].encode() == figure.to_bytes("svg")
    assert data["image/png"].startswith(b"\x89PNG")
    width = figure.report["width_pt"] * 96 / 72
    assert about["image/png"]["width"] == pytest.approx(width, abs=1)


def test_only_what_is_asked_for_is_made() -> None:
    made: list[str] = []

    def make(format: str, **_: Any) -> bytes:
        made.append(format)
        return b""

    size = net2fig.draw(MODELS / "lenet5.network.json").scene.size
    assert list(bundle.make_bundle(make, size, include=["image/svg+xml"])[0]) == ["image/svg+xml"]
    assert bundle.make_bundle(make, size, exclude=["image/png"])[1] == {}
    assert made == ["svg", "svg"]


def test_without_what_draws_pixels_it_is_shown_as_svg() -> None:
    def make(format: str, **_: Any) -> bytes:
        if format == "png":
            raise net2fig.Net2figError("missing package: pypdfium2")
        return b"<svg/>"

    size = net2fig.draw(MODELS / "lenet5.network.json").scene.size
    assert bundle.make_bundle(make, size) == ({"image/svg+xml": "<svg/>"}, {})


@pytest.mark.slow
def test_the_example_runs_and_shows_its_figures(tmp_path: Path) -> None:
    pytest.importorskip("nbclient", reason="needs nbclient: pip install '.[notebook]'")
    pytest.importorskip("ipykernel", reason="needs ipykernel: pip install '.[notebook]'")
    folder = tmp_path / "examples"
    folder.mkdir()
    copy = folder / NOTEBOOK.name
    shutil.copy(NOTEBOOK, copy)
    models = tmp_path / "gallery" / "models"
    models.mkdir(parents=True)
    for name in ("unet", "lenet5", "alexnet"):
        for suffix in (".py", ".network.json"):
            shutil.copy(MODELS / f"{name}{suffix}", models)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython")}
    subprocess.run([sys.executable, "-c", RUN, copy, folder], check=True, env=env, timeout=120)
    cells = json.loads(copy.read_text(encoding="utf-8"))["cells"]
    shown = [
        output["data"]
        for cell in cells
        for output in cell.get("outputs", ())
        if "image/svg+xml" in output.get("data", {})
    ]
    assert len(shown) == 3
    for data in shown:
        assert fromstring("".join(data["image/svg+xml"])).tag == "{http://www.w3.org/2000/svg}svg"
        assert base64.b64decode("".join(data["image/png"])).startswith(b"\x89PNG")
    assert (folder / "unet.pdf").read_bytes().startswith(b"%PDF")
    assert (folder / "unet.html").is_file()


def test_the_example_is_committed_without_outputs() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert [cell for cell in cells if cell.get("outputs")] == []
