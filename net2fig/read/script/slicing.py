"""Slices a module: keeps the statements on which some of its names depend.

Backward slicing (Weiser 1981) goes from the end to the beginning, with the names whose value is
still wanted. What functions read counts as wanted everywhere, since they may run at any time.

Requires: the statements at the top of a module, and the names that are wanted at its end.
Ensures: the kept statements, in their order and with their lines, give the wanted names the same
values as the whole module. Statements that only train, test, print, save, load or plot are not
kept.
"""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct, field

from net2fig.read.script.effects import (
    IRRELEVANT_METHODS,
    SETTER_PREFIXES,
    Effects,
    Function,
    find_changes,
    find_effects,
    find_local_names,
    get_last_name,
    imported_name,
    is_irrelevant,
    root_names,
)

IMPORT_SETTINGS = (("os", "environ"), ("sys", "path"), ("os", "chdir"))
"""Settings that decide how and whether imports work."""

LAYER_SETTERS = ("set_image_data_format", "set_image_dim_ordering")
"""Functions of Keras that decide what its layers do, by whatever name code reaches these."""

DYNAMIC_FUNCTIONS = frozenset({"exec", "eval", "globals", "locals", "vars", "__import__"})
"""Functions that can read and bind names invisibly."""

MODEL_LOADERS = frozenset({"load_model"})
"""Functions that replace a model that the code has built by the same model, trained."""


IMMUTABLE_RESULTS = frozenset({"len", "int", "float", "str", "round", "bool"})
"""Functions whose results are immutable."""


def slice_statements(
    statements: Sequence[ast.stmt], wanted: set[str], built_by_call: Iterable[str] = ()
) -> list[ast.stmt] | None:
    """Return the statements that the wanted names need; None if this cannot be known.

    `built_by_call` are classes whose objects are changed by being called: subclassed models.
    """
    module = ModuleIndex(list(statements), set(built_by_call))
    for node in module.nodes():
        name = get_last_name(node.func) if isinstance(node, ast.Call) else ""
        # Of an object, `vars` gives attributes and not names.
        of_object = isinstance(node, ast.Call) and name == "vars" and node.args
        if name in DYNAMIC_FUNCTIONS and not of_object:
            return None
    builder = SliceBuilder(module)
    before: tuple[int, int] | None = None
    while before != builder.size():
        before = builder.size()
        builder.keep_block(module.statements, set(wanted))
    return [part for part in map(builder.extract, module.statements) if part is not None]


class FunctionScope(Struct, frozen=True):
    """The scope of a node: the top of a module, or a function with its own local names."""

    names: dict[str, str] = field(default_factory=dict)

    def qualify(self, name: str) -> str:
        """Return a unique name for a local of a function; names of the module stay the same."""
        return self.names.get(name, name)

    def enter(self, function: Function) -> FunctionScope:
        """Return the scope of a function inside this one."""
        prefix = f"{function.lineno}:{function.name}:"
        local = {name: prefix + name for name in find_local_names(function)}
        return FunctionScope({**self.names, **local})


MODULE_SCOPE = FunctionScope()


def walk_with_scope(
    nodes: Iterable[ast.AST], scope: FunctionScope = MODULE_SCOPE
) -> Iterator[tuple[ast.AST, FunctionScope]]:
    """Yield every node with its scope."""
    for node in nodes:
        yield node, scope
        inner = scope
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = scope.enter(node)
        yield from walk_with_scope(ast.iter_child_nodes(node), inner)


