"""Finds the names of a module that may hold a model, without running it.

Ensures: a name is included if its value contains something that builds a model. Names that only a
run can find, such as those of other files, are missing.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from net2fig.read.script.effects import (
    Function,
    get_dotted_names,
    get_last_name,
    imported_name,
    root_names,
)
from net2fig.read.script.imports import find_project_folders

BUILDER_NAMES = ("get_model", "build_model", "create_model", "make_model")
"""Names of functions that are called if the module holds no model, or several."""

MODEL_CLASSES = frozenset(
    {"Model", "Sequential", "Functional", "Module", "LightningModule", "PreTrainedModel"}
)
"""Classes of models, from which the user's classes may derive."""

FACTORIES = frozenset(
    {"clone_model", "model_from_json", "load_model", "from_config", "create_model", *MODEL_CLASSES}
)
"""Functions and classes that return a model."""

ZOOS = frozenset({"applications", "timm", "smp", "segmentation_models_pytorch", "models"})
"""Parts of the names of modules whose functions return models."""

NO_ZOOS = frozenset({"keras", "tf", "tensorflow"})
"""The same of a module `models` whose functions do not."""

MODEL_METHODS = frozenset({"compile", "summary", "load_weights", "fit_generator", "train_on_batch"})
"""Methods that only models have."""


def find_model_names(statements: Sequence[ast.stmt], folder: Path | None = None) -> set[str]:
    """Return the names that may hold a model at the end of these statements.

    Files in `folder` that the statements import are searched as well.
    """
    factories = find_factories(statements, folder)
    names = factories.imported
    bound = set(find_assigned_names(statements))
    for node in walk_top_level(statements):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            if node.value is not None and any(map(factories.is_model_call, ast.walk(node.value))):
                names |= assigned_names(node)
        elif (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name in BUILDER_NAMES
        ):
            names.add(node.name)
    names |= find_used_models(statements) & bound
    if not names:
        names = find_model_holders(statements, factories)
    sole = "" if names else find_sole_builder(statements, folder)
    return names | ({sole} if sole else set())


def find_model_holders(statements: Sequence[ast.stmt], factories: Factories) -> set[str]:
    """Return the names of objects whose class makes a model, and of lists of models."""
    classes = {
        each.name
        for each in statements
        if isinstance(each, ast.ClassDef) and any(map(factories.is_model_call, ast.walk(each)))
    }
    holders: set[str] = set()
    for node in walk_top_level(statements):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            holders |= assigned_names(node) if get_last_name(node.value.func) in classes else set()
        elif isinstance(node, ast.Call) and any(
            factories.is_model_call(part) for part in node.args
        ):
            # A list that models are appended to.
            holders |= root_names(node.func)
    return holders & set(find_assigned_names(statements))


def is_zoo(names: set[str]) -> bool:
    """Tell whether the parts of a dotted name are those of a function that returns a model."""
    return (bool(names & ZOOS) and not names & NO_ZOOS) or "applications" in names


class Factories:
    """The functions and classes of a module that build models."""

    def __init__(self) -> None:
        self.names = set(FACTORIES)
        self.classes = set(MODEL_CLASSES)
        self.imported: set[str] = set()

    def is_model_call(self, node: ast.AST) -> bool:
        """Tell whether a node is a call that returns a model."""
        if not isinstance(node, ast.Call):
            return False
        dotted = get_dotted_names(node.func)
        return get_last_name(node.func) in self.names or is_zoo(dotted)

    def is_alias(self, value: ast.expr) -> bool:
        """Tell whether a value builds models, as `applications.ResNet50`."""
        name = get_last_name(value)
        known = name in self.names or is_zoo(get_dotted_names(value))
        return known and (name[:1].isupper() or name in self.names)


def find_factories(
    statements: Sequence[ast.stmt],
    folder: Path | None = None,
    depth: int = 3,
    here: Path | None = None,
) -> Factories:
    """Return the factories of a module: its classes, its functions and its imports.

    `here` is the folder of the module, from which relative imports start, if it is another.
    """
    factories = Factories()
    nodes = list(walk_all(statements))
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            origin = (node.module or "").split(".")
            kept = [a for a in node.names if is_zoo(set(origin)) or a.name in FACTORIES]
            factories.names |= {imported_name(alias) for alias in kept}
            factories.classes |= {
                imported_name(alias) for alias in kept if alias.name in MODEL_CLASSES
            }
        if isinstance(node, (ast.Import, ast.ImportFrom)) and folder is not None and depth:
            add_neighbour_factories(factories, node, folder, depth, here or folder)
    before = -1
    while before < len(factories.names):
        before = len(factories.names)
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                if any(get_last_name(base) in factories.classes for base in node.bases):
                    factories.names.add(node.name)
                    factories.classes.add(node.name)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and is_builder(
                factories, node
            ):
                factories.names.add(node.name)
            elif isinstance(node, ast.Assign) and factories.is_alias(node.value):
                factories.names |= assigned_names(node)
    return factories


