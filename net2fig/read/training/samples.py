"""What code gives to `fit`, `evaluate` and `predict`: the shapes of its data, without running it.

Requires: the statements of a file, and the name of a model.
Ensures: a size is stated only if it follows from the text whatever branch is taken: a name that is
bound in a loop or in a branch is not known after it, a list that may have grown neither.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from net2fig.network import Feed, Sample
from net2fig.read.script.effects import get_last_name
from net2fig.read.script.guess.lines import write_place
from net2fig.read.training.arrays import Array, read_literal
from net2fig.read.training.evaluate import Evaluation

FEEDS = frozenset({"fit", "evaluate", "predict", "train_on_batch"})

MAX_FEEDS = 16
BRANCHES = (ast.If, ast.For, ast.While, ast.Try, ast.With)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def find_feeds(
    statements: Sequence[ast.stmt], where: str, model: str, *, among: bool = False
) -> tuple[Feed, ...]:
    """Return what a model gets, in the order of the file; only what is known in part at least.

    Of a model `among` others, only calls by its name count.
    """
    if not any(find_calls(statements)):
        return ()
    receivers = {get_last_name(call.func.value) for call in find_calls(statements)}  # type: ignore[attr-defined]
    if (among or len(receivers - {""}) > 1) and model not in receivers:
        return ()
    walk = Walk(statements, where, model if model in receivers else "")
    walk.run(statements)
    for each in [s for s in statements if isinstance(s, ast.FunctionDef)]:
        if any(find_calls([each])):
            walk.enter(each)
    known = [each for each in walk.feeds if any(each.inputs) or any(each.targets)]
    return tuple(known[:MAX_FEEDS])


def find_calls(statements: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """Yield the calls that give data to a model."""
    for statement in statements:
        for node in ast.walk(statement):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in FEEDS
            ):
                yield node


class Walk:
    """A walk through statements that binds names, and collects what a model gets."""

    def __init__(self, statements: Sequence[ast.stmt], where: str, model: str) -> None:
        self.where, self.model = where, model
        self.feeds: list[Feed] = []
        self.scope = Evaluation(find_modules(statements))
        self.open = {
            name
            for each in statements
            for node in ast.walk(each)
            if isinstance(node, ast.Global | ast.Nonlocal)
            for name in node.names
        }
        """Names that functions bind from within: they are never known."""
        nodes = (node for each in statements for node in ast.walk(each))
        self.counts = Counter(
            node.id
            for node in nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )
        """How often each name is bound."""
        self.last = find_last_binding(statements, model)
        """The line from which the name of the model stands for the model that is read."""

    def run(self, statements: Sequence[ast.stmt]) -> None:
        """Follow statements in their order."""
        for each in statements:
            if isinstance(each, BRANCHES):
                self.branch(each)
            elif not isinstance(each, DEFINITIONS):
                self.collect(each)
                self.step(each)

    def branch(self, statement: ast.stmt) -> None:
        """Follow a statement with bodies; what it binds is known inside of each body alone."""
        if isinstance(statement, ast.With) or is_main(statement):
            self.run(statement.body)  # type: ignore[attr-defined]
            return
        bound = find_bound(statement) - (self.scope.modules.keys() - find_stored(statement))
        before = {k: v for k, v in self.scope.names.items() if k not in bound}
        loops = isinstance(statement, ast.For | ast.While)
        for body in find_bodies(statement):
            if loops:
                self.scope.names = dict(before)
            else:
                kept = dict(self.scope.names)
            self.run(body)
            self.scope.names = dict(before) if loops else kept
        self.scope.names = {**before, **dict.fromkeys(bound)}

    def enter(self, function: ast.FunctionDef) -> None:
        """Follow the body of a function; of names outside, those that are bound once are known."""
        outside = self.scope.names
        inside = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
        known = {k: v for k, v in outside.items() if self.counts[k] == 1 and k not in inside}
        self.scope.names = {**known, **dict.fromkeys(inside)}
        self.run(function.body)
        self.scope.names = outside

    def step(self, statement: ast.stmt) -> None:
        """Bind the names of a statement."""
        if isinstance(statement, ast.Assign):
            value = self.scope.value(statement.value)
            self.disturb(statement.value)
            for target in statement.targets:
                self.bind(target, value)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self.bind(statement.target, self.scope.value(statement.value))
        elif isinstance(statement, ast.AugAssign):
            left, right = self.scope.value(statement.target), self.scope.value(statement.value)
            self.bind(statement.target, self.scope.compute(statement.op, left, right))
        elif isinstance(statement, ast.Delete | ast.Import | ast.ImportFrom):
            for name in find_stored(statement):
                self.scope.names.pop(name, None)
        elif isinstance(statement, ast.Expr | ast.Return):
            self.disturb(statement.value)

    def bind(self, target: ast.expr, value: Any) -> None:
        """Bind a target; several names share the parts of a value."""
        if isinstance(target, ast.Name):
            self.scope.names[target.id] = None if target.id in self.open else value
        elif isinstance(target, ast.Tuple | ast.List):
            count = len(target.elts)
            if isinstance(value, Array):
                parts: Sequence[Any] = [None] * count
            else:
                fits = isinstance(value, tuple | list) and len(value) == count
                parts = value if fits else [None] * count
            for each, part in zip(target.elts, parts, strict=True):
                self.bind(each, part)
        elif isinstance(target, ast.Subscript | ast.Attribute):
            self.blur(target.value, whole=isinstance(target, ast.Attribute))
        elif isinstance(target, ast.Starred):
            self.bind(target.value, None)

    def blur(self, node: ast.expr, *, whole: bool) -> None:
        """Forget the range of an array that is changed, or all of it; any list that is changed."""
        if not isinstance(node, ast.Name):
            return
        value = self.scope.names.get(node.id)
        if isinstance(value, Array) and not whole:
            self.scope.names[node.id] = Array(value.shape, whole=False)
        elif isinstance(value, Array):
            self.scope.names[node.id] = None
        elif isinstance(value, list):
            names = self.scope.names
            names.update({k: None for k, v in names.items() if isinstance(v, list)})

    def disturb(self, node: ast.expr | None) -> None:
        """Forget what the calls of an expression may change in place."""
        for call in ast.walk(node) if node is not None else ():
            if not isinstance(call, ast.Call):
                continue
            if isinstance(call.func, ast.Attribute):
                value = self.scope.value(call.func.value)
                if isinstance(value, list) or call.func.attr == "resize":
                    self.blur(call.func.value, whole=True)
            if self.scope.value(call) is None and not self.scope.path(call.func):
                known = isinstance(call.func, ast.Attribute) and call.func.attr in FEEDS
                for each in () if known else call.args:
                    self.blur(each, whole=False)

    def collect(self, statement: ast.stmt) -> None:
        """Keep what a statement gives to the model."""
        for call in find_calls([statement]):
            owner = get_last_name(call.func.value)  # type: ignore[attr-defined]
            value = self.scope.value(call.func.value)  # type: ignore[attr-defined]
            if (self.model and owner != self.model) or value is not None:
                continue
            if call.lineno < self.last:
                continue
            line = write_place(self.where, call.lineno)
            words = {each.arg: each.value for each in call.keywords}
            data = call.args[0] if call.args else words.get("x")
            labels = call.args[1] if len(call.args) > 1 else words.get("y")
            if call.func.attr == "predict":  # type: ignore[attr-defined]
                labels = None
            self.feeds.append(Feed(self.samples(data), self.samples(labels), line))

    def samples(self, node: ast.expr | None) -> tuple[Sample | None, ...]:
        """Return what is known of an argument: one array, or a list of arrays."""
        value = self.scope.value(node)
        if isinstance(value, list | tuple) and any(isinstance(each, Array) for each in value):
            return tuple(make_sample(each) for each in value)
        return () if value is None else (make_sample(value),)


def make_sample(value: Any) -> Sample | None:
    """Return one sample of an array; None if it has no axis for samples."""
    array = value if isinstance(value, Array) else read_literal(value)
    if array is None or not array.shape:
        return None
    return Sample(array.shape[1:], array.low, array.high, array.whole)


def find_last_binding(statements: Sequence[ast.stmt], name: str) -> int:
    """Return the last line that binds a name; 0 if there is none."""
    nodes = (node for each in statements for node in ast.walk(each))
    return max(
        (
            node.lineno
            for node in nodes
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        ),
        default=0,
    )


def find_modules(statements: Sequence[ast.stmt]) -> dict[str, str]:
    """Return the dotted names that imports bind, by name."""
    found: dict[str, str] = {}
    for node in (node for each in statements for node in ast.walk(each)):
        if isinstance(node, ast.Import):
            for each in node.names:
                found[each.asname or each.name.split(".")[0]] = (
                    each.name if each.asname else each.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return found


def find_bound(statement: ast.AST) -> set[str]:
    """Return all names that a statement binds, and those of lists that it may change."""
    # `rows.append(x)`, `x[0] = 1` and `x.shape = …` change what a name stands for.
    return find_stored(statement) | {
        node.value.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute | ast.Subscript)
        and isinstance(node.value, ast.Name)
        and (isinstance(node.ctx, ast.Store) or isinstance(node, ast.Attribute))
    }


def find_stored(statement: ast.AST) -> set[str]:
    """Return all names that a statement binds or deletes."""
    found: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.split(".")[0])
    return found


def find_bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the bodies of a statement."""
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for handler in getattr(statement, "handlers", []):
        yield handler.body


def is_main(statement: ast.stmt) -> bool:
    """Tell whether a statement is `if __name__ == "__main__"`."""
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)
