"""Runs a piece of code in attempts, from a small slice to the whole, until one builds the model.

1. The statements that the wanted names need, without those under `if __name__ == …`. If files or
   modules are missing, only the statements for models that are trained or printed.
2. The same, with the statements under `if __name__ == …`.
3. All statements, without those and then with them, and with data sets at their real length.
4. For a notebook, all cells that run: failures are ignored.

The first attempt that builds a model is the last.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from net2fig.errors import ModelError, Net2figError
from net2fig.read.script.effects import find_function_names
from net2fig.read.script.frameworks import KERAS
from net2fig.read.script.guess.builders import find_root_builders
from net2fig.read.script.guess.unbuilt import explain_no_model, name_models, try_builders
from net2fig.read.script.imports import enter_package
from net2fig.read.script.model_names import (
    find_assigned_names,
    find_model_classes,
    find_model_names,
    find_used_models,
)
from net2fig.read.script.pick_model import (
    NoModelError,
    choose_models,
    find_candidates,
)
from net2fig.read.script.sandbox.missing_modules import (
    MissingImport,
    first_missing_module,
    run_statements,
)
from net2fig.read.script.sandbox.no_training import Sandbox
from net2fig.read.script.several import MAX_PARTS
from net2fig.read.script.slicing import slice_statements
from net2fig.read.script.sources import (
    NOTEBOOK,
    Code,
    inline_calls,
    is_main_guard,
    resolve_main_guard,
)
from net2fig.read.script.strip_training import (
    REMEMBER,
    drop_irrelevant,
    replace_irrelevant,
)
from net2fig.read.script.torch.slices import cut_torch_slices
from net2fig.read.target import CALL

TORCH = "torch"
"""The framework PyTorch."""

BUILDING_METHODS = frozenset({"add", "build", "call"})
"""Methods that may build a model, even if the user's code defines them."""

OTHER_FRAMEWORKS = {
    "flax": "JAX",
    "haiku": "JAX",
    "equinox": "JAX",
    "mxnet": "MXNet",
    "paddle": "PaddlePaddle",
    "sklearn": "scikit-learn",
}
"""The packages that code for other frameworks imports, with the names of the frameworks."""


class Attempt(Struct, frozen=True):
    """Statements to run. `whole` is true if none was left out on purpose.

    `partial`: some of the models are left out, since they depend on missing files or modules.
    `lenient`: a failure affects only the statements that depend on it.
    """

    statements: Sequence[ast.stmt]
    whole: bool = False
    main: bool = False
    partial: bool = False
    lenient: bool = False


def plan_attempts(
    code: Code, pick: Mapping[str, Any] | None, framework: str = ""
) -> Iterator[Attempt]:
    """Yield the different attempts, the smallest first."""
    known: set[tuple[str, bool, bool, bool]] = set()
    for attempt in propose_attempts(code, pick, framework):
        key = (unparse_all(attempt.statements), attempt.whole, attempt.main, attempt.lenient)
        if key not in known:
            known.add(key)
            yield attempt


def propose_attempts(
    code: Code, pick: Mapping[str, Any] | None, framework: str = ""
) -> Iterator[Attempt]:
    """Yield all attempts, repetitions included."""
    outside = resolve_main_guard(code.statements, inside=False)
    inside = resolve_main_guard(code.statements, inside=True)
    guarded = any(map(is_main_guard, code.statements))
    last = 0
    for statements in (outside, inside, inline_calls(inside)) if guarded else (outside,):
        for part in cut_slices(code, statements, pick, framework):
            yield Attempt(part)
            last = max(last, part[-1].lineno if part else 0)
        if pick is None:
            used_models = find_used_models(statements) & set(find_assigned_names(statements))
            kept = (
                slice_statements(drop_irrelevant(statements), used_models) if used_models else None
            )
            yield Attempt(kept or (), partial=True)
    whole = replace_irrelevant(outside)
    if last:
        # The code after the model may fail for other reasons.
        yield Attempt([item for item in whole if item.lineno <= last], whole=True)
    yield Attempt(whole, whole=True)
    if guarded:
        yield Attempt(replace_irrelevant(inside), whole=True, main=True)
    if code.path.suffix.lower() == NOTEBOOK:
        yield Attempt(whole, whole=True, lenient=True)


def cut_slices(
    code: Code,
    statements: Sequence[ast.stmt],
    pick: Mapping[str, Any] | None,
    framework: str = "",
) -> list[list[ast.stmt]]:
    """Return slices for the model: with the calls that build it, without them, without methods."""
    folder = code.path.parent
    wanted = find_picked_names(pick) if pick else find_model_names(statements, folder)
    if not wanted and framework != TORCH:
        roots = find_root_builders(statements, folder)
        wanted = {name.partition(".")[0] for name in roots}
    if framework == TORCH:
        return cut_torch_slices(statements, folder, wanted, named=pick is not None)
    if not wanted or (pick and not are_defined(statements, wanted)):
        return []
    silent = drop_irrelevant(statements)
    models = find_model_classes(statements, folder)
    cut = [slice_statements(silent, wanted, models), slice_statements(silent, wanted)]
    without_methods = drop_method_calls(silent, find_function_names(statements))
    if len(without_methods) < len(silent):
        # Methods of a user's own model class may do more than is possible here.
        cut.append(slice_statements(without_methods, wanted, models))
    return [part for part in cut if part is not None]


