"""The process that runs the user's code: when it ends, and what it spends on the way."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from net2fig.errors import ModelError
from net2fig.gc_tuning import RARE_THRESHOLDS
from net2fig.read import read
from net2fig.read.script import code
from net2fig.read.script.guard import process

MODEL = """\
import keras
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
"""

CODE = """\
import atexit, gc, threading
import keras

def build():
    threading.Thread(target=threading.Event().wait).start()
    atexit.register(threading.Event().wait)
    inputs = keras.Input((8,))
    x = keras.layers.Dense(2, name="after_{}_{}_{}".format(*gc.get_threshold()))(inputs)
    return keras.Model(inputs, x)

model = build()
"""


def test_the_child_exits_at_once_and_collects_garbage_rarely(tmp_path):
    path = tmp_path / "leaves.py"
    path.write_text(CODE)
    layers = read(path, reader="record", timeout=30).layers
    assert [layer.name for layer in layers][1:] == ["after_{}_{}_{}".format(*RARE_THRESHOLDS)]


LEAVES = """\
import os, sys, time
import keras

def build():
    read, write = os.pipe()
    if os.fork() == 0:
        if {alone}:
            os.setsid()
        os.write(write, str(os.getpid()).encode())
        time.sleep(1000)
    number = os.read(read, 99).decode()
    inputs = keras.Input((8,))
    return keras.Model(inputs, keras.layers.Dense(2, name="process_" + number)(inputs))

model = build()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="processes are not told")
@pytest.mark.parametrize("alone", [False, True])
def test_what_the_child_leaves_behind_is_ended(tmp_path, monkeypatch, alone):
    words = "from net2fig.read.script import child; child.install_guard = lambda _folder: False"
    start = f"import sys; sys.path.append(sys.argv[1]); {words}; child.main()"
    monkeypatch.setattr(code, "START", start)
    path = tmp_path / "leaves.py"
    path.write_text(LEAVES.format(alone=alone))
    name = read(path, reader="record", timeout=30).layers[-1].name
    assert has_ended(int(name.removeprefix("process_")))


def has_ended(number):
    """Tell whether a process ends within some seconds."""
    try:
        place = os.pidfd_open(number)
    except ProcessLookupError:
        return True
    ends = select.poll()
    ends.register(place, select.POLLIN)
    ended = bool(ends.poll(5000))
    os.close(place)
    return ended


MANAGES = """\
import subprocess
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Manager
import keras

shared = Manager().dict()
shared["units"] = 4
pool = ProcessPoolExecutor(2)
shared["units"] += pool.submit(len, "ab").result()
process = subprocess.Popen(["sleep", "60"])
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(shared["units"])])
"""


def test_processes_of_python_are_threads(tmp_path):
    path = tmp_path / "manages.py"
    path.write_text(MANAGES)
    assert read(path, reader="record", timeout=30).layers[-1].output == (None, 6)


GROWS = """\
import keras

kept = []
while True:
    kept.append(bytearray(b"x" * 10**7))
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(len(kept))])
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is not watched")
def test_memory_is_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "MAX_MEMORY", 2**28)
    path = tmp_path / "grows.py"
    path.write_text(GROWS)
    with pytest.raises(ModelError) as caught:
        read(path, reader="record", timeout=30)
    assert caught.value.lines()[0] == (
        "unsupported code: grows.py took more than 0.25 GiB of memory"
    )


def test_a_flood_of_output_is_read(tmp_path):
    path = tmp_path / "floods.py"
    path.write_text("import sys\nsys.stderr.write('x' * 10**7)\nsys.stderr.flush()\n" + MODEL)
    assert len(read(path, reader="record", timeout=30).layers) == 2


def test_the_scratch_folder_is_deleted(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = tmp_path / "writes.py"
    path.write_text("import os\nos.makedirs('runs', exist_ok=True)\n" + MODEL)
    read(path, reader="record", timeout=30)
    assert list((tmp_path / "temporary").iterdir()) == []


WAITS = """\
import sys
from net2fig.read import read
from net2fig.read.script.guard import process

def wait(child, _answers, _timeout):
    print(child.pid, flush=True)
    while True:
        pass

process.wait_for_answer = wait
read(sys.argv[1], reader="record")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a parent ends")
def test_the_child_ends_with_its_parent(tmp_path):
    path = tmp_path / "endless.py"
    path.write_text("import keras\nwhile True:\n    model = keras.Input((8,))\n")
    command = [sys.executable, "-c", WAITS, str(path)]
    # Whoever is killed leaves a scratch folder.
    around = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=around) as parent:
        number = int(parent.stdout.readline())
        parent.kill()
    assert has_ended(number)


LEAVES_WORK = """\
import os, signal
from net2fig import __main__, cli

def main():
    try:
        signal.raise_signal(signal.SIGTERM)
    finally:
        print("tidied", flush=True)

cli.main = main
__main__.run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_the_command_tidies_up_when_it_is_asked_to_end():
    done = subprocess.run(
        [sys.executable, "-c", LEAVES_WORK], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (128 + signal.SIGTERM, "tidied\n")
