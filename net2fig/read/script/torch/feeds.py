"""Finds what a piece of code feeds its module, without running it.

    model(torch.randn(1, 3, 256, 256))        summary(model, (3, 224, 224))
    x = torch.rand((2, 5)); net(x)            input_size=(1, 3, 32, 32)

Requires: the statements of a file.
Ensures: feeds with known sizes only; those of calls that name the module's class come first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from net2fig.read.script.effects import get_last_name
from net2fig.read.script.guess.lines import CELL_OFFSET
from net2fig.read.torch.inputs.feed import FLOAT, WHOLE, Feed, InputSpec

FACTORIES = frozenset(
    {"randn", "rand", "zeros", "ones", "empty", "randint", "Tensor", "FloatTensor"}
)
"""Functions that make a tensor of given sizes."""

WRAPPERS = frozenset({"Variable", "to", "cuda", "float", "cpu", "requires_grad_", "type", "double"})
"""Functions and methods that return the tensor that they are given, or that they belong to."""

SUMMARIES = frozenset({"summary", "torchsummary", "get_model_complexity_info", "summary_string"})
"""Functions that take a module and the sizes of its input."""

MAX_FEEDS = 12

Tensor = tuple[tuple[int, ...], str]
"""The sizes of a tensor with its batch, and the kind of its numbers."""


def find_feeds(statements: Sequence[ast.stmt], class_name: str, where: str) -> list[Feed]:
    """Return the inputs that the code feeds a module, the likely ones first."""
    finder = FeedFinder(statements)
    first: list[Feed] = []
    later: list[Feed] = []
    for line, call, tensors in finder.find():
        if not all(len(sizes) > 0 for sizes, _ in tensors):
            continue
        specs = tuple(
            InputSpec(str(number), sizes[1:], kind) for number, (sizes, kind) in enumerate(tensors)
        )
        cell, number = divmod(line, CELL_OFFSET)
        place = f"{where}, cell {cell}, line {number}" if cell else f"{where}, line {number}"
        feed = Feed(specs, where=place, positional=True)
        made = finder.made.get(get_last_name(call.func), "")
        inner = call.func.func if isinstance(call.func, ast.Call) else call.func
        is_own = class_name in (made, get_last_name(inner)) or call in finder.summaries
        (first if is_own else later).append(feed)
    return [*first, *later][:MAX_FEEDS]


class FeedFinder:
    """The tensors, numbers and modules that names of a file are bound to."""

    def __init__(self, statements: Sequence[ast.stmt]) -> None:
        self.nodes = [node for each in statements for node in ast.walk(each)]
        self.numbers: dict[str, int] = {}
        self.tensors: dict[str, Tensor] = {}
        self.made: dict[str, str] = {}
        self.makers: dict[str, ast.Call] = {}
        self.summaries: list[ast.Call] = []
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                self.bind(node.targets[0], node.value)
            elif isinstance(node, ast.FunctionDef):
                self.bind_defaults(node.args)

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        """Remember what a name is bound to."""
        if not isinstance(target, ast.Name):
            return
        number = self.number(value)
        if number is not None:
            self.numbers.setdefault(target.id, number)
        elif isinstance(value, ast.Call):
            call: ast.expr = value
            while isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                if not isinstance(call.func.value, ast.Call):
                    break
                call = call.func.value
            if isinstance(call, ast.Call):
                self.made.setdefault(target.id, get_last_name(call.func))
                self.makers.setdefault(target.id, call)

    def bind_defaults(self, arguments: ast.arguments) -> None:
        """Remember the defaults of parameters of the same name."""
        names = arguments.args[len(arguments.args) - len(arguments.defaults) :]
        for name, value in zip(names, arguments.defaults, strict=True):
            number = self.number(value)
            if number is not None:
                self.numbers.setdefault(name.arg, number)

    def number(self, node: ast.expr) -> int | None:
        """Return a whole number; None for any other value."""
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        if isinstance(node, ast.Name):
            return self.numbers.get(node.id)
        if isinstance(node, ast.BinOp):
            left, right = self.number(node.left), self.number(node.right)
            if left is not None and right is not None and abs(left) + abs(right) < 2**20:
                if isinstance(node.op, ast.Mult):
                    return left * right
                if isinstance(node.op, ast.Add):
                    return left + right
        return None

    def sizes(self, nodes: Sequence[ast.expr]) -> tuple[int, ...] | None:
        """Return sizes that are given one by one, or as a list."""
        if len(nodes) == 1 and isinstance(nodes[0], (ast.Tuple, ast.List)):
            nodes = nodes[0].elts
        found = [self.number(node) for node in nodes]
        known = [each for each in found if each is not None and each > 0]
        return tuple(known) if len(known) == len(found) else None

    def tensor(self, node: ast.expr, depth: int = 4) -> Tensor | None:
        """Return the sizes of a tensor; None if they are not known."""
        if isinstance(node, ast.Name):
            return self.tensors.get(node.id)
        if not isinstance(node, ast.Call) or not depth:
            return None
        name = get_last_name(node.func)
        if name == "randint":
            words = {word.arg: word.value for word in node.keywords}
            given = words.get("size") or next(
                (arg for arg in node.args if isinstance(arg, (ast.Tuple, ast.List))), None
            )
            sizes = self.sizes([given]) if given is not None else None
            return None if sizes is None else (sizes, WHOLE)
        if name in FACTORIES:
            sizes = self.sizes(node.args) if node.args else None
            return None if not sizes else (sizes, FLOAT)
        if name in WRAPPERS:
            inner = node.func.value if isinstance(node.func, ast.Attribute) else None
            for each in (*node.args[:1], *((inner,) if inner is not None else ())):
                found = self.tensor(each, depth - 1)
                if found is not None:
                    return found
        if name == "long" and isinstance(node.func, ast.Attribute):
            found = self.tensor(node.func.value, depth - 1)
            return None if found is None else (found[0], WHOLE)
        return None

    def find(self) -> Iterator[tuple[int, ast.Call, list[Tensor]]]:
        """Yield the calls that are given tensors of known sizes, with their lines."""
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                found, target = self.tensor(node.value), node.targets[0]
                if found is not None and isinstance(target, ast.Name):
                    self.tensors[target.id] = found
        for node in self.nodes:
            if not isinstance(node, ast.Call):
                continue
            if get_last_name(node.func) in SUMMARIES:
                yield from self.find_summary(node)
                continue
            if get_last_name(node.func) in FACTORIES | WRAPPERS or not node.args:
                continue
            tensors = [self.tensor(arg) for arg in node.args]
            known = [each for each in tensors if each is not None]
            if len(known) == len(tensors) and not node.keywords and self.may_be_module(node):
                yield node.lineno, node, known

    def find_builders(self) -> Iterator[ast.Call]:
        """Yield the calls that make what is fed: `Net()` of `net = Net()` and `net(x)`."""
        seen: set[str] = set()
        for _, call, _ in self.find():
            made = call.func
            if isinstance(made, ast.Name):
                made = self.makers.get(made.id, made)
            if isinstance(made, ast.Call) and ast.unparse(made) not in seen:
                seen.add(ast.unparse(made))
                yield made

    @staticmethod
    def may_be_module(node: ast.Call) -> bool:
        """Tell whether a call may be one of a module: `net(x)`, `Net()(x)`, `self.net(x)`."""
        if isinstance(node.func, (ast.Name, ast.Call)):
            return True
        return isinstance(node.func, ast.Attribute) and node.func.attr == "forward"

    def find_summary(self, node: ast.Call) -> Iterator[tuple[int, ast.Call, list[Tensor]]]:
        """Yield what a summary is asked for: sizes without the batch, or with it."""
        words: Mapping[str | None, ast.expr] = {word.arg: word.value for word in node.keywords}
        given = words.get("input_size") or (node.args[1] if len(node.args) > 1 else None)
        sizes = None if given is None else self.sizes([given])
        if sizes is None:
            return
        self.summaries.append(node)
        yield node.lineno, node, [((1, *sizes), FLOAT)]
        if len(sizes) > 1:
            yield node.lineno, node, [(sizes, FLOAT)]
