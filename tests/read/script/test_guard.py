"""What code does while it builds a model leaves no trace: no file, no program, no packet."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from net2fig.network import Network
from net2fig.read import read
from net2fig.read.script import code
from net2fig.read.script.guard import landlock
from tests.read.script import side_effects

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the snippets are for POSIX")

HAS_KERNEL = landlock.find_version(landlock.load_libc()) >= 3

PYTHON = side_effects.FILES | side_effects.REFUSED | side_effects.PROGRAMS

KERAS_CODE = """
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, name="errors_" + run_all())])
"""

TENSORFLOW_CODE = """
import keras
import tensorflow as tf

def small():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, name="errors_" + run_all())])
"""

TORCH_CODE = """
import torch

model = torch.nn.Sequential()
model.add_module("errors_" + run_all(), torch.nn.Linear(4, 1))
model(torch.zeros(1, 4))
"""

START = "import sys; sys.path.append(sys.argv[1]); {}; from net2fig.read.script import child"
OFF = "from net2fig.read.script import child; child.install_guard = lambda _folder: False"
NO_KERNEL = (
    "from net2fig.read.script.guard import landlock; landlock.load_libc = lambda: None;"
    " from net2fig.read.script.guard import seccomp; seccomp.load_libc = lambda: None"
)


def change_start(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """Run something in the process before it starts."""
    monkeypatch.setattr(code, "START", f"{START.format(words)}; child.main()")


class Run:
    """Snippets run by a reader: the traces that they have left, and their errors."""

    def __init__(self, folder: Path, text: str, snippets: Mapping[str, str], reader: str) -> None:
        watched = side_effects.Watched(folder / "watched", snippets)
        path = folder / "code" / "net.py"
        path.parent.mkdir()
        path.write_text(side_effects.SHARED + text)
        (path.parent / "plan.json").write_text(json.dumps(watched.plan))
        network: Network = read(path, reader=reader, timeout=60)
        self.traces = watched.find_traces()
        watched.close()
        name = next(layer.name for layer in network.layers if "errors_" in layer.name)
        errors = bytes.fromhex(name.rpartition("errors_")[2]).decode().split("|")
        self.errors = dict(each.split(": ", 1) for each in errors if each)


def is_refusal(error: str) -> bool:
    """Tell whether an error says what net2fig does not do."""
    return "net2fig" in error or "Errno 13" in error


def check_run(run: Run, may_fail: Mapping[str, str]) -> None:
    """Check that a run left nothing, and that only what may fail has failed, with a reason."""
    assert run.traces == set()
    assert {name: error for name, error in run.errors.items() if name not in may_fail} == {}


def test_by_the_recorder(tmp_path):
    run = Run(tmp_path, KERAS_CODE, PYTHON, "record")
    check_run(run, side_effects.REFUSED)
    assert set(run.errors) == set(side_effects.REFUSED)
    assert [name for name, error in run.errors.items() if not is_refusal(error)] == []


def test_without_help_of_the_kernel(tmp_path, monkeypatch):
    change_start(monkeypatch, NO_KERNEL)
    run = Run(tmp_path, KERAS_CODE, PYTHON, "record")
    check_run(run, side_effects.REFUSED)
    assert set(run.errors) == set(side_effects.REFUSED)


@pytest.mark.skipif(not HAS_KERNEL, reason="the kernel has no Landlock of the third version")
def test_what_goes_past_python(tmp_path):
    check_run(Run(tmp_path, KERAS_CODE, side_effects.NATIVE, "record"), side_effects.NATIVE)


@pytest.mark.parametrize("group", ["FILES", "REFUSED", "PROGRAMS", "NATIVE"])
def test_the_traces_are_seen_where_nothing_is_held(tmp_path, monkeypatch, group):
    change_start(monkeypatch, OFF)
    snippets = getattr(side_effects, group)
    run = Run(tmp_path, KERAS_CODE, snippets, "record")
    # The port of TCP does not tell who connects; the arguments of `fork_exec` change.
    by_tcp = {name for name in snippets if "TCP" in snippets[name]}
    assert set(snippets) - run.traces <= by_tcp | {"fork_exec"}, run.errors
    assert ("tcp" in run.traces) == bool(by_tcp)


@pytest.mark.keras
def test_by_keras(tmp_path):
    natives = side_effects.TENSORFLOW_NATIVE | (side_effects.NATIVE if HAS_KERNEL else {})
    run = Run(tmp_path, TENSORFLOW_CODE, PYTHON | side_effects.TENSORFLOW | natives, "keras")
    check_run(run, side_effects.REFUSED | natives)


@pytest.mark.torch
def test_by_pytorch(tmp_path):
    run = Run(tmp_path, TORCH_CODE, PYTHON | side_effects.TORCH, "auto")
    check_run(run, side_effects.REFUSED | side_effects.TORCH)