def find_constant_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that are only ever bound to numbers and texts."""
    values: dict[str, list[ast.expr | None]] = {}
    assigned: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    assigned.add(id(target))
                    values.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.arg):
            values.setdefault(node.arg, []).append(None)
        elif isinstance(node, ast.Name) and not (
            isinstance(node.ctx, ast.Load) or id(node) in assigned
        ):
            values.setdefault(node.id, []).append(None)
    return {name for name, bound in values.items() if all(map(is_constant, bound))}


def is_constant(value: ast.expr | None) -> bool:
    """Tell whether an expression is certainly a number or a text."""
    if isinstance(value, ast.BinOp):
        return is_constant(value.left) and is_constant(value.right)
    if isinstance(value, ast.UnaryOp):
        return is_constant(value.operand)
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in IMMUTABLE_RESULTS
    return isinstance(value, (ast.Constant, ast.JoinedStr))


class ModuleIndex:
    """An index of a whole module: effects, functions, imports and aliases."""

    def __init__(self, statements: list[ast.stmt], built_by_call: set[str]) -> None:
        self.statements = statements
        self.built_by_call = built_by_call
        self.callables: set[str] = set()
        self.effects: dict[int, Effects] = {}
        self.functions: dict[str, tuple[set[int], set[str]]] = {}
        self.imported: set[str] = set()
        self.bound: set[str] = set(dir(builtins)) | {"__file__", "__name__"}
        self.assignment_counts: dict[str, int] = {}
        self.aliases: dict[str, set[str]] = {}
        self.stored: set[str] = set()
        nodes = self.nodes()
        self.constants = find_constant_names(nodes)
        for node, scope in walk_with_scope(statements):
            self.index_node(node, scope)
        for statement in statements:
            self.bound |= self.effects_of(statement).binds

    def nodes(self) -> list[ast.AST]:
        """Return every node of the module."""
        return [node for statement in self.statements for node in ast.walk(statement)]

    def index_node(self, node: ast.AST, scope: FunctionScope) -> None:
        """Record what a node does to the names of the module and of its functions."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self.stored.add(scope.qualify(node.id))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.functions[node.name] = find_changes(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imported |= {imported_name(alias) for alias in node.names}
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.add_alias(node.target, node.iter, scope)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self.index_assignment(target, node.value, scope)

    def index_assignment(self, target: ast.expr, value: ast.expr, scope: FunctionScope) -> None:
        """Record an assignment."""
        called = get_last_name(value.func) if isinstance(value, ast.Call) else ""
        if called not in IRRELEVANT_METHODS:
            self.add_alias(target, value, scope)
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name):
                self.assignment_counts[inner.id] = self.assignment_counts.get(inner.id, 0) + 1
                if called in self.built_by_call:
                    self.callables.add(inner.id)

    def add_alias(self, target: ast.expr, value: ast.expr, scope: FunctionScope) -> None:
        """Record that changing the target may change the objects that the value is a part of.

        Numbers and texts are parts of nothing: they cannot be changed.
        """
        names = {inner.id for inner in ast.walk(target) if isinstance(inner, ast.Name)}
        parts = value.args if isinstance(value, ast.Call) and value.args else [value]
        roots = {root for part in [value, *parts] for root in root_names(part)} - self.imported
        for one in map(scope.qualify, names - self.constants):
            for other in map(scope.qualify, roots - self.constants):
                # In both directions: a change of the whole changes its parts as well.
                self.aliases.setdefault(one, set()).add(other)
                self.aliases.setdefault(other, set()).add(one)

    def effects_of(self, statement: ast.stmt) -> Effects:
        """Return the effects of a statement, from a cache."""
        if id(statement) not in self.effects:
            self.effects[id(statement)] = find_effects(statement)
        return self.effects[id(statement)]

    def changes(self, statement: ast.stmt) -> set[str]:
        """Return the names whose objects a simple statement changes, directly or in functions."""
        effects = self.effects_of(statement)
        changed = set(effects.changes)
        for name, args in effects.calls:
            places, free = self.functions.get(name, (set(), set()))
            changed |= free | {arg for place, arg in enumerate(args) if arg and place in places}
            changed |= {name} & self.callables
        modules = changed & self.imported
        if modules and not self.is_module_setter(statement):
            changed -= modules
        return self.add_aliases(changed)

    def add_aliases(self, names: set[str]) -> set[str]:
        """Return the names and all their possible aliases."""
        all_names: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name not in all_names:
                all_names.add(name)
                # A name that is never assigned is a function: a call makes no alias.
                pending += self.aliases.get(name, set()) & self.stored
        return all_names

    def is_module_setter(self, statement: ast.stmt) -> bool:
        """Tell whether a statement changes what a module does, as `keras.backend.set_…(…)`."""
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            return get_last_name(statement.value.func).startswith(SETTER_PREFIXES)
        return True


