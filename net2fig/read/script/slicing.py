"""Only what the model needs: the statements of a module on which some of its names depend.

Backward slicing (Weiser 1981): from the end to the beginning, with the names whose value is still
wanted. What functions read counts as wanted everywhere, since they may run at any time.

Requires: the statements at the top of a module, and the names that are wanted at its end.
Ensures: the statements that are kept, in their order and with their lines, give the wanted names
the value that all of them would give; statements that only train, test, print, save, load or plot
are not among them.
"""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct, field

from net2fig.read.script.effects import (
    SETTING,
    SILENT,
    Effects,
    Function,
    bound_by,
    changed_by,
    effects,
    is_silent,
    last_name,
    local_names,
    roots,
)

ALWAYS = (("os", "environ"), ("sys", "path"), ("os", "chdir"))
"""What is changed here decides how and whether imports work."""

UNFOLLOWED = frozenset({"exec", "eval", "globals", "locals", "vars", "__import__"})
"""Functions through which names come and go unseen."""

LOADERS = frozenset({"load_model"})
"""What replaces a model that the code has built by the same model, trained."""


NUMBERS = frozenset({"len", "int", "float", "str", "round", "bool"})
"""Functions whose answers nobody can change."""


def sliced(
    statements: Sequence[ast.stmt], wanted: set[str], built_by_call: Iterable[str] = ()
) -> list[ast.stmt] | None:
    """Return the statements that the wanted names need; None where this cannot be known.

    `built_by_call` are classes whose objects are changed by being called: subclassed models.
    """
    module = Module(list(statements), set(built_by_call))
    for node in module.nodes():
        name = last_name(node.func) if isinstance(node, ast.Call) else ""
        # Of an object, `vars` gives attributes and not names.
        of_object = isinstance(node, ast.Call) and name == "vars" and node.args
        if name in UNFOLLOWED and not of_object:
            return None
    keep = Keep(module)
    before: tuple[int, int] | None = None
    while before != keep.size():
        before = keep.size()
        keep.block(module.statements, set(wanted))
    return [part for part in map(keep.kept_of, module.statements) if part is not None]


class Scope(Struct, frozen=True):
    """Where a node stands: at the top of a module, or in a function with names of its own."""

    names: dict[str, str] = field(default_factory=dict)

    def own(self, name: str) -> str:
        """Return a name as no other function has it; those of the module stay as they are."""
        return self.names.get(name, name)

    def inside(self, function: Function) -> Scope:
        """Return what a function inside this one sees."""
        mark = f"{function.lineno}:{function.name}:"
        return Scope({**self.names, **{name: mark + name for name in local_names(function)}})


TOP = Scope()


def scoped(nodes: Iterable[ast.AST], scope: Scope = TOP) -> Iterator[tuple[ast.AST, Scope]]:
    """Yield every node with the function that it stands in."""
    for node in nodes:
        yield node, scope
        inner = scope
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = scope.inside(node)
        yield from scoped(ast.iter_child_nodes(node), inner)


