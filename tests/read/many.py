"""Reads the scripts that are named, one after the other, in one process: Keras is slow to start.

Writes, as JSON, a network or what the user would see for each.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from net2fig.errors import Net2figError
from net2fig.read.native import dump
from net2fig.read.script.child import read_requested
from net2fig.read.script.guard.install import install_guard
from net2fig.read.target import parse_target


def read_script(text: str, axes: list[int] | None = None) -> dict[str, object]:
    """Return what one process for this script alone would answer; `axes` are those of the input."""
    target = parse_target(text)
    pick = target.pick and {
        "name": target.pick.name,
        "call": target.pick.call,
        "args": target.pick.args,
        "kwargs": target.pick.kwargs,
    }
    path = target.path and str(target.path)
    request = {"path": path, "module": target.module, "pick": pick, "text": target.text}
    start = time.perf_counter()
    before = set(sys.modules), list(sys.path)
    try:
        network = read_requested({**request, "shapes": [[None, axes]] if axes else []})
        result: dict[str, object] = {"network": dump(network)}
    except Net2figError as error:
        result = {"error": error.lines()}
    folder = str(Path(text).resolve().parent)
    for name in set(sys.modules) - before[0]:
        if str(getattr(sys.modules[name], "__file__", None)).startswith(folder):
            del sys.modules[name]
    sys.path[:] = before[1]
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()
    return {**result, "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    out = os.dup(1)
    os.dup2(2, 1)
    install_guard(tempfile.mkdtemp())
    targets = json.loads(sys.argv[1])
    results = {text: read_script(text, shape) for text, shape in targets.items()}
    with os.fdopen(out, "w") as file:
        json.dump(results, file)
