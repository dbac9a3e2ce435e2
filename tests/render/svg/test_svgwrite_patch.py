"""svgwrite comes without what is not asked of it, and is whole for whoever asks."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

DRAWN = (
    "from net2fig.render.svg.svgwrite_patch import load_svgwrite;"
    " svgwrite = load_svgwrite(); import sys; "
)


def run_code(code: str) -> str:
    """Return what code prints in a process where svgwrite was not imported before."""
    command = [sys.executable, "-c", DRAWN + code]
    return subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout


def test_nothing_is_imported_for_checks_and_for_the_network() -> None:
    names = ("urllib.request", "http.client", "svgwrite.validator2", "svgwrite.data.svgparser")
    assert run_code(f"print([name for name in {names} if name in sys.modules])") == "[]\n"


def test_others_find_all_of_it() -> None:
    code = """
import urllib.request
assert urllib.request.Request
drawing = svgwrite.Drawing()
try:
    drawing.line(stroke_width="wide")
except TypeError as error:
    print(error)
print(svgwrite.container.urlopen("data:,fetched").read().decode())
"""
    lines = run_code(f"\n{code}").splitlines()
    assert "stroke-width" in lines[0]
    assert lines[1] == "fetched"


def test_where_other_threads_run_it_is_imported_as_ever() -> None:
    code = """
import threading
assert "svgwrite.validator2" not in sys.modules
done = threading.Event()
threading.Thread(target=done.wait, daemon=True).start()
for name in [name for name in sys.modules if name.startswith("svgwrite")]:
    del sys.modules[name]
load_svgwrite.cache_clear()
load_svgwrite()
print("svgwrite.validator2" in sys.modules)
done.set()
"""
    assert run_code(f"\n{code}") == "True\n"
