"""Which names of a module may hold a model, found without running it.

Ensures: a name is told where something that makes a model stands in what it is bound to; names
that only a run can tell, such as those of other files, are missing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from net2fig.read.script.effects import Function, bound_by, last_name, names_in, roots

BUILDERS = ("get_model", "build_model", "create_model", "make_model")
"""Functions that are called where the module holds no model, or more than one."""

MODELS = frozenset({"Model", "Sequential", "Functional"})
"""Classes of models, and what the classes of a user's models derive from."""

MAKERS = frozenset({"clone_model", "model_from_json", "load_model", "from_config", *MODELS})
"""Functions and classes that return a model."""

ASKED = frozenset({"compile", "summary", "load_weights", "fit_generator", "train_on_batch"})
"""Methods that only models have: what they are called on is one."""


def model_names(statements: Sequence[ast.stmt], folder: Path | None = None) -> set[str]:
    """Return the names that may hold a model at the end of these statements.

    Files in `folder` that they import are looked into.
    """
    makers = making(statements, folder)
    found = makers.imported
    bound = set(bound_names(statements))
    for node in top(statements):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            if node.value is not None and any(map(makers.makes, ast.walk(node.value))):
                found |= targets(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name in BUILDERS:
            found.add(node.name)
    found |= asked_names(statements) & bound
    if not found:
        found = holders(statements, makers)
    sole = "" if found else sole_builder(statements, folder)
    return found | ({sole} if sole else set())


def holders(statements: Sequence[ast.stmt], makers: Makers) -> set[str]:
    """Return the names of objects whose class makes a model, and of lists of models."""
    classes = {
        each.name
        for each in statements
        if isinstance(each, ast.ClassDef) and any(map(makers.makes, ast.walk(each)))
    }
    found: set[str] = set()
    for node in top(statements):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            found |= targets(node) if last_name(node.value.func) in classes else set()
        elif isinstance(node, ast.Call) and any(makers.makes(part) for part in node.args):
            # A list that models are appended to.
            found |= roots(node.func)
    return found & set(bound_names(statements))


class Makers:
    """What makes models: by the last part of its name, or because it comes from a place."""

    def __init__(self) -> None:
        self.names = set(MAKERS)
        self.classes = set(MODELS)
        self.imported: set[str] = set()

    def makes(self, node: ast.AST) -> bool:
        """Tell whether a node is a call that returns a model."""
        if not isinstance(node, ast.Call):
            return False
        return last_name(node.func) in self.names or "applications" in names_in(node.func)

    def renames(self, value: ast.expr) -> bool:
        """Tell whether a value is something that makes models: `build = applications.ResNet50`."""
        name = last_name(value)
        known = name in self.names or "applications" in names_in(value)
        return known and (name[:1].isupper() or name in self.names)


def making(statements: Sequence[ast.stmt], folder: Path | None = None, deep: int = 3) -> Makers:
    """Return what makes models in a module: its classes, its functions and what it imports."""
    found = Makers()
    nodes = list(everything(statements))
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            origin = (node.module or "").split(".")
            kept = [a for a in node.names if "applications" in origin or a.name in MAKERS]
            found.names |= {bound_by(alias) for alias in kept}
            found.classes |= {bound_by(alias) for alias in kept if alias.name in MODELS}
        if isinstance(node, (ast.Import, ast.ImportFrom)) and folder is not None and deep:
            import_from_beside(found, node, folder, deep)
    before = -1
    while before < len(found.names):
        before = len(found.names)
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                if any(last_name(base) in found.classes for base in node.bases):
                    found.names.add(node.name)
                    found.classes.add(node.name)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and builds(found, node):
                found.names.add(node.name)
            elif isinstance(node, ast.Assign) and found.renames(node.value):
                found.names |= targets(node)
    return found


def import_from_beside(
    found: Makers, node: ast.Import | ast.ImportFrom, folder: Path, deep: int
) -> None:
    """Add what a file in the folder offers that makes models, or is one, under its names here."""
    for alias in node.names:
        module = node.module if isinstance(node, ast.ImportFrom) else alias.name
        inner = read_beside(folder, module or "")
        if not inner:
            continue
        makers = making(inner, folder, deep - 1)
        if isinstance(node, ast.Import) or alias.name == "*":
            found.names |= makers.names
            found.classes |= makers.classes
        else:
            name = bound_by(alias)
            found.names |= {name} if alias.name in makers.names else set()
            found.classes |= {name} if alias.name in makers.classes else set()
            found.imported |= {name} & model_names(inner)


def read_beside(folder: Path, module: str) -> list[ast.stmt]:
    """Return the statements of a module in the folder; none where it lies elsewhere."""
    place = folder.joinpath(*module.split("."))
    for path in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
        try:
            return ast.parse(path.read_bytes()).body
        except (OSError, SyntaxError, ValueError):
            continue
    return []


def builders(statements: Sequence[ast.stmt], folder: Path | None = None) -> list[str]:
    """Return the functions at the top of a module that build a model, in their order."""
    names = making(statements, folder).names
    functions = [each for each in statements if isinstance(each, ast.FunctionDef)]
    return [each.name for each in functions if each.name in names]


def asked_names(statements: Sequence[ast.stmt]) -> set[str]:
    """Return the names on which methods are called that only models have."""
    return {
        name
        for node in top(statements)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ASKED
        for name in roots(node.func.value)
    }


def own_models(statements: Sequence[ast.stmt], folder: Path | None = None) -> set[str]:
    """Return the classes of models that a module defines, or imports from the folder."""
    return making(statements, folder).classes - MODELS


def builds(makers: Makers, function: Function) -> bool:
    """Tell whether a function makes a model and returns it, or what it is a part of."""
    nodes = list(ast.walk(function))
    made: set[str] = set()
    for node in nodes:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            values = list(ast.walk(node.value))
            if any(map(makers.makes, values)):
                made |= targets(node)
    given = [inner for node in nodes if isinstance(node, ast.Return) for inner in ends(node.value)]
    return any(
        makers.makes(each) or (isinstance(each, ast.Name) and each.id in made) for each in given
    )


def ends(value: ast.expr | None) -> Iterator[ast.expr]:
    """Yield what a value is: of a tuple each part, of a choice both."""
    if isinstance(value, (ast.Tuple, ast.List)):
        for part in value.elts:
            yield from ends(part)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from ends(part)
    elif isinstance(value, ast.IfExp):
        yield from ends(value.body)
        yield from ends(value.orelse)
    elif value is not None:
        yield value


def everything(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Yield every node of the statements."""
    for statement in statements:
        yield from ast.walk(statement)


def top(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield every node that is not inside a function or a class, these included."""
    for node in statements:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from top(ast.iter_child_nodes(node))


def targets(node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr) -> set[str]:
    """Return the names that an assignment binds."""
    places = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {
        inner.id
        for place in places
        for inner in ast.walk(place)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    }


def bound_names(statements: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that are assigned at the top of a module; imports are not."""
    for node in top(statements):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def sole_builder(statements: Sequence[ast.stmt], folder: Path | None = None) -> str:
    """Return the only function that builds a model and needs no arguments; empty without one.

    Functions that another one calls are its helpers.
    """
    functions = {each.name: each for each in statements if isinstance(each, ast.FunctionDef)}
    names = builders(statements, folder)
    called = {
        last_name(node.func)
        for name in names
        for node in ast.walk(functions[name])
        if isinstance(node, ast.Call) and last_name(node.func) != name
    }
    whole = [name for name in names if name not in called]
    return whole[0] if len(whole) == 1 and not demanded(functions[whole[0]]) else ""


def demanded(function: ast.AST) -> list[str]:
    """Return the parameters of a function that have no default."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    args = function.args
    every = [*args.posonlyargs, *args.args]
    pairs = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    by_word = [arg.arg for arg, default in pairs if default is None]
    return [arg.arg for arg in every[: len(every) - len(args.defaults)]] + by_word
