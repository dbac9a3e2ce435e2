"""Runs the targets that are named under Keras, one after the other: it is slow to start.

Writes, as JSON, a network or an error for each.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from net2fig.read.child import answer_of
from net2fig.read.target import target_of


def answer(text: str) -> dict[str, object]:
    """Return what one process for this target alone answers."""
    target = target_of(text)
    question = {
        "path": str(target.path) if target.path else None,
        "module": target.module,
        "pick": asdict(target.pick) if target.pick else None,
        "text": target.text,
    }
    before = list(sys.path)
    found = answer_of(question)
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
    if "network" in found:
        found["network"] = json.loads(found["network"])
    return found


if __name__ == "__main__":
    out = os.dup(1)
    os.dup2(2, 1)
    answers = {text: answer(text) for text in json.loads(sys.argv[1])}
    with os.fdopen(out, "w") as file:
        json.dump(answers, file)
