"""Turns exceptions in the user's code into errors with cause, place and advice."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType

from net2fig.errors import ModelError, UsageError
from net2fig.read.script.frameworks import KERAS
from net2fig.read.script.model_names import find_assigned_names
from net2fig.read.script.pick_model import NoModelError
from net2fig.read.script.sources import Code

BACKENDS = frozenset({"keras", "tensorflow", "tf_keras"})

PACKAGES = {
    "Bio": "biopython",
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
"""Names of packages that differ from those of their modules."""

FILE_NOT_FOUND = re.compile(
    r"(?P<name>\S+) (?:not found\.?|does not exist)$|does not exist at: (?P<at>[^{\s]+)"
)
"""The messages of libraries about a missing file."""

REMOVED_NAME = re.compile(r"cannot import name '(\w+)' from '((?:tensorflow\.)?keras[\w.]*)'")

CONNECTION_ERRORS = frozenset(
    {"ConnectionError", "MaxRetryError", "NewConnectionError", "URLError"}
)
"""The names of exceptions for a refused connection."""

LAMBDA_ERROR = "infer the shape of the Lambda"
"""A part of Keras' message about a failed Lambda, which does not contain the cause."""

OLD_KERAS = (
    r"has no attribute '(?:ConfigProto|Session|placeholder|get_default_graph|layers|contrib|"
    r"get_variable|tf|resize_bilinear|InteractiveSession|set_random_seed|variable_scope|to_int32|to_float|"
    r"_keras_history|predict_classes)'|[Uu]nrecognized keyword arguments? passed to|"
    r"Argument\(s\) not recognized|got an unexpected keyword argument|"
    r"must be passed as a keyword argument|cannot be used as input to a TensorFlow function"
)
"""Messages of Keras and TensorFlow about code that was written for earlier versions."""


OTHER_FRAMEWORKS = {
    "flax": "JAX",
    "haiku": "JAX",
    "equinox": "JAX",
    "jax": "JAX",
    "mxnet": "MXNet",
    "paddle": "PaddlePaddle",
    "sklearn": "scikit-learn",
}
"""The packages that code for other frameworks imports, with the names of the frameworks."""

NEVER_READ = "JAX"
"""The framework whose modules call nothing that a reader knows: its code is not tried."""


def explain_error(
    error: BaseException,
    folder: str,
    text: str,
    downloads: Mapping[str, str],
    search_patterns: Sequence[str] = (),
    builder: str = "",
    missing_arguments: Sequence[str] = (),
    skipped: Sequence[str] = (),
) -> ModelError:
    """Return the error to show for an exception in the user's code, with its file and line.

    `downloads` are the files that Keras would have downloaded, with their names. `search_patterns`
    are patterns of files that the code searched for. `builder` is a call that may build the model.
    `missing_arguments` are command-line arguments that the code needs. `skipped` are programs that
    were not started.
    """
    place = find_user_line(error.__traceback__, folder) or text
    where = text.partition(":")[0]
    other = f", or name a function that builds the model: {where}:{builder}" if builder else ""
    file = find_missing_file(error)
    if file in downloads:
        message = f"missing file: {downloads[file]!r}, on which the model depends, in {place}"
        return ModelError(message, hint=f"net2fig does not download: put it at {file}{other}")
    if file:
        message = f"missing file: {file!r}, on which the model depends, in {place}"
        to_do = (
            "net2fig does not download: put it on this machine" if "://" in file else "put it there"
        )
        return ModelError(message, hint=f"{to_do}{other}")
    if isinstance(error, ModuleNotFoundError) and error.name:
        module = error.name.partition(".")[0]
        package = "'net2fig[tensorflow]'" if module in BACKENDS else PACKAGES.get(module, module)
        hint = f"pip install {package}{other}"
        if module == where.partition(".")[0]:
            # The module of the target itself is one's own more often than a package.
            hint = f"give the path of its file, or run the command in its folder; else {hint}"
        return ModelError(f"missing module: {error.name!r} in {place}", hint=hint)
    if isinstance(error, ConnectionError) or type(error).__name__ in CONNECTION_ERRORS:
        message = f"missing data: {get_first_line(error)}, in {place}"
        return ModelError(
            message, hint=f"net2fig does not download: put the data on this machine{other}"
        )
    removed = REMOVED_NAME.match(str(error))
    if isinstance(error, ImportError) and removed:
        message = f"unsupported code: {removed[2]} no longer has {removed[1]!r}, in {place}"
        return ModelError(message, hint="the code was written for an earlier Keras")
    description = describe_error(error)
    summary = f"{type(error).__name__}: {description}" if description else type(error).__name__
    is_old = "torch" not in sys.modules and re.search(OLD_KERAS, f"{error} {description}")
    advice = "run the notebook" if where.endswith(".ipynb") else f"run python {where}"
    hint = "this looks like code for an earlier Keras" if is_old else f"{advice} for the full error"
    if isinstance(error, SystemExit):
        hint = "the code called exit: --argv sets its command line"
    if skipped:
        program = f"{skipped[-1]!r} had no output, on which the model may depend"
        hint = f"net2fig starts no program: {program}"
    unmatched = next((each for each in search_patterns if not has_match(each)), None)
    if unmatched is not None:
        hint = f"no file matches {unmatched!r}, on which the model may depend"
    if missing_arguments:
        names = ", ".join(dict.fromkeys(missing_arguments))
        hint = f"the model may depend on {names}, not given: --argv sets the command line"
    return ModelError(f"invalid code: {summary}\n  in {place}", hint=f"{hint}{other}")