def plain_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that are bound to nothing but numbers and texts, wherever they are bound."""
    values: dict[str, list[ast.expr | None]] = {}
    told: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    told.add(id(target))
                    values.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.arg):
            values.setdefault(node.arg, []).append(None)
        elif isinstance(node, ast.Name) and not (
            isinstance(node.ctx, ast.Load) or id(node) in told
        ):
            values.setdefault(node.id, []).append(None)
    return {name for name, found in values.items() if all(map(is_plain, found))}


def is_plain(value: ast.expr | None) -> bool:
    """Tell whether an expression is a number or a text, whatever else happens."""
    if isinstance(value, ast.BinOp):
        return is_plain(value.left) and is_plain(value.right)
    if isinstance(value, ast.UnaryOp):
        return is_plain(value.operand)
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in NUMBERS
    return isinstance(value, (ast.Constant, ast.JoinedStr))


class Module:
    """What is known of a module as a whole."""

    def __init__(self, statements: list[ast.stmt], built_by_call: set[str]) -> None:
        self.statements = statements
        self.built_by_call = built_by_call
        self.callables: set[str] = set()
        self.effects: dict[int, Effects] = {}
        self.functions: dict[str, tuple[set[int], set[str]]] = {}
        self.imported: set[str] = set()
        self.bound: set[str] = set(dir(builtins)) | {"__file__", "__name__"}
        self.times: dict[str, int] = {}
        self.aliases: dict[str, set[str]] = {}
        self.stored: set[str] = set()
        nodes = self.nodes()
        self.plain = plain_names(nodes)
        for node, scope in scoped(statements):
            self.index(node, scope)
        for statement in statements:
            self.bound |= self.of(statement).binds

    def nodes(self) -> list[ast.AST]:
        """Return every node of the module."""
        return [node for statement in self.statements for node in ast.walk(statement)]

    def index(self, node: ast.AST, scope: Scope) -> None:
        """Note what a node says about the names of the module, and those of its functions."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self.stored.add(scope.own(node.id))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.functions[node.name] = changed_by(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imported |= {bound_by(alias) for alias in node.names}
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.alias(node.target, node.iter, scope)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self.assign(target, node.value, scope)

    def assign(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        """Note what is bound to what."""
        called = last_name(value.func) if isinstance(value, ast.Call) else ""
        if called not in SILENT:
            self.alias(target, value, scope)
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name):
                self.times[inner.id] = self.times.get(inner.id, 0) + 1
                if called in self.built_by_call:
                    self.callables.add(inner.id)

    def alias(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        """Note that to change the target may be to change what the value is a part of.

        Numbers and texts are parts of nothing: they cannot be changed.
        """
        names = {inner.id for inner in ast.walk(target) if isinstance(inner, ast.Name)}
        parts = value.args if isinstance(value, ast.Call) and value.args else [value]
        found = {root for part in [value, *parts] for root in roots(part)} - self.imported
        for one in map(scope.own, names - self.plain):
            for other in map(scope.own, found - self.plain):
                # Both ways: to change the whole is to change its parts as well.
                self.aliases.setdefault(one, set()).add(other)
                self.aliases.setdefault(other, set()).add(one)

    def of(self, statement: ast.stmt) -> Effects:
        """Return the effects of a statement, found once."""
        if id(statement) not in self.effects:
            self.effects[id(statement)] = effects(statement)
        return self.effects[id(statement)]

    def changes(self, statement: ast.stmt) -> set[str]:
        """Return the names whose objects a simple statement changes, through functions as well."""
        own = self.of(statement)
        found = set(own.changes)
        for name, args in own.called:
            places, free = self.functions.get(name, (set(), set()))
            found |= free | {arg for place, arg in enumerate(args) if arg and place in places}
            found |= {name} & self.callables
        modules = found & self.imported
        if modules and not self.sets_module(statement):
            found -= modules
        return self.with_aliases(found)

    def with_aliases(self, names: set[str]) -> set[str]:
        """Return the names, and all that may be parts of the same objects."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                # What is never assigned is a function: to be called is not to be a part.
                waiting += self.aliases.get(name, set()) & self.stored
        return found

    def sets_module(self, statement: ast.stmt) -> bool:
        """Tell whether a statement changes what a module does: keras.backend.set_…(…)."""
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            return last_name(statement.value.func).startswith(SETTING)
        return True


def always(statement: ast.stmt) -> bool:
    """Tell whether a statement prepares imports."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        places: list[ast.expr] = [statement.value.func]
    else:
        places = list(statement.targets) if isinstance(statement, ast.Assign) else []
    dotted = [ast.unparse(place) for place in places]
    return any(text.startswith(".".join(pair)) for text in dotted for pair in ALWAYS)


class Keep(Struct):
    """What is kept so far: statements, imported names, and the names that functions read."""

    module: Module
    statements: set[int] = field(default_factory=set)
    pinned: set[str] = field(default_factory=set)
    jumps: bool = False

    def size(self) -> tuple[int, int]:
        """Return how much is kept, which only grows."""
        return len(self.statements), len(self.pinned)

    def block(self, statements: Sequence[ast.stmt], live: set[str]) -> set[str]:
        """Keep what a block must keep; from what is wanted after it to what is wanted before."""
        for statement in reversed(statements):
            live = self.visit(statement, live)
        return live

    def visit(self, statement: ast.stmt, live: set[str]) -> set[str]:
        """Keep a statement where it is needed, and return what is wanted before it."""
        blocks = inner_blocks(statement)
        if blocks:
            return self.compound(statement, blocks, live)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return self.imports(statement, live)
        if isinstance(statement, (ast.Break, ast.Continue)):
            if self.jumps:
                self.statements.add(id(statement))
            return live
        if is_silent(statement, self.module.functions) or not self.needed(statement, live):
            return live
        return self.take(statement, live)

    def needed(self, statement: ast.stmt, live: set[str]) -> bool:
        """Tell whether a simple statement, a function or a class is needed."""
        if isinstance(statement, (ast.Delete, ast.Assert, ast.Raise, ast.Global, ast.Pass)):
            return False
        wanted = live | self.pinned
        if self.module.of(statement).binds & wanted:
            return not self.reloads(statement)
        return always(statement) or bool(self.module.changes(statement) & wanted)

    def reloads(self, statement: ast.stmt) -> bool:
        """Tell whether a statement only loads what another one has built."""
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
            return False
        names = self.module.of(statement).binds
        again = any(self.module.times.get(name, 0) > 1 for name in names)
        return again and last_name(statement.value.func) in LOADERS

    def take(self, statement: ast.stmt, live: set[str]) -> set[str]:
        """Keep a statement that holds no others."""
        self.statements.add(id(statement))
        found = self.module.of(statement)
        self.pinned |= found.later
        # What is bound anew hides what was bound before, unless it reads it.
        return (live - (found.binds - self.pinned)) | found.reads

    def imports(self, statement: ast.Import | ast.ImportFrom, live: set[str]) -> set[str]:
        """Keep the imported names that are needed, each by itself."""
        wanted = live | self.pinned
        for alias in statement.names:
            future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
            star = alias.name == "*" and wanted - self.module.bound
            if future or star or bound_by(alias) in wanted:
                self.statements |= {id(alias), id(statement)}
                if isinstance(statement, ast.ImportFrom) or alias.asname:
                    live = live - {bound_by(alias)}
        return live

    def compound(
        self, statement: ast.stmt, blocks: Sequence[Sequence[ast.stmt]], live: set[str]
    ) -> set[str]:
        """Keep a statement that holds others where one of these is kept, or where it binds."""
        header = header_effects(statement)
        loop = isinstance(statement, (ast.For, ast.AsyncFor, ast.While))
        before = set(live)
        jumps = self.jumps
        while True:
            size = self.size()
            after = set(before)
            for block in reversed(blocks):
                # Any block may be the one that runs, or none.
                after |= self.block(block, set(before))
            inside = any(id(item) in self.statements for block in blocks for item in block)
            if inside or header.binds & (live | self.pinned):
                self.statements.add(id(statement))
                self.pinned |= header.later
                after |= header.reads
                self.jumps = self.jumps or loop
            if after == before and size == self.size():
                break
            before = after
        self.jumps = jumps
        return before

    def kept_of(self, statement: ast.stmt) -> ast.stmt | None:
        """Return what is kept of a statement; None where nothing is."""
        if id(statement) not in self.statements:
            return None
        blocks = inner_blocks(statement)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            part = copy.copy(statement)
            part.names = [alias for alias in statement.names if id(alias) in self.statements]
            return part
        return rebuilt(statement, self.kept_of) if blocks else statement


def inner_blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """Return the blocks of statements inside a statement; functions and classes are whole."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return []
    blocks = [getattr(statement, name, None) for name in ("body", "orelse", "finalbody")]
    handlers = [part.body for part in getattr(statement, "handlers", ())]
    cases = [part.body for part in getattr(statement, "cases", ())]
    return [block for block in [*blocks, *handlers, *cases] if block]


def header_effects(statement: ast.stmt) -> Effects:
    """Return the effects of a compound statement without those of its blocks."""
    return effects(rebuilt(statement, lambda _: None))


def rebuilt(statement: ast.stmt, keep: Callable[[ast.stmt], ast.stmt | None]) -> ast.stmt:
    """Return a compound statement with what is kept of its blocks; an empty one gets a `pass`."""

    def block(statements: list[ast.stmt]) -> list[ast.stmt]:
        kept = [part for part in map(keep, statements) if part is not None]
        return kept or [ast.copy_location(ast.Pass(), statement)]

    part = copy.copy(statement)
    for name in ("body", "orelse", "finalbody"):
        if getattr(part, name, None):
            setattr(part, name, block(getattr(part, name)))
    for name in ("handlers", "cases"):
        if getattr(part, name, None):
            inner = [copy.copy(item) for item in getattr(part, name)]
            for item in inner:
                item.body = block(item.body)
            setattr(part, name, inner)
    return part