def is_setting(statement: ast.stmt) -> bool:
    """Tell whether a statement changes how imports work, or what all layers of Keras do."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        if get_last_name(statement.value.func) in LAYER_SETTERS:
            return True
        places: list[ast.expr] = [statement.value.func]
    else:
        places = list(statement.targets) if isinstance(statement, ast.Assign) else []
    dotted = [ast.unparse(place) for place in places]
    return any(text.startswith(".".join(pair)) for text in dotted for pair in IMPORT_SETTINGS)


class SliceBuilder(Struct):
    """The slice so far: its statements, imported names, and the names that functions read."""

    module: ModuleIndex
    statements: set[int] = field(default_factory=set)
    pinned: set[str] = field(default_factory=set)
    jumps: bool = False

    def size(self) -> tuple[int, int]:
        """Return the size of the slice, which only grows."""
        return len(self.statements), len(self.pinned)

    def keep_block(self, statements: Sequence[ast.stmt], live: set[str]) -> set[str]:
        """Keep the needed statements of a block; return the names that are wanted before it."""
        for statement in reversed(statements):
            live = self.keep_statement(statement, live)
        return live

    def keep_statement(self, statement: ast.stmt, live: set[str]) -> set[str]:
        """Keep a statement if it is needed; return the names that are wanted before it."""
        blocks = inner_blocks(statement)
        if blocks:
            return self.keep_compound(statement, blocks, live)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return self.keep_imports(statement, live)
        if isinstance(statement, (ast.Break, ast.Continue)):
            if self.jumps:
                self.statements.add(id(statement))
            return live
        if is_irrelevant(statement, self.module.functions) or not self.is_needed(statement, live):
            return live
        return self.keep_simple(statement, live)

    def is_needed(self, statement: ast.stmt, live: set[str]) -> bool:
        """Tell whether a simple statement, a function or a class is needed."""
        if isinstance(statement, (ast.Delete, ast.Assert, ast.Raise, ast.Global, ast.Pass)):
            return False
        wanted = live | self.pinned
        if self.module.effects_of(statement).binds & wanted:
            return not self.is_reload(statement)
        return is_setting(statement) or bool(self.module.changes(statement) & wanted)

    def is_reload(self, statement: ast.stmt) -> bool:
        """Tell whether a statement only loads what another one has built."""
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
            return False
        names = self.module.effects_of(statement).binds
        again = any(self.module.assignment_counts.get(name, 0) > 1 for name in names)
        return again and get_last_name(statement.value.func) in MODEL_LOADERS

    def keep_simple(self, statement: ast.stmt, live: set[str]) -> set[str]:
        """Keep a statement that holds no others."""
        self.statements.add(id(statement))
        effects = self.module.effects_of(statement)
        self.pinned |= effects.deferred_reads
        # A new binding hides the earlier one, unless it reads it.
        return (live - (effects.binds - self.pinned)) | effects.reads

    def keep_imports(self, statement: ast.Import | ast.ImportFrom, live: set[str]) -> set[str]:
        """Keep the imported names that are needed, each separately."""
        wanted = live | self.pinned
        for alias in statement.names:
            future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
            star = alias.name == "*" and wanted - self.module.bound
            if future or star or imported_name(alias) in wanted:
                self.statements |= {id(alias), id(statement)}
                if isinstance(statement, ast.ImportFrom) or alias.asname:
                    live = live - {imported_name(alias)}
        return live

    def keep_compound(
        self, statement: ast.stmt, blocks: Sequence[Sequence[ast.stmt]], live: set[str]
    ) -> set[str]:
        """Keep a compound statement if one of its statements is kept, or its header is needed."""
        header = header_effects(statement)
        loop = isinstance(statement, (ast.For, ast.AsyncFor, ast.While))
        before = set(live)
        jumps = self.jumps
        while True:
            size = self.size()
            after = set(before)
            for block in reversed(blocks):
                # Any block may be the one that runs, or none.
                after |= self.keep_block(block, set(before))
            inside = any(id(item) in self.statements for block in blocks for item in block)
            if inside or header.binds & (live | self.pinned):
                self.statements.add(id(statement))
                self.pinned |= header.deferred_reads
                after |= header.reads
                self.jumps = self.jumps or loop
            if after == before and size == self.size():
                break
            before = after
        self.jumps = jumps
        return before

    def extract(self, statement: ast.stmt) -> ast.stmt | None:
        """Return the kept part of a statement; None if nothing is kept."""
        if id(statement) not in self.statements:
            return None
        blocks = inner_blocks(statement)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            part = copy.copy(statement)
            part.names = [alias for alias in statement.names if id(alias) in self.statements]
            return part
        return rebuild_compound(statement, self.extract) if blocks else statement


def inner_blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """Return the blocks inside a compound statement; functions and classes are never divided."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return []
    blocks = [getattr(statement, name, None) for name in ("body", "orelse", "finalbody")]
    handlers = [part.body for part in getattr(statement, "handlers", ())]
    cases = [part.body for part in getattr(statement, "cases", ())]
    return [block for block in [*blocks, *handlers, *cases] if block]


def header_effects(statement: ast.stmt) -> Effects:
    """Return the effects of a compound statement without those of its blocks."""
    return find_effects(rebuild_compound(statement, lambda _: None))


def rebuild_compound(statement: ast.stmt, keep: Callable[[ast.stmt], ast.stmt | None]) -> ast.stmt:
    """Return a compound statement with the kept part of its blocks; an empty one gets a `pass`."""

    def keep_block(statements: list[ast.stmt]) -> list[ast.stmt]:
        kept = [part for part in map(keep, statements) if part is not None]
        return kept or [ast.copy_location(ast.Pass(), statement)]

    part = copy.copy(statement)
    for name in ("body", "orelse", "finalbody"):
        if getattr(part, name, None):
            setattr(part, name, keep_block(getattr(part, name)))
    for name in ("handlers", "cases"):
        if getattr(part, name, None):
            inner = [copy.copy(item) for item in getattr(part, name)]
            for item in inner:
                item.body = keep_block(item.body)
            setattr(part, name, inner)
    return part
