"""The names that a Python statement reads, binds and changes, found without running it.

Requires: a statement as `ast` parses it.
Ensures: the result contains every name at the top of a module that the statement may read, bind or
change. It may contain more, since a slice that holds too much is still right.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator

from msgspec import Struct, field

Function = ast.FunctionDef | ast.AsyncFunctionDef

IRRELEVANT_METHODS = frozenset(
    {
        *("compile", "fit", "fit_generator", "evaluate", "evaluate_generator", "summary"),
        *("predict", "predict_generator", "predict_on_batch", "train_on_batch", "test_on_batch"),
        *("save", "save_weights", "load_weights", "set_weights", "export", "plot_model"),
        *("add_loss", "add_metric"),
        *("get_file", "download", "extractall", "print_summary"),
        *("step", "backward", "zero_grad", "load_state_dict", "clip_grad_norm_", "manual_seed"),
        *("show", "savefig", "imshow", "imsave", "imwrite", "to_csv"),
    }
)
"""Methods that do not affect a figure: a statement that only calls one is left out."""

MUTATING_METHODS = frozenset(
    {"add", "append", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"}
)
"""Methods that change their object, even where their result is used."""

SETTER_PREFIXES = (
    *("set_", "enable_", "disable_", "register", "use_", "seed", "clear"),
    *("append", "insert", "extend", "update"),
)
"""Prefixes of functions that change what their module does later."""


class Effects(Struct):
    """The names that a statement reads, binds and changes.

    `deferred_reads` are names that functions in it read when they run. `changes` are the names
    whose objects it changes. `calls` are the functions that it calls by name, with the arguments
    that are names.
    """

    reads: set[str] = field(default_factory=set)
    deferred_reads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    calls: list[tuple[str, list[str | None]]] = field(default_factory=list)


def find_effects(statement: ast.stmt) -> Effects:
    """Return the effects of a statement and of the statements inside it."""
    effects = Effects()
    for node in walk_immediate(statement):
        add_node(node, effects)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        add_statement_call(statement.value, effects)
    return effects


def walk_immediate(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and the nodes that run with it: bodies of functions run later."""
    yield node
    if isinstance(node, ast.ClassDef):
        # The body of a class runs at once, in a scope of its own: `add_node` looks into it.
        children: Iterator[ast.AST] = iter(
            [*node.decorator_list, *node.bases, *(word.value for word in node.keywords)]
        )
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        children = iter([*node.decorator_list, *signature_expressions(node)])
    elif isinstance(node, ast.Lambda):
        children = iter(default_values(node.args))
    else:
        children = ast.iter_child_nodes(node)
    for child in children:
        yield from walk_immediate(child)


def signature_expressions(function: Function) -> list[ast.AST]:
    """Return the expressions that Python evaluates at a definition: defaults and annotations."""
    annotations = [each.annotation for each in parameters_of(function)] + [function.returns]
    return [*default_values(function.args), *(each for each in annotations if each is not None)]


def parameters_of(function: Function | ast.Lambda) -> list[ast.arg]:
    """Return all parameters of a function."""
    args = function.args
    parameters = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return [each for each in parameters if each is not None]


def default_values(args: ast.arguments) -> list[ast.AST]:
    """Return the default values of parameters."""
    return [*args.defaults, *(value for value in args.kw_defaults if value is not None)]


def add_node(node: ast.AST, effects: Effects) -> None:
    """Add the effects of one node."""
    if isinstance(node, ast.Name):
        (effects.reads if isinstance(node.ctx, ast.Load) else effects.binds).add(node.id)
    elif isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
        effects.changes |= root_names(node)
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        effects.reads.add(node.target.id)
        effects.changes.add(node.target.id)
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        effects.binds |= {imported_name(alias) for alias in node.names}
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        effects.binds.add(node.name)
        effects.deferred_reads |= find_free_names(node)
    elif isinstance(node, ast.Lambda):
        effects.deferred_reads |= find_free_names(node)
    elif isinstance(node, ast.ClassDef):
        effects.binds.add(node.name)
        body_effects = class_effects(node)
        effects.reads |= body_effects.reads
        effects.deferred_reads |= body_effects.deferred_reads
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        effects.binds.add(node.name)
    elif isinstance(node, ast.Call):
        add_call(node, effects)


