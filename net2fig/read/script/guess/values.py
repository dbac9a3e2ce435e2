"""The values that a file gives to names and to the arguments of its functions, without running it.

Requires: the statements of a file.
Ensures: only literals, and what follows from them by arithmetic and by names of the file.
"""

from __future__ import annotations

import ast
import operator
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from net2fig.read.script.effects import get_last_name

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
}

MAX_NUMBER = 2**31
"""Greater results are not computed."""


class NotKnown(Exception):  # noqa: N818  (no error: the file does not tell)
    """Raised for an expression whose value the file does not tell."""


class CallSite(Struct, frozen=True):
    """A call of a function of the file: its line, and the expressions of its arguments."""

    line: int
    args: tuple[ast.expr, ...]
    words: Mapping[str, ast.expr]


class FileValues(Struct):
    """What names of a file are bound to, and how its functions are called."""

    constants: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    calls: dict[str, list[CallSite]] = field(default_factory=dict)

    def evaluate(self, node: ast.expr) -> Any:
        """Return the value of an expression; raise `NotKnown` if the file does not tell it."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self.look_up(node.id)
        if isinstance(node, ast.Attribute):
            # `args.depth` and `config.depth` have the name of an option.
            return self.look_up(node.attr)
        if isinstance(node, (ast.Tuple, ast.List)):
            items = [self.evaluate(each) for each in node.elts]
            return tuple(items) if isinstance(node, ast.Tuple) else items
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self.evaluate_number(node.operand)
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            left, right = self.evaluate(node.left), self.evaluate(node.right)
            return self.compute(node.op, left, right)
        raise NotKnown

    def compute(self, kind: ast.operator, left: Any, right: Any) -> Any:
        """Return the result of an operator on two values."""
        if isinstance(left, (str, dict)) or isinstance(right, (str, dict)):
            raise NotKnown
        try:
            result = OPERATORS[type(kind)](left, right)
        except (TypeError, ArithmeticError, MemoryError):
            raise NotKnown from None
        if isinstance(result, (int, float)) and abs(result) > MAX_NUMBER:
            raise NotKnown
        return result

    def evaluate_number(self, node: ast.expr) -> Any:
        """Return a number, or raise `NotKnown`."""
        value = self.evaluate(node)
        if not isinstance(value, (int, float)):
            raise NotKnown
        return value

    def look_up(self, name: str) -> Any:
        """Return the value of a name, whatever the case of its letters."""
        if name.lower() not in self.constants:
            raise NotKnown
        return self.constants[name.lower()]

    def bind(self, name: str, value: ast.expr | None, line: int) -> None:
        """Remember the first value of a name."""
        if value is None or name.lower() in self.constants:
            return
        try:
            found = self.evaluate(value)
        except NotKnown:
            return
        if found is not None:
            self.constants[name.lower()] = found
            self.lines[name.lower()] = line


def find_values(statements: Sequence[ast.stmt], words: Sequence[str] = ()) -> FileValues:
    """Return the values that a file gives; those at its top come before those inside functions.

    `words` are the command line: what it says of an option of the file comes before all.
    """
    values = FileValues()
    nodes = [node for each in statements for node in ast.walk(each)]
    options = parse_words(words)
    for call in [each for each in nodes if options and isinstance(each, ast.Call)]:
        for name in list_option_names(call):
            if name in options:
                values.bind(name, ast.parse(repr(options[name]), mode="eval").body, call.lineno)
    for node in (*statements, *nodes):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                bind_target(values, target, node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            values.bind(node.target.id, node.value, node.lineno)
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            bind_defaults(values, node.args)
        elif isinstance(node, ast.Call):
            add_call(values, node)
    return values


def find_script_values(statements: Sequence[ast.stmt]) -> FileValues:
    """Return the values that a file gives which is run, with the command line of this process."""
    return find_values(statements, sys.argv[1:])


def list_option_names(node: ast.Call) -> list[str]:
    """Return the names of an option of the command line that a call of `add_argument` declares."""
    if get_last_name(node.func) != "add_argument":
        return []
    texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
    return [text.lstrip("-").replace("-", "_") for text in texts if isinstance(text, str)]


def parse_words(words: Sequence[str]) -> dict[str, Any]:
    """Return the values of the options of a command line, by their names.

    >>> parse_words(["--size", "512", "--wide", "--filters", "8", "16", "--name=a"])
    {'size': 512, 'wide': True, 'filters': [8, 16], 'name': 'a'}
    """
    found: dict[str, list[Any]] = {}
    name = ""
    for word in words:
        if re.match(r"--?[^\W\d]", word):
            name, mark, value = word.lstrip("-").replace("-", "_").partition("=")
            found[name] = [parse_word(value)] if mark else []
        elif name:
            found[name].append(parse_word(word))
    return {
        name: True if not each else each[0] if len(each) == 1 else each
        for name, each in found.items()
    }


def parse_word(word: str) -> Any:
    """Return a word as the number that it is, or as a text."""
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


def bind_target(values: FileValues, target: ast.expr, value: ast.expr) -> None:
    """Remember what an assignment binds, item by item."""
    if isinstance(target, ast.Name):
        values.bind(target.id, value, target.lineno)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=False):
            bind_target(values, one, its)


def bind_defaults(values: FileValues, args: ast.arguments) -> None:
    """Remember the defaults of parameters: others of the same name may have none."""
    every = [*args.posonlyargs, *args.args]
    last = every[len(every) - len(args.defaults) :]
    pairs: Iterable[tuple[ast.arg, ast.expr | None]] = [
        *zip(last, args.defaults, strict=True),
        *zip(args.kwonlyargs, args.kw_defaults, strict=True),
    ]
    for each, default in pairs:
        values.bind(each.arg, default, each.lineno)


def add_call(values: FileValues, node: ast.Call) -> None:
    """Remember how a function is called, and the default of an option of the command line."""
    name = get_last_name(node.func)
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        # A method is known by the name of its class: `LeNet.build`.
        owner = f"{node.func.value.id}.{name}"
    else:
        owner = name
    words = {word.arg: word.value for word in node.keywords if word.arg}
    if name == "add_argument" and "default" in words:
        for option in list_option_names(node):
            values.bind(option, words["default"], node.lineno)
        return
    if not any(isinstance(arg, ast.Starred) for arg in node.args):
        values.calls.setdefault(owner, []).append(CallSite(node.lineno, tuple(node.args), words))
