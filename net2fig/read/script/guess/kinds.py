"""What stands in for an argument, or a setting, by how code of PyTorch uses it.

    self.fc = nn.Linear(width, 10)       width: the usual value for `in_features` of Linear
    self.drop = nn.Dropout(rate)         rate: the usual value for `p`, else its default
    Block(width)                         width: what `Block` does with it, or its default there
    if residual: …                       residual: False
    for width in widths: …               widths: a list

Requires: a function or a class, what the file defines, and what it imports.
Ensures: the first use that tells decides, calls of layers before others; a value that is only kept
is None.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from net2fig.read.script.effects import get_last_name
from net2fig.read.script.guess.stand_ins import load_stand_ins

IsValue = Callable[[ast.AST], bool]
"""Tells whether a node of the syntax tree is the value that is asked for."""

NOT_TOLD = object()
"""The result where no use tells a value."""

MAX_DEPTH = 4
"""Through how many calls a value is followed."""

WIDTH, COUNT, RATE = 64, 2, 0.1
"""What stands in for a size, a number of things and a share."""

ROWS, COLUMNS = 1000, 300
"""The axes of a table that code makes a tensor of: vectors of words usually have so many."""

TENSORS = ("tensor", "from_numpy", "FloatTensor", "Tensor", "as_tensor", "from_pretrained")
"""Functions that make a tensor of an array."""

MODE = "mode"
"""The parameter by which recurrent layers tell their base what they are."""

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


class Scene(Struct, frozen=True):
    """What a file defines, as syntax trees and as values."""

    nodes: Mapping[str, ast.AST]
    names: Mapping[str, Any]

    def find_node(self, name: str) -> ast.AST | None:
        """Return the definition of a function or a class, also of one that the file imports."""
        value = self.names.get(name)
        if name in self.nodes or not (inspect.isclass(value) or inspect.isfunction(value)):
            return self.nodes.get(name)
        if value.__module__.partition(".")[0] in ("torch", "builtins"):
            return None
        try:
            return ast.parse(textwrap.dedent(inspect.getsource(value))).body[0]
        except (OSError, TypeError, SyntaxError, ValueError, IndexError):
            return None


def stand_in_for(owner: ast.AST | None, is_value: IsValue, scene: Scene, depth: int = 0) -> Any:
    """Return a value by its uses in a function or a class; `NOT_TOLD` if it has none that tells."""
    if owner is None or depth > MAX_DEPTH:
        return NOT_TOLD
    is_value = follow_names(owner, is_value)
    kinds = (ast.expr, ast.stmt, ast.comprehension)
    nodes = [each for each in ast.walk(owner) if isinstance(each, kinds)]
    for tell in (tell_by_calls, tell_by_shape, tell_by_arithmetic, tell_by_branches):
        for value in tell(nodes, is_value, scene, depth):
            if value is not NOT_TOLD:
                return value
    return NOT_TOLD


def follow_names(owner: ast.AST, is_value: IsValue) -> IsValue:
    """Return a test that also knows the attributes and names to which a value is bound as it is."""
    held: set[str] = set()
    for each in ast.walk(owner):
        if isinstance(each, ast.Assign) and is_value(each.value):
            held |= {ast.unparse(target) for target in each.targets}
    held = {text for text in held if text.replace("self.", "").isidentifier()}

    def test(node: ast.AST) -> bool:
        if is_value(node):
            return True
        is_name = isinstance(node, (ast.Name, ast.Attribute))
        return is_name and ast.unparse(node) in held

    return test


def tell_by_calls(nodes: list[Any], is_value: IsValue, scene: Scene, depth: int) -> Iterator[Any]:
    """Yield what the parameters to which calls pass a value usually are."""
    for call in (each for each in nodes if isinstance(each, ast.Call)):
        name = get_last_name(call.func)
        places = [at for at, arg in enumerate(call.args) if is_value(arg)]
        words = [word.arg for word in call.keywords if word.arg and is_value(word.value)]
        if not (places or words):
            continue
        if name == "range":
            yield COUNT
        elif name in TENSORS:
            yield make_table()
        passed: list[int | str] = [*places, *words]
        for each in passed:
            yield from tell_by_parameter(name, each, scene, depth)


def tell_by_parameter(name: str, place: int | str, scene: Scene, depth: int) -> Iterator[Any]:
    """Yield what a parameter of a function or a class usually is, or what that does with it."""
    library = find_library_function(name)
    if library is not None:
        yield usual_for_library(library, place)
        return
    node = scene.find_node(name)
    function = get_constructor(node)
    if function is None:
        return
    skip = int(isinstance(node, ast.ClassDef))
    every = [*function.args.posonlyargs, *function.args.args][skip:]
    if isinstance(place, int):
        if place >= len(every):
            return
        place = every[place].arg
    default = find_default(function, place)
    if default is not NOT_TOLD and default is not None:
        yield default
        return
    usual = load_stand_ins().find_argument(place)
    yield usual if usual is not None else stand_in_for(node, match_name(place), scene, depth + 1)


def find_library_function(name: str) -> Any:
    """Return the layer or the function of PyTorch with a name; None if there is none."""
    from torch import nn

    found = getattr(nn, name, None) or getattr(nn.functional, name, None)
    return found if callable(found) else None


def usual_for_library(function: Any, place: int | str) -> Any:
    """Return the usual value for a parameter of PyTorch: by its name, else its default."""
    parameters = list_stated_parameters(function)
    if isinstance(place, int):
        if place >= len(parameters) or parameters[place].kind == inspect.Parameter.VAR_POSITIONAL:
            return NOT_TOLD
        found = parameters[place]
    else:
        named = [each for each in parameters if each.name == place]
        if not named:
            return NOT_TOLD
        found = named[0]
    if found.default is not found.empty:
        return found.default
    usual = load_stand_ins().find_argument(found.name)
    if usual is not None:
        return usual
    return WIDTH if found.annotation is int else NOT_TOLD


def list_stated_parameters(function: Any) -> list[inspect.Parameter]:
    """Return the parameters of a layer or a function; recurrent layers hand theirs to a base."""
    for each in getattr(function, "__mro__", (function,)):
        try:
            found = [*inspect.signature(each).parameters.values()]
        except (TypeError, ValueError):
            return []
        if not any(one.kind == inspect.Parameter.VAR_POSITIONAL for one in found):
            return [one for one in found if one.name != MODE]
    return []


def get_constructor(node: ast.AST | None) -> ast.FunctionDef | None:
    """Return the function that takes the arguments of a function or a class."""
    if isinstance(node, ast.ClassDef):
        own = (each for each in node.body if isinstance(each, ast.FunctionDef))
        return next((each for each in own if each.name == "__init__"), None)
    return node if isinstance(node, ast.FunctionDef) else None


def find_default(function: ast.FunctionDef, name: str) -> Any:
    """Return the default of a parameter that is written as a literal; else `NOT_TOLD`."""
    args = function.args
    every = [*args.posonlyargs, *args.args]
    pairs = [*zip(every[len(every) - len(args.defaults) :], args.defaults, strict=True)]
    pairs += [
        (each, node) for each, node in zip(args.kwonlyargs, args.kw_defaults, strict=True) if node
    ]
    for each, node in pairs:
        if each.arg == name:
            try:
                return ast.literal_eval(node)
            except (ValueError, TypeError, SyntaxError):
                return NOT_TOLD
    return NOT_TOLD


def match_name(name: str) -> IsValue:
    """Return the test for the argument of a name."""
    return lambda node: isinstance(node, ast.Name) and node.id == name


def make_table() -> Any:
    """Return an array of numbers, as vectors of words are."""
    import numpy as np

    return np.zeros((ROWS, COLUMNS), np.float32)


def tell_by_shape(nodes: list[Any], is_value: IsValue, scene: Scene, depth: int) -> Iterator[Any]:
    """Yield a list for what code goes through or takes items of, or asks for members."""
    del scene, depth
    indexes = [
        each.slice.value
        for each in nodes
        if isinstance(each, ast.Subscript)
        and is_value(each.value)
        and isinstance(each.slice, ast.Constant)
        and type(each.slice.value) is int
    ]
    walked = any(
        is_value(each.iter) or holds_value(each.iter, is_value)
        for each in nodes
        if isinstance(each, (ast.For, ast.comprehension))
    )
    asked = any(
        isinstance(each, ast.Call)
        and get_last_name(each.func) == "len"
        and holds_value(each, is_value)
        for each in nodes
    )
    if indexes or walked or asked:
        yield [WIDTH] * max(COUNT, 1 + max(indexes, default=0))
    members = (each for each in nodes if isinstance(each, ast.Compare))
    if any(isinstance(e.ops[0], ast.In) and is_value(e.comparators[0]) for e in members):
        yield ()


def holds_value(node: ast.AST, is_value: IsValue) -> bool:
    """Tell whether a call, such as `enumerate(…)`, is given a value."""
    return isinstance(node, ast.Call) and any(map(is_value, node.args))


def tell_by_arithmetic(
    nodes: list[Any], is_value: IsValue, scene: Scene, depth: int
) -> Iterator[Any]:
    """Yield a number for what code computes with: a share beside fractions below one."""
    del scene, depth
    for each in nodes:
        if isinstance(each, ast.BinOp) and isinstance(each.op, ARITHMETIC):
            sides = (each.left, each.right)
        elif isinstance(each, ast.Compare) and isinstance(each.ops[0], (ast.Gt, ast.Lt, ast.GtE)):
            sides = (each.left, each.comparators[0])
        else:
            continue
        if any(map(is_value, sides)):
            numbers = [e.value for e in sides if isinstance(e, ast.Constant)]
            yield RATE if any(type(e) is float and e < 1 for e in numbers) else WIDTH


def tell_by_branches(
    nodes: list[Any], is_value: IsValue, scene: Scene, depth: int
) -> Iterator[Any]:
    """Yield False for what decides a branch, and None for what is only kept or compared."""
    del scene, depth
    for each in nodes:
        tests = [each.test] if isinstance(each, (ast.If, ast.IfExp)) else []
        tests += [each.operand] if isinstance(each, ast.UnaryOp) else []
        tests += each.values if isinstance(each, ast.BoolOp) else []
        if any(map(is_value, tests)):
            yield False
    uses = sum(map(is_value, nodes))
    kept = sum(isinstance(each, ast.Assign) and is_value(each.value) for each in nodes)
    if uses and kept and not any(isinstance(e, ast.Call) and reaches(e, is_value) for e in nodes):
        yield None


def reaches(call: ast.Call, is_value: IsValue) -> bool:
    """Tell whether a call is given a value, or is one of it."""
    parts = [call.func, *call.args, *(word.value for word in call.keywords)]
    return any(map(is_value, parts))