def add_call(node: ast.Call, effects: Effects) -> None:
    """Add the names that a call changes."""
    if isinstance(node.func, ast.Name):
        names = [
            next(iter(root_names(arg)), None) if isinstance(arg, ast.Name | ast.Attribute) else None
            for arg in node.args
        ]
        effects.calls.append((node.func.id, names))
        if node.func.id in ("setattr", "delattr") and names and names[0]:
            effects.changes.add(names[0])
    elif isinstance(node.func, ast.Attribute) and node.func.attr in MUTATING_METHODS:
        effects.changes |= root_names(node.func)


def add_statement_call(node: ast.Call, effects: Effects) -> None:
    """Add the object of a method call that is a whole statement: it is called for its effect."""
    if isinstance(node.func, ast.Attribute):
        effects.changes |= root_names(node.func)


def class_effects(node: ast.ClassDef) -> Effects:
    """Return the names of the module that the body of a class reads, at once and later."""
    body_effects = Effects()
    for statement in node.body:
        each = find_effects(statement)
        body_effects.reads |= each.reads - body_effects.binds
        body_effects.deferred_reads |= each.deferred_reads
        body_effects.binds |= each.binds
    return body_effects


def find_free_names(node: Function | ast.Lambda) -> set[str]:
    """Return the names of the surrounding module that a function reads or changes."""
    parameters = {each.arg for each in parameters_of(node)}
    body_effects = Effects()
    body = node.body if isinstance(node.body, list) else [ast.Expr(node.body)]
    for statement in body:
        each = find_effects(statement)
        body_effects.reads |= each.reads
        body_effects.deferred_reads |= each.deferred_reads
        body_effects.binds |= each.binds
    declared = set(find_global_names(node))
    reads = body_effects.reads | body_effects.deferred_reads
    return (reads - parameters - (body_effects.binds - declared)) | declared


def find_local_names(function: Function) -> set[str]:
    """Return the local names of a function: its parameters and the names that it assigns."""
    names = {each.arg for each in parameters_of(function)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names - set(find_global_names(function))


def find_global_names(node: ast.AST) -> Iterator[str]:
    """Yield the names that a function declares as `global`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Global):
            yield from inner.names


def find_changes(function: Function) -> tuple[set[int], set[str]]:
    """Return the positions of parameters, and the names of the module, that a function changes."""
    args = [arg.arg for arg in [*function.args.posonlyargs, *function.args.args]]
    changes: set[str] = set()
    bound: set[str] = set()
    for statement in ast.walk(function):
        if isinstance(statement, ast.stmt) and statement is not function:
            each = find_effects(statement)
            changes |= each.changes
            bound |= each.binds
    for loop in ast.walk(function):
        # What changes the items changes what holds them: `for p in m.parameters(): …`.
        if isinstance(loop, ast.For | ast.AsyncFor) and root_names(loop.target) & changes:
            changes |= root_names(loop.iter)
    declared = set(find_global_names(function))
    positions = {position for position, name in enumerate(args) if name in changes}
    return positions, (changes - bound - set(args)) | declared


def root_names(node: ast.AST) -> set[str]:
    """Return the name at the root of an expression: of `a.b[c].d(e)` it is `a`.

    >>> root_names(ast.parse("model.layers[-1].pop()", mode="eval").body)
    {'model'}
    """
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def imported_name(alias: ast.alias) -> str:
    """Return the name that an import binds.

    >>> imported_name(ast.parse("import a.b").body[0].names[0])
    'a'
    """
    return alias.asname or alias.name.partition(".")[0]


def get_last_name(node: ast.AST) -> str:
    """Return the last name of an expression, `c` of `a.b.c`; empty if there is none."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def get_dotted_names(node: ast.AST) -> set[str]:
    """Return the parts of a dotted name."""
    names: set[str] = set()
    while isinstance(node, ast.Attribute):
        names.add(node.attr)
        node = node.value
    return names | ({node.id} if isinstance(node, ast.Name) else set())


def is_irrelevant(statement: ast.stmt, defined: Container[str] = ()) -> bool:
    """Tell whether a statement only trains, tests, prints, saves, loads or plots.

    `defined` are names of functions that the code defines itself: these may do anything.
    """
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    name = get_last_name(statement.value.func)
    return name in IRRELEVANT_METHODS and name not in defined


def find_function_names(statements: Iterable[ast.stmt]) -> set[str]:
    """Return the names of all functions and methods that the statements define."""
    return {
        node.name
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