def find_picked_names(value: Any) -> set[str]:
    """Return the names in a target: that of the model, and those of calls among its arguments."""
    if isinstance(value, Mapping):
        name = value.get("name") or value.get(CALL)
        inner = [value.get("args", ()), value.get("kwargs", ())]
        return {name, *find_picked_names(inner)} if name else find_picked_names([*value.values()])
    if isinstance(value, (list, tuple)):
        return {name for each in value for name in find_picked_names(each)}
    return set()


def drop_method_calls(statements: Sequence[ast.stmt], methods: Container[str]) -> list[ast.stmt]:
    """Return the statements without calls of methods that the code defines, as `model.show()`."""
    return [
        each
        for each in statements
        if not (
            isinstance(each, ast.Expr)
            and isinstance(each.value, ast.Call)
            and isinstance(each.value.func, ast.Attribute)
            and each.value.func.attr in methods
            and each.value.func.attr not in BUILDING_METHODS
        )
    ]


def are_defined(statements: Sequence[ast.stmt], wanted: set[str]) -> bool:
    """Tell whether names are bound by an assignment, a function or a class of a module."""
    names = {getattr(statement, "name", "") for statement in statements}
    return wanted <= names | set(find_assigned_names(statements))


def unparse_all(statements: Sequence[ast.stmt]) -> str:
    """Return the text of statements, to compare two slices."""
    return "\n".join(map(ast.unparse, statements))


def run_code(
    code: Code,
    pick: Mapping[str, Any] | None,
    where: str,
    sandbox: Sandbox,
    framework: str = "",
    choose: Callable[..., dict[str, Any]] = choose_models,
) -> dict[str, Any]:
    """Return the models that a piece of code builds, by their names, as far as `choose` does."""
    errors: list[BaseException] = []
    for attempt in plan_attempts(code, pick, framework):
        absent = bool(errors) and isinstance(errors[-1], (OSError, ModuleNotFoundError))
        if attempt.partial and not absent:
            continue
        if errors:
            sandbox.reset()
        sandbox.full_data = attempt.whole
        module = create_module(code, main=attempt.main)
        try:
            run_attempt(code, attempt, module, sandbox)
            chosen = choose(vars(module), pick, where, sandbox.add_notice)
        except NoModelError as error:
            lost = find_lost_model_error(code, vars(module)) if attempt.lenient else None
            if lost is not None:
                raise lost from None
            built: dict[str, Any] | None = None
            failure: BaseException | None = None
            if pick is None:
                built, failure = try_builders(code, vars(module), where, sandbox, framework)
            if built:
                return built
            errors.append(
                failure
                or explain_no_model(error, code, where)
                or first_missing_module(sandbox.missing_modules)
                or error
            )
        except Net2figError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001  (the user's code may raise anything)
            errors.append(error)
        else:
            lost = find_lost_model_error(code, vars(module)) if attempt.lenient else None
            if attempt.partial or lost is not None:
                reason = str(errors[-1] if lost is None else lost).strip().partition("\n")[0]
                sandbox.add_notice(
                    "model-left-out", f"left out a part that could not be built: {reason}"
                )
            return chosen
        used_models = find_candidates(
            {f"model {number}": model for number, model in enumerate(sandbox.models.values())}
        )
        if attempt.whole and pick is None and 0 < len(used_models) <= MAX_PARTS:
            return name_models(used_models.values())
    raise choose_error(errors, code)


def find_lost_model_error(code: Code, names: Mapping[str, Any]) -> Exception | None:
    """Return the error that prevented the last of the models; None if none was prevented."""
    wanted = find_model_names(code.statements, code.path.parent)
    lost = [
        value for name, value in names.items() if name in wanted and type(value) is MissingImport
    ]
    error: Exception | None = vars(lost[-1])["error"] if lost else None
    return error


def run_attempt(code: Code, attempt: Attempt, module: types.ModuleType, sandbox: Sandbox) -> None:
    """Run the statements of an attempt in a module."""
    names = vars(module)
    names[REMEMBER] = sandbox.remember_model
    run_statements(
        attempt.statements,
        names,
        code.compile,
        sandbox.missing_modules,
        lenient=attempt.lenient,
    )
    del names[REMEMBER]


def create_module(code: Code, *, main: bool) -> types.ModuleType:
    """Return an empty module for a file, called `__main__` if `main` is true."""
    stem = code.path.stem
    name = stem if stem.isidentifier() and stem not in sys.modules else "model_code"
    module = types.ModuleType("__main__" if main else name)
    module.__file__ = str(code.path)
    module.__package__ = enter_package(code.path, code.statements)
    # Pickling and annotations look up the module of a class by its name.
    sys.modules[name] = module
    return module


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


def choose_error(errors: Sequence[BaseException], code: Code) -> BaseException:
    """Return the most useful error of several attempts.

    "No model" is more useful than the failure of a larger attempt, unless a module is missing. A
    name that only a slice lacks is the fault of the slice and is skipped.
    """
    other = detect_other_framework(code)
    if other and isinstance(errors[0], (NoModelError, ModuleNotFoundError)):
        return ModelError(
            f"unsupported model: {code.path.name} is written for {other}",
            hint="net2fig reads models of Keras and PyTorch",
        )
    if isinstance(errors[0], ModuleNotFoundError):
        return errors[0]
    if code.path.suffix.lower() == NOTEBOOK and len(errors) > 1:
        # The last attempt ignored failures, and its error is less useful than the one before.
        errors = errors[:-1]
    for error in errors:
        if isinstance(error, NoModelError):
            return error
    bound = set(find_assigned_names(code.statements))
    for error in errors:
        if not (isinstance(error, NameError) and error.name in bound):
            return error
    return errors[-1]
