"""Runs a piece of code in attempts, from a small slice to the whole, until one builds the model.

1. The statements that the wanted names need, without those under `if __name__ == …`. If files or
   modules are missing, only the statements for models that are trained or printed.
2. The same, with the statements under `if __name__ == …`.
3. All statements, without those and then with them, and with data sets at their real length.
4. For a notebook, all cells that run: failures are ignored.

The first that builds a model is the last.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from net2fig.errors import Net2figError, UsageError
from net2fig.read.calls import list_names
from net2fig.read.decline import Declined, clear_reasons
from net2fig.read.script.effects import find_function_names
from net2fig.read.script.guess.builders import find_root_builders
from net2fig.read.script.guess.unbuilt import explain_no_model, name_models, try_builders
from net2fig.read.script.imports import enter_package, imports_from
from net2fig.read.script.model_names import (
    find_assigned_names,
    find_factories,
    find_model_classes,
    find_model_names,
    find_used_models,
    required_parameters,
)
from net2fig.read.script.pick_model import NoModelError, choose_models, find_candidates
from net2fig.read.script.sandbox.missing_modules import (
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
    put_definitions_first,
    resolve_main_guard,
)
from net2fig.read.script.strip_training import (
    REMEMBER,
    drop_irrelevant,
    replace_irrelevant,
)
from net2fig.read.script.torch.slices import cut_torch_slices
from net2fig.read.script.unknown.runs import find_cause, prepare_names
from net2fig.read.script.unknown.undefined import (
    define_unbound,
    find_unbound,
    is_star_import,
)
from net2fig.read.script.unknown.values import (
    MissingImport,
    UnknownData,
    UnknownDataError,
    is_unknown,
)
from net2fig.read.script.user_errors import choose_error
from net2fig.read.target import CALL

TORCH = "torch"
"""The framework PyTorch."""

BUILDING_METHODS = frozenset({"add", "build", "call"})
"""Methods that may build a model, even if the user's code defines them."""


class Attempt(Struct, frozen=True):
    """Statements to run. `whole` is true if none was left out on purpose.

    `partial`: some of the models are left out, since they depend on missing files or modules.
    `lenient`: a failure affects only the statements that depend on it. `unknown`: what depends on
    missing data is unknown. `once`: a loop over unknown items runs for one of them.
    """

    statements: Sequence[ast.stmt]
    whole: bool = False
    main: bool = False
    partial: bool = False
    lenient: bool = False
    unknown: bool = False
    once: bool = False


def plan_attempts(
    code: Code, pick: Mapping[str, Any] | None, framework: str = ""
) -> Iterator[Attempt]:
    """Yield the different attempts, the smallest first."""
    known: set[tuple[str, bool, bool, bool, bool, bool]] = set()
    for attempt in propose_attempts(code, pick, framework):
        flags = (attempt.whole, attempt.main, attempt.lenient, attempt.unknown, attempt.once)
        key = (unparse_all(attempt.statements), *flags)
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
    inlined = inline_calls(inside)
    local = inline_calls([*inside, *call_local_builders(inside, code.path.parent)])
    for statements in (outside, inside, inlined, local) if guarded else (outside, inlined, local):
        parts = cut_slices(code, statements, pick, framework)
        for part in parts:
            yield Attempt(part)
            last = max(last, part[-1].lineno if part else 0)
        for part in parts[:1]:
            yield Attempt(part, unknown=True)
        if pick is None:
            used_models = find_used_models(statements) & set(find_assigned_names(statements))
            kept = (
                slice_statements(drop_irrelevant(statements), used_models) if used_models else None
            )
            if kept:
                yield Attempt(kept, partial=True)
    whole = replace_irrelevant(outside)
    if last:
        # The code after the model may fail for other reasons.
        yield Attempt([item for item in whole if item.lineno <= last], whole=True)
    yield Attempt(whole, whole=True)
    if guarded:
        yield Attempt(replace_irrelevant(inside), whole=True, main=True)
    yield Attempt(replace_irrelevant(inside), whole=True, unknown=True)
    if code.path.suffix.lower() == NOTEBOOK:
        yield Attempt(whole, whole=True, lenient=True)
        yield Attempt(put_definitions_first(whole), whole=True, lenient=True, unknown=True)
    for once in (False, True):
        yield Attempt(replace_irrelevant(inside), whole=True, lenient=True, unknown=True, once=once)


def call_local_builders(statements: Sequence[ast.stmt], folder: Path) -> list[ast.stmt]:
    """Return calls of the functions that make a model, keep it to themselves, and need nothing."""
    factories = find_factories(statements, folder)
    return [
        ast.copy_location(ast.Expr(ast.copy_location(make_call(each.name), each)), each)
        for each in statements
        if isinstance(each, ast.FunctionDef)
        and each.name not in factories.names
        and any(map(factories.is_model_call, ast.walk(each)))
        and not required_parameters(each)
    ]


def make_call(name: str) -> ast.expr:
    """Return a call without arguments."""
    call: ast.expr = ast.parse(f"{name}()", mode="eval").body
    return call


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
    return CodeRun(code, pick, where, sandbox, framework, choose).run()


