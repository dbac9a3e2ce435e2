"""What the user is told where their own code fails: what it was, where, and what to do."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType

from net2fig.errors import ModelError

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
"""What modules are installed as that are called otherwise."""

ABSENT = re.compile(
    r"(?P<name>\S+) (?:not found\.?|does not exist)$|does not exist at: (?P<at>[^{\s]+)"
)
"""How libraries say that a file is not there."""

GONE = re.compile(r"cannot import name '(\w+)' from '((?:tensorflow\.)?keras[\w.]*)'")

OFFLINE = frozenset({"ConnectionError", "MaxRetryError", "NewConnectionError", "URLError"})
"""What libraries call it that a connection was refused."""

LAMBDA = "infer the shape of the Lambda"
"""What Keras says of functions that fail, but not why."""

FORMER = (
    r"has no attribute '(?:ConfigProto|Session|placeholder|get_default_graph|layers|contrib|"
    r"get_variable|tf|resize_bilinear|InteractiveSession|set_random_seed|variable_scope|to_int32|to_float|"
    r"_keras_history|predict_classes)'|[Uu]nrecognized keyword arguments? passed to|"
    r"Argument\(s\) not recognized|got an unexpected keyword argument|"
    r"must be passed as a keyword argument|cannot be used as input to a TensorFlow function"
)
"""What Keras, and TensorFlow, say to code that was written for earlier ones."""


def users_error(
    error: BaseException,
    folder: str,
    text: str,
    absent: Mapping[str, str],
    searched: Sequence[str] = (),
    builder: str = "",
    unsaid: Sequence[str] = (),
) -> ModelError:
    """Return the error to show for an exception in the user's code: its own file and line.

    `absent` are the files that Keras would have downloaded, with their names; `searched` are the
    patterns of files that were searched for; `builder` is a call that may build the model as well;
    `unsaid` are arguments of the command line that the code asked for and nobody gave.
    """
    place = users_place(error.__traceback__, folder) or text
    where = text.partition(":")[0]
    other = f", or name a function that builds the model: {where}:{builder}" if builder else ""
    file = missing_file(error)
    if file in absent:
        message = f"missing file: {absent[file]!r}, on which the model depends, in {place}"
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
        return ModelError(
            f"missing module: {error.name!r} in {place}", hint=f"pip install {package}{other}"
        )
    if isinstance(error, ConnectionError) or type(error).__name__ in OFFLINE:
        message = f"missing data: {first_line(error)}, in {place}"
        return ModelError(
            message, hint=f"what the model depends on is not fetched: put it on this machine{other}"
        )
    gone = GONE.match(str(error))
    if isinstance(error, ImportError) and gone:
        message = f"unsupported code: {gone[1]!r} is no part of {gone[2]} any more, in {place}"
        return ModelError(message, hint="the code was written for an earlier Keras")
    words = said(error)
    shown = f"{type(error).__name__}: {words}" if words else type(error).__name__
    early = re.search(FORMER, f"{error} {words}")
    more = "running the notebook" if where.endswith(".ipynb") else f"python {where}"
    hint = "this looks like code for an earlier Keras" if early else f"{more} says more"
    if isinstance(error, SystemExit):
        hint = "the code left by itself: it may ask for arguments of the command line"
    none = next((each for each in searched if not finds(each)), None)
    if none is not None:
        hint = f"no file matches {none!r}, on which the model may depend"
    if unsaid:
        hint = f"nobody gave {', '.join(dict.fromkeys(unsaid))}, on which the model may depend"
    return ModelError(f"invalid code: {shown}\n  in {place}", hint=f"{hint}{other}")


def finds(pattern: str) -> bool:
    """Tell whether any file matches a pattern."""
    anchor = Path(pattern).anchor
    try:
        return any(Path(anchor or ".").glob(pattern.removeprefix(anchor)))
    except (OSError, ValueError, NotImplementedError):
        return True


def missing_file(error: BaseException) -> str:
    """Return the name of the file that an error says is not there; empty where it is another."""
    if not isinstance(error, OSError) or isinstance(error, ConnectionError):
        return ""
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        return error.filename
    found = ABSENT.search(first_line(error))
    return (found["name"] or found["at"]) if found else ""


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says."""
    return str(error).strip().partition("\n")[0]


def said(error: BaseException) -> str:
    """Return what an error says; of Keras' own account of a failed call, what went wrong in it."""
    words = re.sub(r"\x1b\[\d*m", "", str(error)).strip()
    reason = first_line(error.__context__) if error.__context__ is not None else ""
    if LAMBDA in words and reason:
        return f"{words.partition(chr(10))[0]} {reason}"
    call, _, rest = words.partition("Error encountered:")
    if not rest:
        return words.partition("\n\nArguments received by")[0]
    what = rest.strip().partition("\n")[0]
    return f"{call.strip().partition(chr(10))[0]} {what}"


def users_place(trace: TracebackType | None, folder: str) -> str | None:
    """Return file and line of the innermost frame that lies beside the user's file."""
    place = None
    while trace is not None:
        frame: FrameType = trace.tb_frame
        file = frame.f_code.co_filename
        if folder and file.startswith(folder + os.sep) and "site-packages" not in file:
            place = f"{os.path.relpath(file, folder)}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
