"""The example of views, run as a notebook: what it leaves is seen with and without a script."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from tests.conftest import ROOT

NOTEBOOK = ROOT / "examples" / "views.ipynb"
MODELS = ROOT / "gallery" / "models"
WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"

# In a process of its own: what its libraries warn of is not ours.
RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": sys.argv[2]}},
                        store_widget_state=True)
client.execute()
nbformat.validate(notebook)
nbformat.write(notebook, sys.argv[1])
"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    for name in ("anywidget", "nbclient", "ipykernel"):
        pytest.importorskip(name, reason=f"needs {name}: pip install '.[notebook]'")
    top = tmp_path_factory.mktemp("views")
    folder, models = top / "examples", top / "gallery" / "models"
    folder.mkdir()
    models.mkdir(parents=True)
    copy = folder / NOTEBOOK.name
    shutil.copy(NOTEBOOK, copy)
    for name in ("unet", "lenet5", "alexnet"):
        shutil.copy(MODELS / f"{name}.network.json", models)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(top / "ipython")}
    subprocess.run([sys.executable, "-c", RUN, copy, folder], check=True, env=env, timeout=120)
    return json.loads(copy.read_text(encoding="utf-8")), folder


def outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [each["data"] for cell in cells for each in cell["outputs"] if "data" in each]


def text(data: dict[str, Any], type: str) -> str:
    return "".join(data.get(type, ""))


@pytest.mark.slow
def test_each_view_is_a_widget_and_a_drawing(notebook: tuple[dict[str, Any], Path]) -> None:
    views = [data for data in outputs(notebook[0]) if WIDGET in data]
    assert len(views) == 5
    drawn = [text(data, "image/svg+xml") for data in views]
    assert [bool(each) for each in drawn] == [True, False, True, True, True]
    for each in filter(None, drawn):
        assert fromstring(each).tag == "{http://www.w3.org/2000/svg}svg"
    assert "<table>" in text(views[1], "text/html")


@pytest.mark.slow
def test_python_has_set_the_selection_of_all_views(notebook: tuple[dict[str, Any], Path]) -> None:
    read = [text(data, "text/plain") for data in outputs(notebook[0]) if WIDGET not in data]
    assert read[0] == "[('conv2d_8', 4719616), ('conv2d_9', 9438208)]"
    assert read[1] == "'params>1M'"
    kept = notebook[0]["metadata"]["widgets"][STATE]["state"].values()
    views = [each["state"] for each in kept if "content" in each["state"]]
    rooms: dict[str, set[str]] = {}
    for view in views:
        rooms.setdefault(view["room"], set()).add(json.dumps(view["state"], sort_keys=True))
    assert sorted(len(states) for states in rooms.values()) == [1, 1, 1]
    main = json.loads(
        next(states for room, states in rooms.items() if room.endswith("/main")).pop()
    )
    assert [sorted(ids) for ids in main["selection"].values()] == [["conv2d_8", "conv2d_9"]]
    assert main["filter"] == "params>1M"


@pytest.mark.slow
def test_the_page_of_the_notebook_is_written(notebook: tuple[dict[str, Any], Path]) -> None:
    page = (notebook[1] / "report.html").read_text(encoding="utf-8")
    assert page.count('<section class="view') == 3


def test_the_example_is_committed_without_outputs() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert [cell for cell in cells if cell.get("outputs")] == []
