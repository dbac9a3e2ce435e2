"""What a drawing does not wait for: modules that a saved chain, drawn as SVG, has no use for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.models import write_chain
from tests.conftest import ROOT

NEEDLESS = (
    "PIL",
    "dataclasses",
    "h5py",
    "keras",
    "net2fig.chips",
    "net2fig.comparison",
    "net2fig.compose.volumes",
    "net2fig.html",
    "net2fig.laws",
    "net2fig.read.script.code",
    "net2fig.render.svg.patterns",
    "net2fig.render.tex.writer",
    "net2fig.views",
    "anywidget",
    "traitlets",
    "networkx",
    "numpy",
    "pygraphviz",
    "pypdfium2",
    "svgwrite.validator2",
    "urllib.request",
)

DRAW = f"""
import sys
from net2fig.cli import main
try:
    main(sys.argv[1:])
finally:
    print([name for name in {NEEDLESS} if name in sys.modules])
"""


def test_a_saved_model_is_drawn_without_what_others_need(tmp_path: Path) -> None:
    model, figure = write_chain(tmp_path, 30), tmp_path / "chain.svg"
    command = [sys.executable, "-c", DRAW, str(model), "-o", str(figure), "--detail", "everything"]
    said = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    assert said == "[]\n"
    assert figure.stat().st_size > 10_000


def test_files_of_the_folder_hide_no_module_of_python(tmp_path: Path) -> None:
    for name in ("copy", "json", "tempfile", "dataclasses"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('hidden')\n", "utf-8")
    model = write_chain(tmp_path, 3)
    command = [sys.executable, "-m", "net2fig", model.name, "-o", "chain.svg"]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    assert (tmp_path / "chain.svg").stat().st_size
