"""The process that runs the user's code under Keras and answers in JSON.

Requires: a separate process, see code.py. Standard output carries only the answer: what the code
prints goes to standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from net2fig.errors import ModelError, Net2figError, UsageError
from net2fig.gc_tuning import collect_rarely
from net2fig.network import Network, Training
from net2fig.options.input_shapes import InputShape
from net2fig.read.keras.live import read_live
from net2fig.read.native import dump
from net2fig.read.script.attempts import run_code
from net2fig.read.script.guard.install import end_with_parent, install_guard
from net2fig.read.script.guard.programs import SKIPPED
from net2fig.read.script.guess.shapes import read_guessing
from net2fig.read.script.guess.stand_ins import Scale
from net2fig.read.script.imports import find_package, find_project_folders, hides_package
from net2fig.read.script.listing import list_models
from net2fig.read.script.model_names import find_builders, required_parameters
from net2fig.read.script.pick_model import choose_all, choose_models
from net2fig.read.script.sandbox.missing_modules import (
    first_missing_module,
    forget_user_modules,
    install_finder,
)
from net2fig.read.script.sandbox.no_training import SEARCH_PATTERNS, Sandbox
from net2fig.read.script.sandbox.user_code import set_user_folders
from net2fig.read.script.several import read_models
from net2fig.read.script.sources import Code, load_code
from net2fig.read.script.torch.feeds import find_feeds
from net2fig.read.script.unknown.assumed import is_assumed, mark_assumed
from net2fig.read.script.unknown.values import (
    NOT_RECORDED,
    UnknownData,
    UnknownDataError,
    UnknownValue,
    unknown_if_loose,
)
from net2fig.read.script.user_errors import explain_error
from net2fig.read.torch.modules import is_torch_module
from net2fig.read.training.code import read_training, read_training_among
from net2fig.read.training.torch_code import read_project_training, read_torch_training

FACTOR = 2
"""By what the usual sizes are multiplied when code is read again."""

SHARES = 4
"""Into how many parts the time limit is divided: a statement that takes one is left out."""

TORCH = "torch"
"""The framework PyTorch in requests, and the reader of its modules."""


def main() -> None:
    """Answer the request in the last argument in one line, and exit at once.

    Objects are not finalized and exit handlers do not run.
    """
    collect_rarely()
    answer_to = os.dup(1)
    os.dup2(2, 1)
    request = json.loads(sys.argv[-1])
    end_with_parent(request["parent"])
    if request.get("record"):
        # Imported while Python still writes bytecode.
        import net2fig.read.record  # noqa: F401
    is_alone = install_guard(request["scratch"])
    answer = {**answer_request(request), "alone": is_alone}
    write_all(answer_to, f"{json.dumps(answer)}\n".encode())
    os._exit(0)


def write_all(place: int, text: bytes) -> None:
    """Write all of a text to a descriptor."""
    while text:
        text = text[os.write(place, text) :]


def answer_request(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a network, an error, or why the recorder does not know."""
    if not request.get("record"):
        return answer_or_error(request)
    from net2fig.read.record import Declined, declined

    with suppress(Declined):
        answer = answer_or_error(request)
    reason = declined()
    # The code may have caught the exception and gone on.
    return answer if reason is None else {"declined": reason}


