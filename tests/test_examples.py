"""The notebooks of `examples/` run from their first cell to their last."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

EXAMPLES = ROOT / "examples"


def run_cells(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the code of a notebook in a folder; return what its names are bound to."""
    book = json.loads((EXAMPLES / name).read_text("utf-8"))
    (folder / "examples").mkdir()
    (folder / "gallery").symlink_to(ROOT / "gallery", target_is_directory=True)
    monkeypatch.chdir(folder / "examples")
    names: dict[str, Any] = {}
    for number, cell in enumerate(book["cells"]):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{name}, cell {number}", "exec"), names)  # noqa: S102
    return names


@pytest.mark.filterwarnings("ignore")
def test_the_notebook_of_figures_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = run_cells("notebook.ipynb", tmp_path, monkeypatch)["figure"]
    assert figure.report["template"] == "cvpr-column"
    assert (tmp_path / "examples" / "unet.html").is_file()


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(importlib.util.find_spec("sklearn") is None, reason="needs scikit-learn")
def test_the_notebook_of_trainings_tells_the_faults_and_mends_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run_cells("training.ipynb", tmp_path, monkeypatch)
    codes = {finding.code for finding in names["findings"]}
    assert codes == {"deep-sigmoid", "input-range"}
    told = capsys.readouterr().out
    # What the probe shows is seen where there is time for it; the loss is always seen.
    # Which number its layer has depends on how many were made before in the process.
    assert "net2fig: warning[no-learning] 'dense" in told
    assert names["accuracy"]["mended"] > 0.9 > names["accuracy"]["faulty"] + 0.3
    assert names["net2fig"].check(names["mended"]) == ()
    assert not names["watch"].seen