class CodeRun(Struct, frozen=True):
    """A piece of code, what is wanted of it, and the errors of the attempts so far."""

    code: Code
    pick: Mapping[str, Any] | None
    where: str
    sandbox: Sandbox
    framework: str
    choose: Callable[..., dict[str, Any]]
    errors: list[BaseException] = field(default_factory=list)

    def run(self) -> dict[str, Any]:
        """Return the models of the first attempt that builds one."""
        for attempt in plan_attempts(self.code, self.pick, self.framework):
            if not is_due(attempt, any(is_absence(each, self.code) for each in self.errors)):
                continue
            if self.errors:
                self.sandbox.reset()
            self.sandbox.full_data = attempt.whole
            self.sandbox.accept_unknown(attempt.unknown)
            UnknownData.once = attempt.once
            models, error = self.try_attempt(attempt)
            if models is not None:
                return models
            # An attempt that ignores failures has an error that is less useful than earlier ones.
            ignores = attempt.lenient or attempt.unknown
            if error is not None and not (ignores and self.errors):
                self.errors.append(error)
        raise choose_error(self.errors, self.code)

    def try_attempt(self, attempt: Attempt) -> tuple[dict[str, Any] | None, BaseException | None]:
        """Return the models of an attempt, or its error; neither if nothing is known of it."""
        code, sandbox = self.code, self.sandbox
        module = create_module(code, main=attempt.main)
        reason: BaseException
        try:
            run_attempt(code, attempt, module, sandbox)
            chosen = self.choose(vars(module), self.pick, self.where, sandbox.add_notice, code)
        except NoModelError as error:
            lost = find_lost_model_error(code, vars(module)) if attempt.lenient else None
            if lost is not None:
                return None, lost
            built, reason = self.build_models(vars(module), error)
            if built:
                return built, None
        except Net2figError as error:
            if not isinstance(error, UsageError) or self.pick is not None or attempt.unknown:
                raise
            # Where data are unknown, arguments may be so too.
            return None, error
        except Declined as declined:
            if UnknownData.loose:
                clear_reasons()
                return None, UnknownDataError(str(declined))
            if not (attempt.lenient and self.errors):
                raise
            clear_reasons()
            return None, None
        except (Exception, SystemExit) as error:  # noqa: BLE001  (the user's code may raise anything)
            reason = error
        else:
            lost = find_lost_model_error(code, vars(module)) if attempt.lenient else None
            tell_what_is_missing(attempt, vars(module), lost or self.errors[-1:], sandbox)
            return chosen, None
        used_models = find_candidates(
            {f"model {number}": model for number, model in enumerate(sandbox.models.values())}
        )
        if attempt.whole and self.pick is None and 0 < len(used_models) <= MAX_PARTS:
            return name_models(used_models.values()), None
        return None, reason

    def build_models(
        self, names: Mapping[str, Any], error: NoModelError
    ) -> tuple[dict[str, Any] | None, BaseException]:
        """Return what functions and classes of the code build, and the reason if that is none."""
        built: dict[str, Any] | None = None
        failure: BaseException | None = None
        if self.pick is None:
            built, failure = try_builders(
                self.code, names, self.where, self.sandbox, self.framework
            )
        return built, (
            failure
            or explain_no_model(error, self.code, self.where)
            or first_missing_module(self.sandbox.missing_modules)
            or error
        )


def is_absence(error: BaseException, code: Code) -> bool:
    """Tell whether an error is due to missing files or modules, or to a name that nothing binds."""
    if type(error) is NameError:
        return error.name in find_unbound(code.statements, {})
    return isinstance(error, (OSError, ModuleNotFoundError)) or find_cause(error) is not None


def is_due(attempt: Attempt, absent: bool) -> bool:
    """Tell whether an attempt makes sense; `absent` tells that files or modules are missing."""
    if UnknownData.loose or attempt.once:
        return attempt.unknown and UnknownData.loose
    return absent or (not attempt.partial and (attempt.lenient or not attempt.unknown))


def tell_what_is_missing(
    attempt: Attempt, names: Mapping[str, Any], lost: Any, sandbox: Sandbox
) -> None:
    """Tell what an attempt left out: a model that was lost, and names that only data know."""
    is_lost = isinstance(lost, BaseException)
    if attempt.partial or is_lost:
        reason = str(lost if is_lost else lost[0]).strip().partition("\n")[0]
        sandbox.add_notice("model-left-out", f"left out a part that could not be built: {reason}")
    unknown = [name for name, value in names.items() if is_unknown(value) and value.from_data]
    if attempt.unknown and unknown:
        sandbox.add_notice("unknown-data", f"only data know {list_names(sorted(unknown))}")


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
    if attempt.unknown:
        prepare_names(names)
        stars = [each for each in attempt.statements if is_star_import(each)]
        run_statements(stars, names, code.compile, sandbox.missing_modules, unknown=True)
        define_unbound(code.statements, names)
    run_statements(
        attempt.statements,
        names,
        code.compile,
        sandbox.missing_modules,
        lenient=attempt.lenient,
        unknown=attempt.unknown,
    )


def create_module(code: Code, *, main: bool) -> types.ModuleType:
    """Return an empty module for a file, called `__main__` if `main` is true, else as the file."""
    name, package = code.path.stem, imports_from(code.path.stem, code.statements)
    name = name if name.isidentifier() and not (package or name in sys.modules) else "model_code"
    module = types.ModuleType("__main__" if main else name)
    module.__file__ = str(code.path)
    module.__package__ = enter_package(code.path, code.statements)
    # Pickling and annotations look up the module of a class by its name.
    sys.modules[name] = module
    return module
