"""Running a piece of code as far as its model needs: a slice first, more where that is not enough.

1. The statements that the wanted names need, without what stands under `if __name__ == …`. Where
   files or modules are not there, those of the models that are trained or printed alone.
2. The same with it.
3. All statements, without it and then with it; data sets at their real length.
4. Of a notebook, what can be run: cells that fail are there to be read.

The first attempt that leaves a model behind ends it.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from net2fig.errors import ModelError, Net2figError
from net2fig.read.script.effects import functions_in
from net2fig.read.script.imports import enter_package
from net2fig.read.script.model_names import (
    asked_names,
    bound_names,
    builders,
    demanded,
    model_names,
    own_models,
    sole_builder,
)
from net2fig.read.script.pick_model import NoModelError, built, candidates, model_in
from net2fig.read.script.sandbox.missing_modules import Missing, first_missed, run
from net2fig.read.script.sandbox.no_training import Quiet
from net2fig.read.script.slicing import sliced
from net2fig.read.script.sources import NOTEBOOK, Code, is_guard, opened, unguarded
from net2fig.read.script.strip_training import ASKED, with_asked, without_silent

KERAS = frozenset({"keras", "tensorflow", "tf_keras", "keras_hub", "keras_cv", "keras_nlp"})
"""What code imports that builds models of Keras."""

BUILDING = frozenset({"add", "build", "call"})
"""Methods that make a model, whoever defines them."""

FOREIGN = {
    "torch": "PyTorch",
    "pytorch_lightning": "PyTorch",
    "flax": "JAX",
    "haiku": "JAX",
    "equinox": "JAX",
    "mxnet": "MXNet",
    "paddle": "PaddlePaddle",
    "sklearn": "scikit-learn",
}
"""What code imports that builds other models, and how it is called."""


class Attempt(Struct, frozen=True):
    """Statements to run; `whole` where nothing was left out on purpose.

    `partial` where some of the models are left out, since they depend on what is not there.
    `lenient` where what fails stops only what uses it.
    """

    statements: Sequence[ast.stmt]
    whole: bool = False
    main: bool = False
    partial: bool = False
    lenient: bool = False


def attempts(code: Code, pick: Mapping[str, Any] | None) -> Iterator[Attempt]:
    """Yield what to run, the least first, nothing twice."""
    seen: set[tuple[str, bool, bool, bool]] = set()
    for attempt in all_attempts(code, pick):
        key = (listed(attempt.statements), attempt.whole, attempt.main, attempt.lenient)
        if key not in seen:
            seen.add(key)
            yield attempt


def all_attempts(code: Code, pick: Mapping[str, Any] | None) -> Iterator[Attempt]:
    """Yield what to run."""
    outside = unguarded(code.statements, inside=False)
    inside = unguarded(code.statements, inside=True)
    guarded = any(map(is_guard, code.statements))
    last = 0
    for statements in (outside, inside, opened(inside)) if guarded else (outside,):
        for part in slices(code, statements, pick):
            yield Attempt(part)
            last = max(last, part[-1].lineno if part else 0)
        if pick is None:
            asked = asked_names(statements) & set(bound_names(statements))
            some = sliced(without_silent(statements), asked) if asked else None
            yield Attempt(some or (), partial=True)
    whole = with_asked(outside)
    if last:
        # What comes after the model may fail for reasons of its own.
        yield Attempt([item for item in whole if item.lineno <= last], whole=True)
    yield Attempt(whole, whole=True)
    if guarded:
        yield Attempt(with_asked(inside), whole=True, main=True)
    if code.path.suffix.lower() == NOTEBOOK:
        yield Attempt(whole, whole=True, lenient=True)


def slices(
    code: Code, statements: Sequence[ast.stmt], pick: Mapping[str, Any] | None
) -> list[list[ast.stmt]]:
    """Return the statements that the model needs: with the calls that build it, then without."""
    folder = code.path.parent
    wanted = {pick["name"]} if pick else model_names(statements, folder)
    if not wanted or (pick and not defines(statements, wanted)):
        return []
    silent = without_silent(statements)
    models = own_models(statements, folder)
    cut = [sliced(silent, wanted, models), sliced(silent, wanted)]
    asked = without_own(silent, functions_in(statements))
    if len(asked) < len(silent):
        # What a model of a class of one's own is asked for may be more than can be done here.
        cut.append(sliced(asked, wanted, models))
    return [part for part in cut if part is not None]


def without_own(statements: Sequence[ast.stmt], own: Container[str]) -> list[ast.stmt]:
    """Return the statements without calls of methods that the code defines, as `model.show()`."""
    return [
        each
        for each in statements
        if not (
            isinstance(each, ast.Expr)
            and isinstance(each.value, ast.Call)
            and isinstance(each.value.func, ast.Attribute)
            and each.value.func.attr in own
            and each.value.func.attr not in BUILDING
        )
    ]


def defines(statements: Sequence[ast.stmt], wanted: set[str]) -> bool:
    """Tell whether names are bound by an assignment, a function or a class of a module."""
    names = {getattr(statement, "name", "") for statement in statements}
    return wanted <= names | set(bound_names(statements))


def listed(statements: Sequence[ast.stmt]) -> str:
    """Return the text of statements, to compare two slices."""
    return "\n".join(map(ast.unparse, statements))


def run_code(code: Code, pick: Mapping[str, Any] | None, where: str, quiet: Quiet) -> Any:
    """Return the model that a piece of code builds."""
    errors: list[BaseException] = []
    for attempt in attempts(code, pick):
        absent = bool(errors) and isinstance(errors[-1], (OSError, ModuleNotFoundError))
        if attempt.partial and not absent:
            continue
        if errors:
            quiet.forget()
        quiet.full = attempt.whole
        module = new_module(code, main=attempt.main)
        try:
            execute(code, attempt, module, quiet)
            found = model_in(vars(module), pick, where, quiet.note)
        except NoModelError as error:
            lost = lost_model(code, vars(module)) if attempt.lenient else None
            if lost is not None:
                raise lost from None
            sole = sole_builder(code.statements, code.path.parent)
            if pick is None and sole and sole in vars(module):
                return built(vars(module)[sole], sole, where)
            errors.append(no_model(error, code, where) or first_missed(quiet.missed) or error)
        except Net2figError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001  (the user's code may raise anything)
            errors.append(error)
        else:
            lost = lost_model(code, vars(module)) if attempt.lenient else None
            if attempt.partial or lost is not None:
                why = str(errors[-1] if lost is None else lost).strip().partition("\n")[0]
                quiet.note("model-left-out", f"left out what could not be made: {why}")
            return found
        asked = candidates({model.name: model for model in quiet.models.values()})
        if attempt.whole and pick is None and len(asked) == 1:
            return next(iter(asked.values()))
    raise shown(errors, code)


def lost_model(code: Code, names: Mapping[str, Any]) -> Exception | None:
    """Return why the last of the names for a model holds none; None where none was to."""
    wanted = model_names(code.statements, code.path.parent)
    lost = [value for name, value in names.items() if name in wanted and type(value) is Missing]
    found: Exception | None = vars(lost[-1])["error"] if lost else None
    return found


def no_model(error: NoModelError, code: Code, where: str) -> NoModelError | None:
    """Return the error that names the functions which would build a model; None without any.

    Otherwise what a module that is not installed would have given may have been the model.
    """
    names = builders(code.statements, code.path.parent)
    if not names:
        return None
    last = {getattr(each, "name", ""): each for each in code.statements}[names[-1]]
    arguments = ", ".join(f"{name}=…" for name in demanded(last))
    choices = f"; functions that build one: {', '.join(map(repr, names))}"
    return NoModelError(
        f"{error.message}{choices if len(names) > 1 else ''}",
        hint=f"does one of its functions build it? say {where}:{names[-1]}({arguments})",
    )


def execute(code: Code, attempt: Attempt, module: types.ModuleType, quiet: Quiet) -> None:
    """Run the statements of an attempt in a module."""
    names = vars(module)
    names[ASKED] = quiet.ask
    run(attempt.statements, names, code.compiled, quiet.missed, beside=attempt.lenient)
    del names[ASKED]


def new_module(code: Code, *, main: bool) -> types.ModuleType:
    """Return an empty module for a file; a guard inside its functions shall see it as main."""
    stem = code.path.stem
    name = stem if stem.isidentifier() and stem not in sys.modules else "model_code"
    module = types.ModuleType("__main__" if main else name)
    module.__file__ = str(code.path)
    module.__package__ = enter_package(code.path, code.statements)
    # Classes look up their module by its name, while pickling or for their annotations.
    sys.modules[name] = module
    return module


def foreign(code: Code) -> str:
    """Return the name of another library that code is written for; empty where it is Keras.

    Files beside it that it imports may be about Keras: then it is as well.
    """
    nodes = [node for statement in code.statements for node in ast.walk(statement)]
    roots = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    roots |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    names = {root.partition(".")[0] for root in roots}
    found = [title for name, title in FOREIGN.items() if name in names]
    folder = code.path.parent
    beside = any((folder / name).is_dir() or (folder / f"{name}.py").is_file() for name in names)
    return found[0] if found and not (names & KERAS or beside) else ""


def shown(errors: Sequence[BaseException], code: Code) -> BaseException:
    """Return the error to show of several attempts.

    Code that ran and left no model says more than what went wrong when more of it ran, unless the
    model waits for a module that is not there. A name that a slice lacked is the slice's fault and
    says nothing.
    """
    other = foreign(code)
    if other and isinstance(errors[0], (NoModelError, ModuleNotFoundError)):
        return ModelError(
            f"unsupported model: {code.path.name} is written for {other}",
            hint="net2fig reads models of Keras",
        )
    if isinstance(errors[0], ModuleNotFoundError):
        return errors[0]
    if code.path.suffix.lower() == NOTEBOOK and len(errors) > 1:
        # The last attempt went on after what failed, and says less than the one before.
        errors = errors[:-1]
    for error in errors:
        if isinstance(error, NoModelError):
            return error
    bound = set(bound_names(code.statements))
    for error in errors:
        if not (isinstance(error, NameError) and error.name in bound):
            return error
    return errors[-1]
