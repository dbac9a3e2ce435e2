"""Python code → Network: Keras runs it in a separate process, within a time limit.

What the code prints does not reach the terminal. The process answers in net2fig's own JSON, or with
an error for the user.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from net2fig.errors import ModelError, Net2figError, UsageError
from net2fig.network import Network
from net2fig.read.native import load
from net2fig.read.script.frameworks import find_framework, find_module_framework
from net2fig.read.script.guard.process import find_memory_limit, make_scratch, run_process
from net2fig.read.script.sources import NOTEBOOK, compile_source, load_code, read_source
from net2fig.read.script.user_errors import (
    NEVER_READ,
    detect_other_framework,
    make_framework_error,
)
from net2fig.read.target import Target, pick_to_json

if TYPE_CHECKING:
    from net2fig.options.table import Options

ROOT = Path(__file__).resolve().parents[3]
"""The folder that holds the package."""

# -P keeps the working folder off the path: a file keras.py there must not be taken for Keras.
START = (
    "import sys; sys.path.append(sys.argv[1]); from net2fig.read.script.child import main; main()"
)

INSTALL = "pip install 'net2fig[tensorflow]'"
INSTALL_TORCH = "pip install 'net2fig[torch]'"


KERAS = ("keras", "tf_keras")

BACKENDS = ("tensorflow", "jax", "torch")
"""The backends of Keras, in the order of preference."""

BACKEND_VARIABLE = "KERAS_BACKEND"
"""The environment variable by which users of Keras choose the backend."""


def find_installed(names: Sequence[str]) -> list[str]:
    """Return the modules that can be imported, without importing them."""
    return [name for name in names if importlib.util.find_spec(name) is not None]


def is_keras_available() -> bool:
    """Tell whether Keras can be imported, without importing it."""
    return bool(find_installed(KERAS) and find_installed(BACKENDS))


def make_environment() -> dict[str, str]:
    """Return the environment for the code: few log messages, no GPU, an installed backend.

    A backend that the user has chosen is kept.
    """
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "agg", **os.environ}
    # A figure needs no GPU, whose memory another process may need for training.
    environment |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    # No processes are started: joblib has threads as well.
    environment |= {"JOBLIB_MULTIPROCESSING": "0"}
    installed = find_installed(BACKENDS)
    other = bool(installed) and installed[0] != BACKENDS[0]
    if BACKEND_VARIABLE not in environment and other and find_installed(KERAS):
        environment[BACKEND_VARIABLE] = installed[0]
    return environment


TIME = "time"
"""The key in answers that tells that the code took too long."""


class TimeLimitError(ModelError):
    """Raised if code takes longer than the time limit."""


def read_code(target: Target, options: Options) -> Network:
    """Return the network that a piece of Python code builds."""
    return load(get_answer(target, options)["network"], target.text)


def list_code(target: Target, options: Options) -> list[dict[str, Any]]:
    """Return what a piece of Python code holds: models, and functions that build one."""
    listed: list[dict[str, Any]] = get_answer(target, options, listing=True)["models"]
    return listed


def get_answer(target: Target, options: Options, *, listing: bool = False) -> dict[str, Any]:
    """Return the answer of the process that runs the code, or raise its error.

    What the recorder cannot record, or fails on, is left to Keras.
    """
    if target.path is not None:
        check_syntax(target.path)
    if detect_framework(target) == "torch":
        return check_answer(run_torch(target, options, listing=listing))
    can_run, reader = is_keras_available(), options.reader
    answer: dict[str, Any] = {}
    if reader != "keras":
        answer = record_code(target, options, listing=listing)
        if "declined" not in answer and ("error" not in answer or reader == "record"):
            return check_answer(answer)
    reason = answer.get("declined", "")
    if reader == "record":
        raise ModelError(
            f"unsupported code: {target.text} cannot be recorded: {reason}",
            hint="--reader auto lets Keras run what cannot be recorded",
        )
    if not can_run:
        # There is no Keras to ask: what the recorder does not know may not be needed.
        loose = record_loosely(target, options, listing=listing)
        if loose is not None:
            return loose
        check_answer(answer)
        because = f": the recorder does not know {reason}" if reason else ""
        raise ModelError(
            f"missing module: TensorFlow, which {target.text} needs to run{because}",
            hint=INSTALL,
        )
    answer = answer if TIME in answer else run_keras(target, options, listing=listing)
    is_asked = "error" in answer and answer["error"].get("usage") and target.pick is not None
    if "error" in answer and not is_asked and reader == "auto":
        # Keras refuses code for other versions, or needs what data would tell.
        loose = record_loosely(target, options, listing=listing, failure=answer["error"]["message"])
        if loose is not None:
            return loose
    return check_answer(answer)


def record_code(target: Target, options: Options, *, listing: bool) -> dict[str, Any]:
    """Return the answer of the recorder; an error with the key `TIME` if it took too long."""
    from net2fig.spinner import show_spinner

    try:
        with show_spinner(f"net2fig reads {target.text}"):
            return run_child(target, options, record=options.reader, listing=listing)
    except TimeLimitError as error:
        return make_answer(error)


def run_keras(target: Target, options: Options, *, listing: bool) -> dict[str, Any]:
    """Return the answer of Keras; an error with the key `TIME` if it took too long."""
    from net2fig.spinner import show_spinner

    try:
        with show_spinner(f"Keras reads {target.text}"):
            return run_child(target, options, listing=listing)
    except TimeLimitError as error:
        return make_answer(error)


def make_answer(error: TimeLimitError) -> dict[str, Any]:
    """Return an answer that holds the error of the time limit."""
    return {"error": {"message": error.message, "hint": error.hint}, TIME: True}


def record_loosely(
    target: Target, options: Options, *, listing: bool, failure: str = ""
) -> dict[str, Any] | None:
    """Return what the recorder gives that goes on where it does not know what Keras would do.

    None if that is no model. `failure` is what Keras reported, if it was asked.
    """
    try:
        answer = run_child(target, options, record="record", listing=listing, loose=True)
    except ModelError:
        return None
    if "declined" in answer or "error" in answer:
        return None
    if failure and not listing:
        first = failure.partition("\n")[0]
        text = (
            f"Keras did not build the model, so that the recorder did, as far as it could: {first}"
        )
        network = json.loads(answer["network"])
        network["notices"] = [["not-built", text], *network.get("notices", ())]
        answer["network"] = json.dumps(network)
    return answer


def detect_framework(target: Target) -> str:
    """Return the framework that code is written for, "keras" or "torch"."""
    if target.path is None:
        return find_module_framework(target.module or "")
    code = load_code(target.path)
    framework = find_framework(code.statements, target.path.resolve().parent)
    if framework == "keras" and detect_other_framework(code) == NEVER_READ:
        raise make_framework_error(code, NEVER_READ)
    return framework


def find_missing_framework(target: Target) -> str:
    """Return what is not installed and code needs to run: TensorFlow, PyTorch, or nothing."""
    if detect_framework(target) == "torch":
        return "" if find_installed(("torch",)) else "PyTorch"
    return "" if is_keras_available() else "TensorFlow"


def run_torch(target: Target, options: Options, *, listing: bool) -> dict[str, Any]:
    """Return the answer for code that is written for PyTorch."""
    if options.reader in ("record", "keras"):
        raise ModelError(
            f"unsupported code: {target.text} is written for PyTorch",
            hint="--reader auto lets PyTorch run it",
        )
    if not find_installed(("torch",)):
        raise ModelError(
            f"missing module: PyTorch, which {target.text} needs to run", hint=INSTALL_TORCH
        )
    from net2fig.spinner import show_spinner

    with show_spinner(f"PyTorch reads {target.text}"):
        return run_child(target, options, framework="torch", listing=listing)


def check_answer(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer, or raise the error in it."""
    if "error" in answer:
        error = answer["error"]
        kind: type[Net2figError] = UsageError if error.get("usage") else ModelError
        raise kind(error["message"], hint=error.get("hint"))
    return answer