def add_neighbour_factories(
    known: Factories, node: ast.Import | ast.ImportFrom, folder: Path, depth: int, here: Path
) -> None:
    """Add the factories and models that are imported from a file in the folder."""
    level = node.level if isinstance(node, ast.ImportFrom) else 0
    if level:
        bases = [here.joinpath(*[".."] * (level - 1))]
    else:
        # A file may import from any folder of its project that is above it.
        bases = [folder, *find_project_folders(folder / "file")]
    for alias in node.names:
        module = node.module if isinstance(node, ast.ImportFrom) else alias.name
        path = next(filter(None, (find_neighbour(base, module or "") for base in bases)), None)
        if path is None:
            continue
        factories, models = read_neighbour(path, path.stat().st_mtime_ns, folder, depth - 1)
        if isinstance(node, ast.Import) or alias.name == "*":
            known.names |= factories.names
            known.classes |= factories.classes
        else:
            name = imported_name(alias)
            known.names |= {name} if alias.name in factories.names else set()
            known.classes |= {name} if alias.name in factories.classes else set()
            known.imported |= {name} & models


def find_neighbour(folder: Path, module: str) -> Path | None:
    """Return the file of a module in the folder; None if it is not there, or is no Python."""
    base = folder.joinpath(*module.split("."))
    paths = (base.with_name(f"{base.name}.py"), base / "__init__.py")
    return next((path for path in paths if path.is_file() and parse(path) is not None), None)


def parse(path: Path) -> list[ast.stmt] | None:
    """Return the statements of a file; None if it is no Python."""
    try:
        return ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return None


@cache
def read_neighbour(path: Path, _time: int, folder: Path, depth: int) -> tuple[Factories, set[str]]:
    """Return the factories of a file as it is at a time, and the names of its models."""
    inner = parse(path) or []
    return find_factories(inner, folder, depth, path.parent), find_model_names(inner)


def find_builders(statements: Sequence[ast.stmt], folder: Path | None = None) -> list[str]:
    """Return the functions at the top of a module that build a model, in order."""
    names = find_factories(statements, folder).names
    functions = [each for each in statements if isinstance(each, ast.FunctionDef)]
    return [each.name for each in functions if each.name in names]


def find_used_models(
    statements: Sequence[ast.stmt], methods: Container[str] = MODEL_METHODS
) -> set[str]:
    """Return the names on which methods are called that only models have."""
    return {
        name
        for node in walk_top_level(statements)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in methods
        for name in root_names(node.func.value)
    }


def find_model_classes(statements: Sequence[ast.stmt], folder: Path | None = None) -> set[str]:
    """Return the model classes that a module defines, or imports from the folder."""
    return find_factories(statements, folder).classes - MODEL_CLASSES


def is_builder(factories: Factories, function: Function) -> bool:
    """Tell whether a function makes a model and returns it, or what it is a part of."""
    nodes = list(ast.walk(function))
    model_variables: set[str] = set()
    for node in nodes:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            values = list(ast.walk(node.value))
            if any(map(factories.is_model_call, values)):
                model_variables |= assigned_names(node)
    results = [
        inner
        for node in nodes
        if isinstance(node, ast.Return)
        for inner in split_results(node.value)
    ]
    return any(
        factories.is_model_call(each) or (isinstance(each, ast.Name) and each.id in model_variables)
        for each in results
    )


def split_results(value: ast.expr | None) -> Iterator[ast.expr]:
    """Yield the parts of a value: items of a tuple or dictionary, both sides of an `if`."""
    if isinstance(value, (ast.Tuple, ast.List)):
        for part in value.elts:
            yield from split_results(part)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from split_results(part)
    elif isinstance(value, ast.IfExp):
        yield from split_results(value.body)
        yield from split_results(value.orelse)
    elif value is not None:
        yield value


def walk_all(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Yield every node of the statements."""
    for statement in statements:
        yield from ast.walk(statement)


def walk_top_level(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield every node outside of functions and classes, and these definitions themselves."""
    for node in statements:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from walk_top_level(ast.iter_child_nodes(node))


def assigned_names(node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr) -> set[str]:
    """Return the names that an assignment binds."""
    places = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {
        inner.id
        for base in places
        for inner in ast.walk(base)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    }


def find_assigned_names(statements: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that are assigned at the top of a module, without imports."""
    for node in walk_top_level(statements):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def find_sole_builder(statements: Sequence[ast.stmt], folder: Path | None = None) -> str:
    """Return the only function that builds a model and needs no arguments; empty if there is none.

    Functions that another builder calls are its helpers and do not count.
    """
    functions = {each.name: each for each in statements if isinstance(each, ast.FunctionDef)}
    names = find_builders(statements, folder)
    called = {
        get_last_name(node.func)
        for name in names
        for node in ast.walk(functions[name])
        if isinstance(node, ast.Call) and get_last_name(node.func) != name
    }
    whole = [name for name in names if name not in called]
    return whole[0] if len(whole) == 1 and not required_parameters(functions[whole[0]]) else ""


def required_parameters(function: ast.AST) -> list[str]:
    """Return the parameters of a function that have no default."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    args = function.args
    every = [*args.posonlyargs, *args.args]
    pairs = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    by_word = [arg.arg for arg, default in pairs if default is None]
    return [arg.arg for arg in every[: len(every) - len(args.defaults)]] + by_word
