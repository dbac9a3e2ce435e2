"""What a statement of Python reads, binds and changes, found without running it.

Requires: a statement as `ast` parses it.
Ensures: a name that the statement may read, bind or change at the top of a module is told; more may
be told than happens, since a slice that holds too much is still right.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator

from msgspec import Struct, field

Function = ast.FunctionDef | ast.AsyncFunctionDef

SILENT = frozenset(
    {
        *("compile", "fit", "fit_generator", "evaluate", "evaluate_generator", "summary"),
        *("predict", "predict_generator", "predict_on_batch", "train_on_batch", "test_on_batch"),
        *("save", "save_weights", "load_weights", "set_weights", "export", "plot_model"),
        *("add_loss", "add_metric"),
        *("get_file", "download", "extractall", "print_summary"),
        *("show", "savefig", "imshow", "imsave", "imwrite", "to_csv"),
    }
)
"""Methods that a figure does without: a statement that only calls one is left out."""

GROWING = frozenset(
    {"add", "append", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"}
)
"""Methods that change their object also where their answer is used."""

SETTING = (
    *("set_", "enable_", "disable_", "register", "use_", "seed", "clear"),
    *("append", "insert", "extend", "update"),
)
"""How functions of a module begin that change what the module does later."""


class Effects(Struct):
    """Names that a statement reads at once, that its functions read later, and what it does.

    `called` are the names of the functions that it calls by name, with the arguments that are
    names; `changed` are the names whose objects it changes.
    """

    reads: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    called: list[tuple[str, list[str | None]]] = field(default_factory=list)


def effects(statement: ast.stmt) -> Effects:
    """Return the effects of a statement, those of the statements inside it included."""
    found = Effects()
    for node in at_once(statement):
        note(node, found)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        whole_call(statement.value, found)
    return found


def at_once(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what runs together with it: bodies of functions run later."""
    yield node
    if isinstance(node, ast.ClassDef):
        # The body of a class runs at once, in a scope of its own: `note` looks into it.
        children: Iterator[ast.AST] = iter(
            [*node.decorator_list, *node.bases, *(word.value for word in node.keywords)]
        )
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        children = iter([*node.decorator_list, *of_signature(node)])
    elif isinstance(node, ast.Lambda):
        children = iter(defaults(node.args))
    else:
        children = ast.iter_child_nodes(node)
    for child in children:
        yield from at_once(child)


def of_signature(function: Function) -> list[ast.AST]:
    """Return what Python evaluates when it meets a function: defaults and annotations."""
    args = function.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    notes = [arg.annotation for arg in every if arg is not None and arg.annotation is not None]
    return [*defaults(args), *notes, *([function.returns] if function.returns else [])]


def defaults(args: ast.arguments) -> list[ast.AST]:
    """Return the default values of parameters."""
    return [*args.defaults, *(value for value in args.kw_defaults if value is not None)]


def note(node: ast.AST, found: Effects) -> None:
    """Add the effects of one node."""
    if isinstance(node, ast.Name):
        (found.reads if isinstance(node.ctx, ast.Load) else found.binds).add(node.id)
    elif isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
        found.changes |= roots(node)
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        found.reads.add(node.target.id)
        found.changes.add(node.target.id)
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        found.binds |= {bound_by(alias) for alias in node.names}
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        found.binds.add(node.name)
        found.later |= outer_reads(node)
    elif isinstance(node, ast.Lambda):
        found.later |= outer_reads(node)
    elif isinstance(node, ast.ClassDef):
        found.binds.add(node.name)
        inner = of_class(node)
        found.reads |= inner.reads
        found.later |= inner.later
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        found.binds.add(node.name)
    elif isinstance(node, ast.Call):
        note_call(node, found)


def note_call(node: ast.Call, found: Effects) -> None:
    """Add what a call changes, wherever it stands."""
    if isinstance(node.func, ast.Name):
        names = [arg.id if isinstance(arg, ast.Name) else None for arg in node.args]
        found.called.append((node.func.id, names))
        if node.func.id in ("setattr", "delattr") and names and names[0]:
            found.changes.add(names[0])
    elif isinstance(node.func, ast.Attribute) and node.func.attr in GROWING:
        found.changes |= roots(node.func)


def whole_call(node: ast.Call, found: Effects) -> None:
    """Add what a statement changes that is a call and nothing else: why else would it stand?"""
    if isinstance(node.func, ast.Attribute):
        found.changes |= roots(node.func)


def of_class(node: ast.ClassDef) -> Effects:
    """Return what the body of a class reads of the module, at once and later."""
    inner = Effects()
    for statement in node.body:
        each = effects(statement)
        inner.reads |= each.reads - inner.binds
        inner.later |= each.later
        inner.binds |= each.binds
    return inner


def outer_reads(node: Function | ast.Lambda) -> set[str]:
    """Return the names that a function reads, or changes, of the module around it."""
    args = node.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    own = {arg.arg for arg in every if arg is not None}
    inner = Effects()
    body = node.body if isinstance(node.body, list) else [ast.Expr(node.body)]
    for statement in body:
        each = effects(statement)
        inner.reads |= each.reads
        inner.later |= each.later
        inner.binds |= each.binds
    declared = set(declared_global(node))
    return ((inner.reads | inner.later) - own - (inner.binds - declared)) | declared


def local_names(function: Function) -> set[str]:
    """Return the names that a function binds for itself: what it is given and what it assigns."""
    args = function.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    own = {arg.arg for arg in every if arg is not None}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
    return own - set(declared_global(function))


def declared_global(node: ast.AST) -> Iterator[str]:
    """Yield the names that a function declares to be those of the module."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Global):
            yield from inner.names


def changed_by(function: Function) -> tuple[set[int], set[str]]:
    """Return which parameters a function changes, by position, and which names of the module."""
    args = [arg.arg for arg in [*function.args.posonlyargs, *function.args.args]]
    changes: set[str] = set()
    own: set[str] = set()
    for statement in ast.walk(function):
        if isinstance(statement, ast.stmt) and statement is not function:
            each = effects(statement)
            changes |= each.changes
            own |= each.binds
    declared = set(declared_global(function))
    places = {place for place, name in enumerate(args) if name in changes}
    return places, (changes - own - set(args)) | declared


def roots(node: ast.AST) -> set[str]:
    """Return the name at the root of `a.b[c].d(e)`: here a.

    >>> roots(ast.parse("model.layers[-1].pop()", mode="eval").body)
    {'model'}
    """
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def bound_by(alias: ast.alias) -> str:
    """Return the name that an import binds.

    >>> bound_by(ast.parse("import a.b").body[0].names[0])
    'a'
    """
    return alias.asname or alias.name.partition(".")[0]


def last_name(node: ast.AST) -> str:
    """Return the last name of `a.b.c`: here c; empty where there is none."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def names_in(node: ast.AST) -> set[str]:
    """Return the names and the attributes that a dotted name is made of."""
    found: set[str] = set()
    while isinstance(node, ast.Attribute):
        found.add(node.attr)
        node = node.value
    return found | ({node.id} if isinstance(node, ast.Name) else set())


def is_silent(statement: ast.stmt, own: Container[str] = ()) -> bool:
    """Tell whether a statement only trains, tests, prints, saves, loads or plots.

    `own` are names of functions that the code defines itself: these may do anything.
    """
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    name = last_name(statement.value.func)
    return name in SILENT and name not in own


def functions_in(statements: Iterable[ast.stmt]) -> set[str]:
    """Return the names of all functions and methods that the statements define."""
    return {
        node.name
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