def check_syntax(path: Path) -> None:
    """Raise an error with file and line if a file is not valid Python."""
    if path.suffix.lower() == NOTEBOOK:
        load_code(path)
    else:
        compile_source(read_source(path), path.name)


def run_child(
    target: Target,
    options: Options,
    record: str = "",
    framework: str = "keras",
    *,
    listing: bool = False,
    loose: bool = False,
) -> dict[str, Any]:
    """Run the code in a separate process and return its answer.

    `record` is "auto" or "record" if the code is to be recorded; with "record", Keras is not tried
    after.
    """
    request = {
        "path": str(target.path) if target.path else None,
        "module": target.module,
        "pick": None if target.pick is None else pick_to_json(target.pick),
        "text": target.text,
        "shapes": [[shape.name, shape.axes] for shape in options.input_shape],
        "argv": options.argv,
        "set": dict(options.set),
        "record": record,
        "framework": framework,
        "listing": listing,
        "loose": loose,
        "timeout": options.timeout,
    }
    with make_scratch() as scratch:
        words = json.dumps({**request, "scratch": scratch, "parent": os.getpid()})
        command = [sys.executable, "-P", "-c", START, str(ROOT), words]
        end = run_process(command, make_environment(), scratch, options.timeout, is_alone)
    if end.limit:
        raise reach_limit(target, end.limit, options.timeout)
    try:
        answer = json.loads(end.line)
    except ValueError:
        last = end.errors.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
        message = f"unsupported code: {target.text} ended Python with code {end.code}"
        raise ModelError(
            message, hint=f"the last line of its output is {last!r}" if last else None
        ) from None
    if not isinstance(answer, dict):
        raise ModelError(f"unsupported code: {target.text} ended Python before it built a model")
    return answer


def reach_limit(target: Target, limit: str, timeout: float) -> ModelError:
    """Return the error for code that takes too long or too much memory."""
    other = "name a function that only builds the model, as in model.py:build()"
    if limit == "time":
        message = f"unsupported code: {target.text} ran longer than {timeout:g} s"
        return TimeLimitError(message, hint=f"raise the limit with --timeout, or {other}")
    size = f"{find_memory_limit() / 2**30:.3g} GiB"
    return ModelError(
        f"unsupported code: {target.text} took more than {size} of memory", hint=other
    )


def is_alone(line: bytes) -> bool:
    """Tell whether a process that answered could not start others."""
    return line.rstrip().endswith(b'"alone": true}')
