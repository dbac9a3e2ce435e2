"""What to draw where code leaves no model behind: what its functions and classes build.

Requires: the code, and the names that it left behind.
Ensures: what was assumed is told; an error names what could be called.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from net2fig.errors import ModelError, UsageError
from net2fig.read.script.guess.arguments import Guesser
from net2fig.read.script.guess.builders import find_root_builders, make_models
from net2fig.read.script.guess.tensors import find_tensor_functions
from net2fig.read.script.model_names import (
    find_builders,
    find_sole_builder,
    required_parameters,
)
from net2fig.read.script.pick_model import NoModelError, call_builder, find_candidates
from net2fig.read.script.sandbox.no_training import Sandbox
from net2fig.read.script.several import MAX_PARTS, AddNotice, drop_copies, too_many
from net2fig.read.script.sources import Code
from net2fig.read.script.torch.pick_class import build_module

MAX_STEPS = 6
"""The most statements of a function that is one of several of a kind."""


def try_builders(
    code: Code, names: Mapping[str, Any], where: str, sandbox: Sandbox, framework: str
) -> tuple[dict[str, Any] | None, BaseException | None]:
    """Return the models of functions and classes, or the error of the user's code in one.

    That an argument is not known is no error of the code.
    """
    try:
        return call_builders(code, names, where, sandbox.add_notice, framework), None
    except UsageError:
        if framework == "torch":
            raise
        return None, None
    except ModelError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001  (the user's code may raise anything)
        return None, error


def call_builders(
    code: Code, names: Mapping[str, Any], where: str, add_notice: AddNotice, framework: str
) -> dict[str, Any] | None:
    """Return the models of the functions and classes that may build one.

    None if there is none.
    """
    sole = find_sole_builder(code.statements, code.path.parent)
    if sole and sole in names:
        return call_builder(names[sole], sole, where)
    if framework == "torch":
        return build_module(code, names, where, add_notice, call_builder)
    roots = find_root_builders(code.statements, code.path.parent)
    roots = roots or find_tensor_functions(code.statements)
    known = [name for name in roots if callable(names.get(name.partition(".")[0]))]
    if len(known) > MAX_PARTS and is_family(known, code.statements):
        others = ", ".join(map(repr, known[1:]))
        text = f"drew {known[0]!r}; others differ from it only in their arguments: {others}"
        add_notice("several-models", f"{text}; to draw one: {where}:{known[-1]}")
        known = known[:1]
    if len(known) > MAX_PARTS:
        raise too_many(known, where, "functions that build one")
    if not known:
        return None
    made = make_models(known, Guesser(names, code), where, add_notice, call_builder)
    return drop_copies(find_candidates(made), add_notice)


def is_family(names: Sequence[str], statements: Sequence[ast.stmt]) -> bool:
    """Tell whether functions are short and all call one function or class of the file."""
    defined = {getattr(each, "name", ""): each for each in statements}
    shared = defined.keys() - set(names)
    for name in names:
        body = getattr(defined.get(name), "body", [])
        calls = [each for part in body for each in ast.walk(part) if isinstance(each, ast.Call)]
        shared &= {each.func.id for each in calls if isinstance(each.func, ast.Name)}
        if not body or len(body) > MAX_STEPS:
            return False
    return bool(shared)


def explain_no_model(error: NoModelError, code: Code, where: str) -> NoModelError | None:
    """Return an error that names the functions which could build a model; None if there are none.

    Without such functions, the model may come from a module that is not installed.
    """
    names = find_builders(code.statements, code.path.parent)
    if not names:
        return None
    last = {getattr(each, "name", ""): each for each in code.statements}[names[-1]]
    arguments = ", ".join(f"{name}=…" for name in required_parameters(last))
    choices = f"; functions that build one: {', '.join(map(repr, names))}"
    return NoModelError(
        f"{error.message}{choices if len(names) > 1 else ''}",
        hint=f"if one of its functions builds the model, name it: {where}:{names[-1]}({arguments})",
    )


def name_models(models: Iterable[Any]) -> dict[str, Any]:
    """Return models that no name of the code holds, by their own names."""
    named: dict[str, Any] = {}
    for model in models:
        name = str(getattr(model, "name", "") or type(model).__name__)
        named[name if name not in named else f"{name}_{len(named) + 1}"] = model
    return named
