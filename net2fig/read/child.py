"""The process that runs the user's code under Keras and answers in JSON.

Requires: its own process, see code.py. Standard output carries the answer and nothing else: what
the code prints goes to standard error.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import os
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from net2fig.errors import ModelError, Net2figError, UsageError, one_of, suggestion
from net2fig.read.live import is_keras_model, read_live
from net2fig.read.plain import dump

BUILDERS = ("get_model", "build_model", "create_model", "make_model")
"""Functions that are called where the module holds no model, or more than one."""

BACKENDS = frozenset({"keras", "tensorflow", "tf_keras"})


def main() -> None:
    """Answer the question that stands in the last argument."""
    answer_to = os.dup(1)
    os.dup2(2, 1)
    question = json.loads(sys.argv[-1])
    try:
        answer: dict[str, Any] = {"network": dump(network_for(question))}
    except Net2figError as error:
        usage = isinstance(error, UsageError)
        answer = {"error": {"message": error.message, "hint": error.hint, "usage": usage}}
    with os.fdopen(answer_to, "w", encoding="utf-8") as out:
        json.dump(answer, out)


def network_for(question: Mapping[str, Any]) -> Any:
    """Return the network of the model that the question asks for."""
    text = question["text"]
    folder = ""
    try:
        if question["path"]:
            path = Path(question["path"]).resolve()
            folder = str(path.parent)
            module = run(path)
        else:
            sys.path.insert(0, str(Path.cwd()))
            module = importlib.import_module(question["module"])
        model = model_in(vars(module), question["pick"], text.partition(":")[0])
        return read_live(model, source=text, reader="keras")
    except Net2figError:
        raise
    except (Exception, SystemExit) as error:
        raise users_error(error, folder, text) from error


def run(path: Path) -> types.ModuleType:
    """Execute a file as a module, its own folder first on the path as Python would have it."""
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path)]
    name = path.stem if path.stem.isidentifier() and path.stem not in sys.modules else "model_code"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ModelError(f"unsupported suffix: {path.suffix!r} of {path.name} (must be .py)")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.dont_write_bytecode = True  # nothing is left beside the user's file
    spec.loader.exec_module(module)
    return module


# Which model.


def model_in(names: Mapping[str, Any], pick: Mapping[str, Any] | None, where: str) -> Any:
    """Return the model named, else the only one, else what the one builder returns."""
    if pick is not None:
        return picked(names, pick, where)
    models: dict[int, tuple[str, Any]] = {}
    for name, value in names.items():
        if is_keras_model(value):
            models.setdefault(id(value), (name, value))
    if len(models) == 1:
        return next(iter(models.values()))[1]
    builders = [name for name in BUILDERS if inspect.isfunction(names.get(name))]
    if len(builders) == 1:
        return built(names[builders[0]], builders[0], where)
    found = [name for name, _ in models.values()] or builders
    if found:
        thing = "models" if models else "functions that build one"
        raise ModelError(
            f"ambiguous model: {len(found)} {thing} in {where} {one_of(found)}",
            hint=f"say which: {where}:{found[-1]}",
        )
    own = [
        name
        for name, value in names.items()
        if getattr(value, "__module__", None) == names.get("__name__")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and not name.startswith("_")
    ]
    hint = (
        f"does one of its functions build it? say {where}:{own[-1]}()"
        if own
        else ("a model is a variable of the module, or what its function build_model() returns")
    )
    raise ModelError(f"missing model: no Keras model in {where}", hint=hint)


def picked(names: Mapping[str, Any], pick: Mapping[str, Any], where: str) -> Any:
    """Return the model that the target names, called with its arguments."""
    name = pick["name"]
    if name not in names:
        choices = [
            key
            for key, value in names.items()
            if not key.startswith("_") and (is_keras_model(value) or inspect.isfunction(value))
        ]
        hint = suggestion(name, choices)
        text = f" {one_of(choices)}" if 0 < len(choices) <= 12 else ""
        raise UsageError(f"unknown name: {name!r} in {where}{text}", hint=hint)
    value = names[name]
    if pick["call"]:
        return built(value, name, where, pick["args"], dict(pick["kwargs"]))
    if is_keras_model(value):
        return value
    return built(value, name, where)


def built(
    function: Any, name: str, where: str, args: Any = (), kwargs: Mapping[str, Any] | None = None
) -> Any:
    """Return the model that a function or a class makes."""
    kwargs = kwargs or {}
    if not callable(function):
        kind = type(function).__name__
        raise ModelError(
            f"invalid model: {name!r} in {where} is no Keras model (its type is {kind})"
        )
    try:
        inspect.signature(function).bind(*args, **kwargs)
    except TypeError as error:
        raise UsageError(
            f"missing argument: {name}() in {where}: {error}",
            hint=f"say it in the target: {where}:{name}(…)",
        ) from None
    except ValueError:
        pass
    value = function(*args, **kwargs)
    items = value if isinstance(value, (list, tuple)) else [value]
    models = [item for item in items if is_keras_model(item)]
    if len(models) != 1:
        kind = type(value).__name__
        count = f"{len(models)} models" if models else "no Keras model"
        raise ModelError(f"invalid model: {name}() in {where} returns {count} (its type is {kind})")
    return models[0]


# What the user's own code did wrong.


def users_error(error: BaseException, folder: str, text: str) -> ModelError:
    """Return the error to show for an exception in the user's code: its own file and line."""
    place = users_place(error.__traceback__, folder) or text
    if isinstance(error, ModuleNotFoundError) and error.name:
        module = error.name.partition(".")[0]
        package = "'net2fig[tensorflow]'" if module in BACKENDS else module
        return ModelError(
            f"missing module: {error.name!r} in {place}", hint=f"pip install {package}"
        )
    words = str(error).strip()
    said = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return ModelError(f"invalid code: {said}\n  in {place}")


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
