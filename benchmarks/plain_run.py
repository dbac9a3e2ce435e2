"""Run a script or a notebook statement by statement, skip what fails, and print its models as JSON.

    python benchmarks/plain_run.py model.py SECONDS

This is what a patient reader would do by hand, without net2fig's analysis: training does nothing,
and nothing is downloaded. Each model is printed with its class and its parameters. A model counts
if it is a whole and not a layer of another one. Requires Keras with a backend, or PyTorch.
"""

from __future__ import annotations

import ast
import gc
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from net2fig.read.script.sources import load_code, resolve_main_guard

NO_OP_METHODS = (
    *("compile", "fit", "evaluate", "predict", "summary", "save", "save_weights", "load_weights"),
    *("train_on_batch", "test_on_batch", "predict_on_batch", "export"),
)
STATEMENT_SECONDS = 40
"""The time limit of a statement."""


class StatementTimeoutError(Exception):
    """Raised by the alarm; a statement takes too long."""


def raise_timeout(*_: Any) -> None:
    """Raise an error for a statement that takes too long."""
    raise StatementTimeoutError


def refuse_connections(event: str, args: tuple[Any, ...]) -> None:
    """Raise an error for a connection to another machine."""
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise ConnectionRefusedError(str(args))


def silence_training() -> None:
    """Let methods of Keras that train and save do nothing."""
    try:
        import keras
    except ImportError:
        return
    for name in NO_OP_METHODS:
        setattr(keras.Model, name, lambda *_args, **_words: None)


def run_statements(path: Path, seconds: float) -> dict[str, Any]:
    """Run a file and return its names; statements that fail are skipped."""
    code = load_code(path)
    names: dict[str, Any] = {"__name__": "__main__", "__file__": str(path)}
    signal.signal(signal.SIGALRM, raise_timeout)
    for statement in resolve_main_guard(code.statements, inside=True):
        signal.alarm(int(min(seconds, STATEMENT_SECONDS)))
        try:
            exec(compile(ast.Module([statement], []), str(path), "exec"), names)  # noqa: S102
        except (Exception, SystemExit, StatementTimeoutError):  # noqa: S112, BLE001
            continue
        finally:
            signal.alarm(0)
    return names


def describe_models(names: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the class and the parameters of each model that is there and no layer of another."""
    roots: list[tuple[type, Any]] = []
    if "keras" in sys.modules:
        roots.append((sys.modules["keras"].Model, lambda model: model._flatten_layers()))  # noqa: SLF001
    if "torch" in sys.modules:
        roots.append((sys.modules["torch"].nn.Module, lambda module: module.modules()))
    found: dict[int, Any] = {}
    parts: set[int] = set()
    for kind, list_parts in roots:
        for each in gc.get_objects():
            if not isinstance(each, kind):
                continue
            found[id(each)] = each
            parts |= {id(part) for part in list_parts(each) if part is not each}
    held = {id(value): name for name, value in names.items()}
    return [
        {"name": held.get(key, ""), "class": type(each).__name__, "params": count(each)}
        for key, each in found.items()
        if key not in parts or key in held
    ]


def count(model: Any) -> int | None:
    """Return the parameters of a model; None if it is not built."""
    try:
        if hasattr(model, "count_params"):
            return int(model.count_params()) if model.built else None
        return sum(each.numel() for each in model.parameters())
    except Exception:  # noqa: BLE001  (the user's code may raise anything)
        return None


def main() -> None:
    """Run the file in the first argument."""
    answer_to = os.dup(1)
    os.dup2(2, 1)
    path = Path(sys.argv[1]).resolve()
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", MPLBACKEND="agg")
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path)]
    sys.dont_write_bytecode = True
    sys.addaudithook(refuse_connections)
    silence_training()
    names = run_statements(path, float(sys.argv[2]) if len(sys.argv) > 2 else STATEMENT_SECONDS)
    with os.fdopen(answer_to, "w") as out:
        json.dump(describe_models(names), out)
    os._exit(0)


if __name__ == "__main__":
    main()
