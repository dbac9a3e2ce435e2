"""The process that runs the user's code under Keras and answers in JSON.

Requires: its own process, see code.py. Standard output carries the answer and nothing else: what
the code prints goes to standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from net2fig.errors import Net2figError, Notice, UsageError
from net2fig.gc_tuning import collect_seldom
from net2fig.network import Network
from net2fig.options.input_shapes import InputShape
from net2fig.read.keras.live import read_live
from net2fig.read.native import dump
from net2fig.read.script.attempts import run_code
from net2fig.read.script.imports import package_of, project_folders
from net2fig.read.script.model_names import builders, demanded
from net2fig.read.script.pick_model import model_in
from net2fig.read.script.sandbox import no_side_effects
from net2fig.read.script.sandbox.missing_modules import watch
from net2fig.read.script.sandbox.no_training import SEARCHED, Quiet
from net2fig.read.script.sources import Code, code_of
from net2fig.read.script.user_errors import users_error


def main() -> None:
    """Answer the question that stands in the last argument, and end at once.

    Nothing of what the code made is taken apart piece by piece, nor does it get a last word.
    """
    collect_seldom()
    answer_to = os.dup(1)
    os.dup2(2, 1)
    answer = answer_to_question(json.loads(sys.argv[-1]))
    no_side_effects.end()
    with os.fdopen(answer_to, "w", encoding="utf-8") as out:
        json.dump(answer, out)
    os._exit(0)


def answer_to_question(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return a network, an error, or why the recorder does not know."""
    if not question.get("record"):
        return answer_of(question)
    # Imported while Python still keeps what it compiles.
    from net2fig.read.record import Declined, declined

    with suppress(Declined):
        answer = answer_of(question)
    reason = declined()
    # The code may have gone on where it should not.
    return answer if reason is None else {"declined": reason}


def answer_of(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return a network or an error."""
    try:
        return {"network": dump(network_for(question))}
    except Net2figError as error:
        usage = isinstance(error, UsageError)
        return {"error": {"message": error.message, "hint": error.hint, "usage": usage}}


def prepare(quiet: Quiet, question: Mapping[str, Any]) -> None:
    """Keep Keras quiet, or stand in for it."""
    quiet.begin()
    if question.get("record"):
        from net2fig.read.record import install

        install(quiet, forced=question["record"] == "record")


def network_for(question: Mapping[str, Any]) -> Network:
    """Return the network of the model that the question asks for."""
    text, pick = question["text"], question["pick"]
    where = text.partition(":")[0]
    quiet = Quiet()
    folder = ""
    code: Code | None = None
    notices: tuple[Notice, ...] = ()
    sys.dont_write_bytecode = True  # nothing is left beside the user's file
    try:
        if question["path"]:
            path = Path(question["path"]).resolve()
            folder = str(path.parent)
            code = code_of(path)
            above = project_folders(path)
            # A module of a package is found from outside of it: a file keras.py beside is its own.
            inside = package_of(path, code.statements) is not None
            sys.path.insert(len(sys.path) if inside else 0, folder)
            sys.path += map(str, above)
            sys.argv = [str(path)]
            no_side_effects.begin([path.parent, *above])
            prepare(quiet, question)
            watch([path.parent, *above][-1], quiet.missed)
            model = run_code(code, pick, where, quiet)
            notices = code.notices
        else:
            sys.path.insert(0, str(Path.cwd()))
            no_side_effects.begin([Path.cwd()])
            prepare(quiet, question)
            module = importlib.import_module(question["module"])
            # A module may make its names when they are asked for.
            asked = pick["name"] if pick else ""
            own = {asked: getattr(module, asked)} if asked and hasattr(module, asked) else {}
            model = model_in({**vars(module), **own}, pick, where)
        reader = "record" if question.get("record") else "keras"
        shapes = [InputShape(name, tuple(axes)) for name, axes in question.get("shapes", ())]
        network = read_live(model, source=text, reader=reader, shapes=shapes)
        return replace(network, notices=(*notices, *quiet.notices.values(), *network.notices))
    except Net2figError:
        raise
    except (Exception, SystemExit) as error:
        builder = builder_in(code, pick)
        raise users_error(
            error, folder, text, quiet.absent, SEARCHED, builder, quiet.unsaid
        ) from error


def builder_in(code: Code | None, pick: Mapping[str, Any] | None) -> str:
    """Return a call of the last function that builds a model; empty where one was named."""
    names = [] if code is None or pick else builders(code.statements, code.path.parent)
    if code is None or not names:
        return ""
    functions = {getattr(each, "name", ""): each for each in code.statements}
    arguments = ", ".join(f"{name}=…" for name in demanded(functions[names[-1]]))
    return f"{names[-1]}({arguments})"
