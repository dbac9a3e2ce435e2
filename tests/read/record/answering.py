"""What one reader answers for many targets, as JSON: `answering.py record|stand-in|keras TARGETS`.

The recorder gets a process for each target, which is fast. `stand-in` hides Keras' sources from it.
Keras, which is slow to start, runs one after the other in one.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path

from msgspec.structs import asdict

from net2fig.read.script.child import answer_request
from net2fig.read.script.guard.install import install_guard
from net2fig.read.target import parse_target


def answer(text: str, record: str) -> dict[str, object]:
    """Return a network, an error or why it was declined."""
    target = parse_target(text)
    question = {
        "path": str(target.path) if target.path else None,
        "module": target.module,
        "pick": asdict(target.pick) if target.pick else None,
        "text": target.text,
        "record": record,
    }
    reply = answer_request(question)
    if "network" in reply:
        reply["network"] = json.loads(reply["network"])
    return reply


def recorded(text: str) -> dict[str, object]:
    """Return what the recorder answers, which imports no Keras."""
    os.dup2(2, 1)
    install_guard(tempfile.mkdtemp())
    reply = answer(text, "auto")
    real = [name for name in ("keras", "tensorflow") if hasattr(sys.modules.get(name), "__file__")]
    assert real == []
    return reply


def executed(text: str) -> dict[str, object]:
    """Return what Keras answers, and leave it as it was."""
    before = list(sys.path)
    reply = answer(text, "")
    sys.path[:] = before
    folder = str(Path(text.partition(":")[0]).resolve().parent)
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(folder):
            del sys.modules[name]
    import keras

    keras.utils.clear_session()
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    return reply


def by_recorder(targets: list[str]) -> list[dict[str, object]]:
    """Return the recorder's answers."""
    # A process is forked for each: modules are imported once, sessions begin anew.
    from net2fig.read.record.stand_ins import applications

    if sys.argv[1] == "stand-in":
        applications.find_keras_folder = lambda: None
        applications.find_other_version = str
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        return pool.map(recorded, targets, chunksize=1)


if __name__ == "__main__":
    out = os.dup(1)
    os.dup2(2, 1)
    targets = json.loads(sys.argv[2])
    if sys.argv[1] == "keras":
        install_guard(tempfile.mkdtemp())
    answers = list(map(executed, targets)) if sys.argv[1] == "keras" else by_recorder(targets)
    with os.fdopen(out, "w") as file:
        json.dump(dict(zip(targets, answers, strict=True)), file)
