"""Records the targets that are named, each in a process of its own, which is fast.

Writes, as JSON, a network, an error or why it was declined for each.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from dataclasses import asdict

from net2fig.read.child import answer_to_question
from net2fig.read.target import target_of


def answer(text: str) -> dict[str, object]:
    """Return what one process for this target alone answers."""
    os.dup2(2, 1)
    target = target_of(text)
    question = {
        "path": str(target.path) if target.path else None,
        "module": target.module,
        "pick": asdict(target.pick) if target.pick else None,
        "text": target.text,
        "record": "auto",
    }
    found = answer_to_question(question)
    real = [name for name in ("keras", "tensorflow") if hasattr(sys.modules.get(name), "__file__")]
    assert real == []
    if "network" in found:
        found["network"] = json.loads(found["network"])
    return found


if __name__ == "__main__":
    targets = json.loads(sys.argv[1])
    # A process is forked for each: modules are imported once, sessions begin anew.
    import net2fig.read.record  # noqa: F401

    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        answers = dict(zip(targets, pool.map(answer, targets, chunksize=1), strict=True))
    json.dump(answers, sys.stdout)
