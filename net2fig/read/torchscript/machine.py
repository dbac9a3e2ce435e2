"""Follows the code of TorchScript, statement by statement, on tensors without data.

Requires: an archive, whose code is data: a small part of the grammar of Python.
Ensures: nothing is executed but what is written here; steps and depth are bounded. Conditions that
only data know are noted with their place, and one way is taken.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from net2fig.errors import ModelError
from net2fig.read.exported.places import make_frame
from net2fig.read.torchscript.archive import Archive
from net2fig.read.torchscript.functions import call_function
from net2fig.read.torchscript.tape import Tape
from net2fig.read.torchscript.values import OPEN, Module, Name, Tensor

MAX_STEPS = 400_000
"""The maximum number of statements and calls that are followed."""

MAX_DEPTH = 60
"""The maximum depth of calls."""

MAX_TURNS = 20_000
"""The maximum number of turns of a loop."""

GLOBALS = {
    **{name: Name(name) for name in ("torch", "ops", "__torch__")},
    **{name: float(name) for name in ("inf", "nan")},
}
"""What names stand for that no scope holds."""

FORWARD = re.compile(r"forward(?:\d*|__\d+)")
"""Methods that are calls of a module: calls after the first have a number in traces."""

MANGLED = re.compile(r"___torch_mangle_\d+\.")
"""What TorchScript puts into the paths of classes, of which there may be several."""

RAISE = "RaiseException"

NOTHING: Final = object()
"""Stands for the result of a block that does not return."""


class Machine:
    """The state of a run: its tape, how often each module was called, what was not known."""

    def __init__(self, archive: Archive, tape: Tape) -> None:
        self.archive = archive
        self.tape = tape
        self.questions: dict[str, str] = {}
        self.called: Counter[str] = Counter()
        self.steps = self.depth = 0
        self.file = ""
        self.constants: Any = None

    def step(self) -> None:
        """Count a step."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise ModelError(
                f"unsupported TorchScript archive: {self.archive.path.name}"
                f" (more than {MAX_STEPS:,} steps)"
            )

    def ask(self, node: ast.AST, what: str) -> None:
        """Note that a value is asked for that only data know."""
        self.tape.is_unsure = True
        self.questions.setdefault(f"{self.file}:{getattr(node, 'lineno', 0)}", what)

    # Calls.

    def call_method(self, owner: Module, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Follow a method of a module; that of a call is a call of the module."""
        definition = self.archive.find_class(owner.class_name)
        body = definition.body if definition is not None else []
        found = [each for each in body if isinstance(each, ast.FunctionDef) and each.name == name]
        if not found:
            return OPEN
        frames = self.tape.frames
        if owner.is_module and owner.path and FORWARD.fullmatch(name):
            count = self.called[owner.path]
            self.called[owner.path] += 1
            path = f"{owner.path}@{count}" if count else owner.path
            self.tape.frames = (*frames, make_frame(path, clean_class(owner.class_name)))
        try:
            return self.run(found[0], [owner, *args], kwargs, owner.class_name)
        finally:
            self.tape.frames = frames

    def run(
        self, function: ast.FunctionDef, args: Sequence[Any], kwargs: dict[str, Any], path: str
    ) -> Any:
        """Follow a function; return what it returns."""
        names = [each.arg for each in function.args.args]
        defaults = function.args.defaults
        scope: dict[str, Any] = {}
        for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=True):
            scope[name] = self.evaluate(default, scope)
        scope |= dict(zip(names, args, strict=False)) | kwargs
        if self.depth > MAX_DEPTH:
            raise RecursionError
        before, self.file = (
            self.file,
            f"{clean_class(path).rpartition('.')[0].replace('.', '/')}.py",
        )
        self.depth += 1
        try:
            result = self.execute(function.body, scope)
        finally:
            self.depth -= 1
            self.file = before
        return None if result is NOTHING else result

    def call_name(self, path: str, args: list[Any], kwargs: dict[str, Any], node: ast.AST) -> Any:
        """Call a function or make an object by its path."""
        if not path.startswith("__torch__."):
            return call_function(self, path, args, kwargs, node)
        owner, _, last = path.rpartition(".")
        if last == "__new__":
            return Module(owner, is_module=False)
        found = self.archive.find(path)
        if isinstance(found, ast.FunctionDef):
            return self.run(found, args, kwargs, path)
        if isinstance(found, ast.ClassDef):
            fields = [each.target.id for each in annotated(found)]
            return Module(path, attributes=dict(zip(fields, args, strict=False)), is_module=False)
        return OPEN

    # Statements.

    def execute(self, body: Sequence[ast.stmt], scope: dict[str, Any]) -> Any:
        """Follow statements; return what they return."""
        for each in body:
            self.step()
            result: Any = NOTHING
            match each:
                case ast.Assign():
                    self.assign(each.targets[0], self.evaluate(each.value, scope), scope)
                case ast.AnnAssign() if each.value is not None:
                    self.assign(each.target, self.evaluate(each.value, scope), scope)
                case ast.Expr():
                    self.evaluate(each.value, scope)
                case ast.Return():
                    return self.evaluate(each.value, scope) if each.value is not None else None
                case ast.If():
                    body_taken = self.choose(each, self.evaluate(each.test, scope))
                    result = self.execute(body_taken, scope)
                case ast.For():
                    result = self.loop(each, scope)
                case ast.While():
                    result = self.repeat(each, scope)
            if result is not NOTHING:
                return result
        return NOTHING

    def choose(self, node: ast.If, test: Any) -> Sequence[ast.stmt]:
        """Return the branch that is taken: that which raises no error, where the test is open."""
        value = truth(test)
        if value is not OPEN:
            return node.body if value else node.orelse
        if raises(node.orelse):
            return node.body
        if not raises(node.body):
            self.ask(node, "condition")
        return node.orelse

    def loop(self, node: ast.For, scope: dict[str, Any]) -> Any:
        """Follow a loop over values; over what is not known, one turn."""
        values = self.evaluate(node.iter, scope)
        if isinstance(values, dict):
            values = list(values)
        if not isinstance(values, (list, tuple, range)):
            self.ask(node, "loop")
            is_range = isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Name)
            values = [0 if is_range else OPEN]
        for value in list(values[:MAX_TURNS]):
            self.step()
            self.assign(node.target, value, scope)
            result = self.execute(node.body, scope)
            if result is not NOTHING:
                return result
        return NOTHING

    def repeat(self, node: ast.While, scope: dict[str, Any]) -> Any:
        """Follow a loop as long as its condition holds."""
        for _ in range(MAX_TURNS):
            value = truth(self.evaluate(node.test, scope))
            if value is OPEN:
                self.ask(node, "loop")
            if value is OPEN or not value:
                return NOTHING
            result = self.execute(node.body, scope)
            if result is not NOTHING:
                return result
        return NOTHING

    def assign(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        """Give a variable, an attribute, or several of these a value."""
        match target:
            case ast.Name():
                scope[target.id] = value
            case ast.Tuple() | ast.List():
                fits = isinstance(value, (list, tuple)) and len(value) == len(target.elts)
                values = value if fits else [OPEN] * len(target.elts)
                for each, item in zip(target.elts, values, strict=True):
                    self.assign(each, item, scope)
            case ast.Attribute():
                owner = self.evaluate(target.value, scope)
                if isinstance(owner, Module):
                    owner.attributes[target.attr] = value

    # Expressions.

    def evaluate(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        """Return the value of an expression."""
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return scope.get(node.id, GLOBALS.get(node.id, OPEN))
            case ast.Attribute():
                return self.get_attribute(node, scope)
            case ast.Call():
                self.step()
                return self.call(node, scope)
            case ast.List():
                return [self.evaluate(each, scope) for each in node.elts]
            case ast.Tuple():
                return tuple(self.evaluate(each, scope) for each in node.elts)
            case ast.Dict():
                pairs = zip(node.keys, node.values, strict=True)
                return {
                    make_key(self.evaluate(key, scope)): self.evaluate(value, scope)
                    for key, value in pairs
                    if key is not None
                }
            case ast.Subscript():
                return self.subscript(node, scope)
        return self.operate(node, scope)

    def operate(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        """Return the value of an expression with operators."""
        match node:
            case ast.IfExp():
                value = truth(self.evaluate(node.test, scope))
                return self.evaluate(node.body if value is True else node.orelse, scope)
            case ast.BoolOp():
                return self.combine(node, scope)
            case ast.UnaryOp():
                value = self.evaluate(node.operand, scope)
                if isinstance(node.op, ast.USub) and isinstance(value, (int, float)):
                    return -value
                known = isinstance(node.op, ast.Not) and truth(value) is not OPEN
                return not value if known else OPEN
        return OPEN

    def combine(self, node: ast.BoolOp, scope: dict[str, Any]) -> Any:
        """Return whether all, or some, of several conditions hold."""
        stops = isinstance(node.op, ast.Or)
        values = [truth(self.evaluate(each, scope)) for each in node.values]
        if stops in values:
            return stops
        return OPEN if OPEN in values else not stops

    def subscript(self, node: ast.Subscript, scope: dict[str, Any]) -> Any:
        """Return an item of a list, a tuple or a dictionary."""
        owner, key = self.evaluate(node.value, scope), self.evaluate(node.slice, scope)
        if isinstance(owner, Module) and isinstance(key, int):
            owner = list(owner.attributes.values())
        try:
            return owner[key] if isinstance(owner, (list, tuple, dict, str)) else OPEN
        except (LookupError, TypeError):
            return OPEN

    def get_attribute(self, node: ast.Attribute, scope: dict[str, Any]) -> Any:
        """Return an attribute of a module, a constant of the archive, or a longer path."""
        if isinstance(node.value, ast.Name) and node.value.id == "CONSTANTS":
            return self.get_constant(node.attr)
        owner = self.evaluate(node.value, scope)
        if isinstance(owner, Name):
            return Name(f"{owner.path}.{node.attr}")
        return self.get(owner, node.attr) if isinstance(owner, Module) else OPEN

    def get(self, owner: Module, name: str) -> Any:
        """Return an attribute of a module: modules are read as they are after training."""
        if name == "training" and owner.is_module:
            return False
        if name in owner.attributes:
            return owner.attributes[name]
        definition = self.archive.find_class(owner.class_name)
        for each in annotated(definition) if definition is not None else ():
            if each.target.id == name:
                return self.evaluate(each.value, {}) if each.value is not None else None
        return OPEN

    def get_constant(self, name: str) -> Any:
        """Return a constant of the archive by its name, such as `c3`."""
        if self.constants is None:
            self.constants = self.archive.read_constants()
        place = int(name[1:]) if name[1:].isdigit() else -1
        return self.constants[place] if 0 <= place < len(self.constants) else OPEN

    def call(self, node: ast.Call, scope: dict[str, Any]) -> Any:
        """Return the result of a call."""
        function = node.func
        if isinstance(function, ast.Name) and function.id not in scope:
            return self.call_builtin(function.id, node, scope)
        owner: Any = OPEN
        if isinstance(function, ast.Attribute):
            owner = self.evaluate(function.value, scope)
        args = [self.evaluate(each, scope) for each in node.args]
        kwargs = {each.arg: self.evaluate(each.value, scope) for each in node.keywords if each.arg}
        if isinstance(owner, Module) and isinstance(function, ast.Attribute):
            return self.call_method(owner, function.attr, args, kwargs)
        if isinstance(owner, Name) and isinstance(function, ast.Attribute):
            return self.call_name(f"{owner.path}.{function.attr}", args, kwargs, node)
        held = scope.get(function.id) if isinstance(function, ast.Name) else None
        return self.call_name(held.path, args, kwargs, node) if isinstance(held, Name) else OPEN

    def call_builtin(self, name: str, node: ast.Call, scope: dict[str, Any]) -> Any:
        """Return the result of a function that the grammar of TorchScript has."""
        if name in ("annotate", "unchecked_cast") and len(node.args) == 2:
            return self.evaluate(node.args[1], scope)
        args = [self.evaluate(each, scope) for each in node.args]
        if name == "isinstance" and len(args) == 2:
            return is_instance(args[0], ast.unparse(node.args[1]))
        if name == "getattr" and len(args) == 2 and isinstance(args[0], Module):
            return self.get(args[0], str(args[1]))
        if name == "range" and args:
            return range(*args) if all(type(each) is int for each in args[:3]) else OPEN
        return call_function(self, f"builtin.{name}", args, {}, node)


def truth(value: Any) -> Any:
    """Return whether a condition holds; open if it is not known."""
    if isinstance(value, Tensor):
        value = value.number if isinstance(value.number, (int, float)) else OPEN
    return value if value is OPEN else bool(value)


def raises(body: Sequence[ast.stmt]) -> bool:
    """Tell whether statements end with an error."""
    return any(
        isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Call)
        and isinstance(each.value.func, ast.Attribute)
        and each.value.func.attr == RAISE
        for each in body
    )


def annotated(definition: ast.ClassDef) -> Iterator[Any]:
    """Yield the attributes that a class states."""
    for each in definition.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            yield each


def make_key(value: Any) -> Any:
    """Return a key of a dictionary."""
    return value if isinstance(value, (str, int, float, bool)) else repr(value)


def is_instance(value: Any, sort: str) -> Any:
    """Tell whether a value is of a sort; open if it is not known."""
    sorts = {"Tensor": Tensor, "List": list, "Dict": dict, "int": int, "float": float, "str": str}
    return isinstance(value, sorts[sort]) if sort in sorts and value is not OPEN else OPEN


def clean_class(path: str) -> str:
    """Return the path of a class as the author wrote it.

    >>> clean_class("__torch__.nets.resnet.___torch_mangle_3.Bottleneck")
    'nets.resnet.Bottleneck'
    """
    return MANGLED.sub("", path.removeprefix("__torch__."))