def has_match(pattern: str) -> bool:
    """Tell whether any file matches a pattern."""
    anchor = Path(pattern).anchor
    try:
        return any(Path(anchor or ".").glob(pattern.removeprefix(anchor)))
    except (OSError, ValueError, NotImplementedError):
        return True


def find_missing_file(error: BaseException) -> str:
    """Return the name of the file that an error reports as missing; empty for other errors."""
    if not isinstance(error, OSError) or isinstance(error, ConnectionError):
        return ""
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        return error.filename
    match = FILE_NOT_FOUND.search(get_first_line(error))
    return (match["name"] or match["at"]) if match else ""


def get_first_line(error: BaseException) -> str:
    """Return the first line of the message of an error."""
    return str(error).strip().partition("\n")[0]


def describe_error(error: BaseException) -> str:
    """Return the message of an error, of a failed call in Keras only the cause."""
    description = re.sub(r"\x1b\[\d*m", "", str(error)).strip()
    reason = get_first_line(error.__context__) if error.__context__ is not None else ""
    if LAMBDA_ERROR in description and reason:
        return f"{description.partition(chr(10))[0]} {reason}"
    call, _, rest = description.partition("Error encountered:")
    if not rest:
        return description.partition("\n\nArguments received by")[0]
    what = rest.strip().partition("\n")[0]
    return f"{call.strip().partition(chr(10))[0]} {what}"


def find_user_line(trace: TracebackType | None, folder: str) -> str | None:
    """Return file and line of the innermost frame in the folder of the user's file."""
    place = None
    while trace is not None:
        frame: FrameType = trace.tb_frame
        file = frame.f_code.co_filename
        if folder and file.startswith(folder + os.sep) and "site-packages" not in file:
            place = f"{os.path.relpath(file, folder)}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place


def detect_other_framework(code: Code) -> str:
    """Return the name of another framework that code is written for; empty if it is Keras.

    A file beside it that it imports may use Keras. The code then counts as Keras code.
    """
    nodes = [node for statement in code.statements for node in ast.walk(statement)]
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    names = {root.partition(".")[0] for root in modules}
    titles = [title for name, title in OTHER_FRAMEWORKS.items() if name in names]
    folder = code.path.parent
    has_neighbour = any(
        (folder / name).is_dir() or (folder / f"{name}.py").is_file() for name in names
    )
    return titles[0] if titles and not (names & KERAS or has_neighbour) else ""


def make_framework_error(code: Code, framework: str) -> ModelError:
    """Return the error for code of a framework that net2fig does not read."""
    return ModelError(
        f"unsupported model: {code.path.name} is written for {framework}",
        hint="net2fig reads models of Keras and PyTorch, and files: export the model to ONNX",
    )


def choose_error(errors: Sequence[BaseException], code: Code) -> BaseException:
    """Return the most useful error of several attempts.

    "No model" is more useful than the failure of a larger attempt, unless a module is missing. A
    name that only a slice lacks is the fault of the slice and is skipped.
    """
    other = detect_other_framework(code)
    if other and isinstance(errors[0], (NoModelError, ModuleNotFoundError)):
        return make_framework_error(code, other)
    if isinstance(errors[0], (ModuleNotFoundError, UsageError)):
        return errors[0]
    for error in errors:
        if isinstance(error, NoModelError):
            return error
    bound = set(find_assigned_names(code.statements))
    for error in errors:
        if not (isinstance(error, NameError) and error.name in bound):
            return error
    return errors[-1]
