"""Python code → Network: Keras runs it in a process of its own, within a time limit.

What the code prints is kept off the terminal. The process answers in net2fig's own JSON, or with
the error that the user is to see.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from net2fig.errors import ModelError, Net2figError, UsageError
from net2fig.network import Network
from net2fig.read.native import load
from net2fig.read.script.sources import NOTEBOOK, code_of, compiled
from net2fig.read.target import Target

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

ROOT = Path(__file__).resolve().parents[3]
"""The folder that holds the package."""

# -P keeps the working folder off the path: a file keras.py there must not pass for Keras.
START = (
    "import sys; sys.path.append(sys.argv[1]); from net2fig.read.script.child import main; main()"
)

INSTALL = "pip install 'net2fig[tensorflow]'"


KERAS = ("keras", "tf_keras")

BACKENDS = ("tensorflow", "jax", "torch")
"""What Keras computes with, the first that is installed before the others."""

CHOSEN = "KERAS_BACKEND"
"""The variable of the environment by which Keras' users say it."""


def installed(names: Sequence[str]) -> list[str]:
    """Return the modules that can be imported, without importing them."""
    return [name for name in names if importlib.util.find_spec(name) is not None]


def keras_available() -> bool:
    """Tell whether Keras can be imported, without importing it."""
    return bool(installed(KERAS) and installed(BACKENDS))


def surroundings() -> dict[str, str]:
    """Return the environment in which code is run: quiet, without a GPU, with what there is.

    What the user says of the backend stands.
    """
    own = {"TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "agg", **os.environ}
    # A figure needs no GPU, and memory of it that something else is training in is not ours.
    own |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    found = installed(BACKENDS)
    if CHOSEN not in own and found and found[0] != BACKENDS[0]:
        own[CHOSEN] = found[0]
    return own


def read_code(
    target: Target,
    *,
    reader: str = "auto",
    timeout: float = 300.0,
    shapes: Sequence[InputShape] = (),
) -> Network:
    """Return the network that a piece of Python code builds, given shapes for open inputs.

    What the recorder declines is left to Keras, and so is what fails: Keras has the last word.
    """
    if target.path is not None:
        check_syntax(target.path)
    able, why = keras_available(), ""
    if reader != "keras":
        answer = ask_child(target, timeout, shapes, record=reader)
        why = answer.get("declined", "")
        if "declined" not in answer and ("network" in answer or reader == "record" or not able):
            return network_in(answer, target)
    if reader == "record":
        raise ModelError(
            f"unsupported code: {target.text} cannot be recorded: {why}",
            hint="--reader auto lets Keras run what cannot be recorded",
        )
    if not able:
        because = f": the recorder does not know {why}" if why else ""
        raise ModelError(
            f"missing module: TensorFlow, which {target.text} needs to be run{because}",
            hint=INSTALL,
        )
    # Recording takes no time; Keras takes seconds.
    from net2fig.spinner import waiting

    with waiting(f"Keras reads {target.text}"):
        answer = ask_child(target, timeout, shapes)
    return network_in(answer, target)


def network_in(answer: dict[str, Any], target: Target) -> Network:
    """Return the network that was answered, or raise the error."""
    if "error" in answer:
        error = answer["error"]
        kind: type[Net2figError] = UsageError if error.get("usage") else ModelError
        raise kind(error["message"], hint=error.get("hint"))
    return load(answer["network"], target.text)


def check_syntax(path: Path) -> None:
    """Raise an error with file and line where a file is no Python."""
    if path.suffix.lower() == NOTEBOOK:
        code_of(path)
    else:
        compiled(path.read_bytes(), path.name)


def ask_child(
    target: Target, timeout: float, shapes: Sequence[InputShape] = (), record: str = ""
) -> dict[str, Any]:
    """Run the code in a process of its own and return what it answers.

    `record` says that it is to be recorded: "auto", or "record" where Keras is not asked after it.
    """
    question = {
        "path": str(target.path) if target.path else None,
        "module": target.module,
        "pick": asdict(target.pick) if target.pick else None,
        "text": target.text,
        "shapes": [[shape.name, shape.axes] for shape in shapes],
        "record": record,
    }
    command = [sys.executable, "-P", "-c", START, str(ROOT), json.dumps(question)]
    with subprocess.Popen(  # noqa: S603  (no shell, and the very interpreter that runs us)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings(),
        start_new_session=True,
    ) as process:
        try:
            out, noise = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            stop(process)
            raise ModelError(
                f"unsupported code: {target.text} ran longer than {timeout:g} s",
                hint="allow it more with --timeout, or name a function that only builds the model,"
                " as in model.py:build()",
            ) from None
        except BaseException:
            stop(process)
            raise
    try:
        answer = json.loads(out)
    except ValueError:
        last = noise.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
        message = f"unsupported code: {target.text} ended Python with code {process.returncode}"
        raise ModelError(message, hint=f"its last words were {last!r}" if last else None) from None
    if not isinstance(answer, dict):
        raise ModelError(f"unsupported code: {target.text} ended Python before it built a model")
    return answer


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