def answer_or_error(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a network or an error."""
    try:
        if request.get("listing"):
            return {"models": read_requested(request)}
        return {"network": dump(read_requested(request))}
    except Net2figError as error:
        usage = isinstance(error, UsageError)
        return {"error": {"message": error.message, "hint": error.hint, "usage": usage}}


def prepare_framework(sandbox: Sandbox, request: Mapping[str, Any]) -> None:
    """Install the sandbox and, to record, the stand-ins for Keras."""
    sandbox.install()
    if request.get("framework") == TORCH:
        from net2fig.read.script.sandbox.torch_stubs import install_stubs

        UnknownData.any_module = True
        install_stubs(sandbox)
    if request.get("record"):
        from net2fig.read.record import install

        install(sandbox, forced=request["record"] == "record")


def read_requested(request: Mapping[str, Any]) -> Any:
    """Return the network of the requested models, or a list of what there is."""
    sandbox = Sandbox()
    UnknownData.values = request.get("set", {})
    UnknownData.loose = bool(request.get("loose"))
    if UnknownData.loose:
        leave_out_slow_code(request["timeout"] / SHARES)
    sys.dont_write_bytecode = True  # nothing is left beside the user's file
    path = Path(request["path"]).resolve() if request["path"] else None
    code: Code | None = None
    try:
        code = load_code(path) if path else None
        models = run_code_of(code, request, sandbox) if code else run_module(request, sandbox)
        answer = describe_models(models, request, code, sandbox)
        is_torch = request.get("framework") == TORCH
        if code is None or is_torch or request.get("listing") or not is_assumed(answer):
            return answer
        return read_again(answer, code, request, sandbox)
    except Net2figError:
        raise
    except (Exception, SystemExit) as error:
        builder = suggest_builder(code, request["pick"])
        raise explain_error(
            error,
            str(path.parent) if path else "",
            request["text"],
            sandbox.missing_files,
            SEARCH_PATTERNS,
            builder,
            sandbox.missing_arguments,
            SKIPPED,
        ) from error


def leave_out_slow_code(seconds: float) -> None:
    """Interrupt the statement that runs after some seconds, again and again, where possible.

    It is left out as if data were missing, so that there is an answer at the time limit.
    """
    if not hasattr(signal, "setitimer"):
        return

    def interrupt(*_: Any) -> None:
        if UnknownData.accepted:
            UnknownData.tell("time-limit", f"left out what took longer than {seconds:g} s")
            raise UnknownDataError(f"it took longer than {seconds:g} s")

    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)


def read_again(
    network: Network, code: Code, request: Mapping[str, Any], sandbox: Sandbox
) -> Network:
    """Return a network with names for its assumed sizes, which differ where others are assumed."""
    sizes, notices = dict(UnknownData.sizes), dict(sandbox.notices)
    UnknownData.sizes.clear()
    Scale.factor = FACTOR
    sandbox.reset()
    forget_user_modules()
    try:
        with unknown_if_loose():
            where, choice = get_place(request), get_choice(request)
            models = run_code(code, request["pick"], where, sandbox, "", choice)
            other = describe_models(models, request, code, sandbox)
    except (Exception, SystemExit):  # noqa: BLE001  (the user's code may raise anything)
        return network
    finally:
        Scale.factor, sandbox.notices = 1, notices
    return mark_assumed(network, other, sizes, UnknownData.sizes)


def run_code_of(code: Code, request: Mapping[str, Any], sandbox: Sandbox) -> dict[str, Any]:
    """Return the models that a file builds, by their names."""
    path = code.path
    above = find_project_folders(path)
    # A module of a package is imported from outside its folder, since a file keras.py may be in it.
    package = find_package(path, code.statements)
    is_inner = package is None and hides_package(path, above, code.statements)
    sys.path[:0] = [] if package or is_inner else [str(path.parent)]
    sys.path += [str(package[1]), str(path.parent)] if package else []
    sys.path += map(str, above)
    sys.argv = [str(path), *request.get("argv", ())]
    set_user_folders([path.parent, *above])
    prepare_framework(sandbox, request)
    install_finder([path.parent, *above][-1], sandbox.missing_modules)
    where, framework = get_place(request), request.get("framework", "")
    return run_code(code, request["pick"], where, sandbox, framework, get_choice(request))


def run_module(request: Mapping[str, Any], sandbox: Sandbox) -> dict[str, Any]:
    """Return the models of an installed module, by their names."""
    pick = request["pick"]
    sys.path.insert(0, str(Path.cwd()))
    sys.argv = [request["module"], *request.get("argv", ())]
    set_user_folders([Path.cwd()])
    prepare_framework(sandbox, request)
    module = importlib.import_module(request["module"])
    # A module may create its names on access.
    name = pick["name"] if pick else ""
    attribute = {name: getattr(module, name)} if name and hasattr(module, name) else {}
    return get_choice(request)({**vars(module), **attribute}, pick, get_place(request))


def get_place(request: Mapping[str, Any]) -> str:
    """Return the target without what is picked from it."""
    place: str = request["text"].partition(":")[0]
    return place


def get_choice(request: Mapping[str, Any]) -> Callable[..., dict[str, Any]]:
    """Return the function that chooses among the values that the code leaves behind."""
    return choose_all if request.get("listing") else choose_models


def describe_models(
    models: Mapping[str, Any], request: Mapping[str, Any], code: Code | None, sandbox: Sandbox
) -> Any:
    """Return the network of models, or a list of them."""
    text, where = request["text"], get_place(request)
    shapes = [InputShape(name, tuple(axes)) for name, axes in request.get("shapes", ())]

    start = time.perf_counter()

    def read_one(model: Any) -> Network:
        if is_torch_module(model):
            from net2fig.read.torch.live import MAX_SECONDS, read_module

            fed = [] if code is None else find_feeds(code.statements, type(model).__name__, where)
            # Several models share the time: those whose inputs are found are drawn.
            left = max(MAX_SECONDS - (time.perf_counter() - start), MAX_SECONDS / 10)
            try:
                return read_module(
                    model, source=text, reader=TORCH, shapes=shapes, fed=fed, seconds=left
                )
            except ModelError as error:
                absent = first_missing_module(sandbox.missing_modules)
                if absent is not None and UnknownValue.__name__ in error.message:
                    raise absent from error
                raise
        reader = "record" if request.get("record") else "keras"

        def read_shaped(model: Any, guess: tuple[InputShape, ...]) -> Network:
            before = dict(sandbox.notices)
            try:
                network = read_live(model, source=text, reader=reader, shapes=guess or shapes)
            except Exception:
                sandbox.notices = before
                raise
            if guess and is_loose_guess(sandbox.notices.keys() - before.keys(), sandbox):
                # A shape that the layers refuse is no input shape.
                sandbox.notices = before
                raise UnknownDataError("the shape does not fit")
            return network

        return read_guessing(model, read_shaped, code, where)

    if request.get("listing"):
        return list_models(models, read_one, code)
    network = read_models(models, read_one, where)
    before = () if code is None else code.notices
    network = replace(network, notices=(*before, *sandbox.notices.values(), *network.notices))
    return network if code is None else add_training(network, code, models, request)


def is_loose_guess(texts: Iterable[str], sandbox: Sandbox) -> bool:
    """Tell whether the recorder noted that it does not know what it recorded."""
    return any(sandbox.notices[text].code == NOT_RECORDED for text in texts)


def add_training(
    network: Network, code: Code, models: Mapping[str, Any], request: Mapping[str, Any]
) -> Network:
    """Return the network with how the code trains its model, or each of its models."""
    where, is_torch = code.path.name, request.get("framework") == TORCH
    if not network.parts:
        name, model = next(iter(models.items()))
        last = name.rpartition(".")[2]
        if not is_torch:
            return replace(network, training=read_training(code.statements, where, last))
        kind = type(model).__name__
        stated = read_torch_training(code.statements, where, (last, kind))
        if stated is None or not stated.losses:
            stated = read_project_training(code.path, kind) or stated
        return replace(network, training=stated)
    kinds = {name.rpartition(".")[2]: type(model).__name__ for name, model in models.items()}

    def read_part(name: str) -> Training | None:
        last = name.rpartition(".")[2]
        if not is_torch:
            return read_training_among(code.statements, where, last)
        kind = kinds.get(last, last)
        stated = read_torch_training(code.statements, where, (last, kind), among=True)
        return stated or read_project_training(code.path, kind)

    parts = [replace(part, training=read_part(part.name)) for part in network.parts]
    return replace(network, parts=tuple(parts))


def suggest_builder(code: Code | None, pick: Mapping[str, Any] | None) -> str:
    """Return a call of the last function that builds a model; empty if the user named a model."""
    names = [] if code is None or pick else find_builders(code.statements, code.path.parent)
    if code is None or not names:
        return ""
    functions = {getattr(each, "name", ""): each for each in code.statements}
    arguments = ", ".join(f"{name}=…" for name in required_parameters(functions[names[-1]]))
    return f"{names[-1]}({arguments})"
