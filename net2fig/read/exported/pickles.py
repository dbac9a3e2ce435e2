"""What a pickle holds, without loading it: its opcodes build inert values.

Requires: the bytes of one or several pickles in a row.
Ensures: no class is looked up and nothing is called. Values and depth are bounded; what cannot be
followed raises a ValueError.
"""

from __future__ import annotations

import io
import math
import pickletools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field

from net2fig.read.limits import ValueCounter

MAX_OPCODES = 2_000_000
"""The maximum number of opcodes that are followed."""

MAX_DEPTH = 60
"""The maximum depth of modules in modules."""

MAGIC = 0x1950A86A20F9469CFC6C
"""The number with which files of PyTorch before version 1.6 begin."""

STORAGE = "storage"
"""The name of references to data outside of a pickle."""

TENSORS = ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor")

PARAMETERS = ("_rebuild_parameter", "_rebuild_parameter_with_state")

FAILURES = (IndexError, KeyError, TypeError, AttributeError, OverflowError, MemoryError)
"""What damaged pickles raise, beside ValueError."""


class Named(Struct, frozen=True):
    """A class or a function, by its name."""

    name: str


class Items(Struct):
    """A dictionary, a list or a set, as its pairs or its items."""

    pairs: list[tuple[Any, Any]] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)


class Made(Struct):
    """An object that loading would make: what makes it, its arguments, its state and its items."""

    maker: Any
    args: Any = ()
    state: Any = None
    content: Items = field(default_factory=Items)

    @property
    def name(self) -> str:
        """The name of what makes it."""
        return self.maker.name if isinstance(self.maker, Named) else ""


class _Mark:
    """Stands on the stack where a group of values begins."""


MARK: Final = _Mark()


def read_pickles(data: bytes, where: str) -> list[Any]:
    """Return the inert values of pickles in a row, as far as they can be followed."""
    stream = io.BytesIO(data)
    counter = ValueCounter(where, "pickle", MAX_OPCODES)
    found: list[Any] = []
    while stream.tell() < len(data) and len(found) < 8:
        try:
            found.append(Machine().run(stream, counter))
        except (ValueError, *FAILURES) as error:
            if not found:
                raise ValueError(str(error)) from None
            break
    return found


def find_content(values: list[Any]) -> Any:
    """Return what a file holds, past what older versions of PyTorch write before it."""
    return values[3] if len(values) > 3 and values[0] == MAGIC else values[0]


class Machine:
    """Follows the opcodes of one pickle."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self, stream: io.BytesIO, counter: ValueCounter) -> Any:
        """Return the value that the opcodes build."""
        for code, argument, _ in pickletools.genops(stream):
            counter.add()
            if code.name == "STOP":
                return self.stack.pop()
            self.step(code.name, argument)
        raise ValueError("it does not end")

    def step(self, name: str, argument: Any) -> None:
        """Follow one opcode."""
        if name in STEPS:
            STEPS[name](self)
        elif name in CONSTANTS:
            self.stack.append(CONSTANTS[name])
        elif name.endswith("PUT"):
            self.memo[int(argument)] = self.stack[-1]
        elif name.endswith("GET"):
            self.stack.append(self.memo[int(argument)])
        elif name in ("GLOBAL", "INST"):
            made = Named(str(argument).replace(" ", "."))
            self.stack.append(Made(made, self.pop_group()) if name == "INST" else made)
        elif name not in ("PROTO", "FRAME"):
            # A number, a text, bytes, or a reference to data outside.
            self.stack.append(argument)

    def pop_group(self) -> list[Any]:
        """Return the values since the last mark, and take them from the stack."""
        found: list[Any] = []
        while (value := self.stack.pop()) is not MARK:
            found.append(value)
        return found[::-1]

    def group_tuple(self) -> None:
        """Make a tuple of a group."""
        self.stack.append(tuple(self.pop_group()))

    def group_items(self) -> None:
        """Make a list or a set of a group."""
        self.stack.append(Items(items=self.pop_group()))

    def group_pairs(self) -> None:
        """Make a dictionary of a group."""
        self.stack.append(Items(make_pairs(self.pop_group())))

    def small_tuple(self, size: int) -> None:
        """Make a tuple of the last values."""
        values = tuple(self.stack[len(self.stack) - size :])
        if len(values) != size:
            raise ValueError("a value is missing")
        del self.stack[len(self.stack) - size :]
        self.stack.append(values)

    def add_items(self) -> None:
        """Add a group to the list or set before it."""
        values = self.pop_group()
        content_of(self.stack[-1]).items.extend(values)

    def add_item(self) -> None:
        """Add a value to the list before it."""
        value = self.stack.pop()
        content_of(self.stack[-1]).items.append(value)

    def set_items(self) -> None:
        """Add a group of pairs to the dictionary before it."""
        values = self.pop_group()
        content_of(self.stack[-1]).pairs.extend(make_pairs(values))

    def set_item(self) -> None:
        """Add a pair to the dictionary before it."""
        value, key = self.stack.pop(), self.stack.pop()
        content_of(self.stack[-1]).pairs.append((key, value))

    def call(self) -> None:
        """Note the call of a class or a function with arguments."""
        args = self.stack.pop()
        self.stack.append(Made(self.stack.pop(), args))

    def call_with_words(self) -> None:
        """Note the making of an object with arguments by words."""
        self.stack.pop()
        self.call()

    def call_group(self) -> None:
        """Note the making of an object by a group: its class, then its arguments."""
        group = self.pop_group()
        self.stack.append(Made(group[0], group[1:]))

    def build(self) -> None:
        """Note the state of an object."""
        state = self.stack.pop()
        if isinstance(self.stack[-1], Made):
            self.stack[-1].state = state

    def name_global(self) -> None:
        """Note a class or a function by the texts of its module and name."""
        name, module = self.stack.pop(), self.stack.pop()
        self.stack.append(Named(f"{module}.{name}"))

    def memoize(self) -> None:
        """Remember the last value."""
        self.memo[len(self.memo)] = self.stack[-1]

    def refer(self) -> None:
        """Note a reference to data outside."""
        self.stack.append(Made(Named(STORAGE), self.stack.pop()))


def make_pairs(values: list[Any]) -> list[tuple[Any, Any]]:
    """Return keys and values that stand in turn as pairs."""
    return list(zip(values[::2], values[1::2], strict=True))


def content_of(value: Any) -> Items:
    """Return the items of a value, or raise a ValueError."""
    if isinstance(value, Made):
        return value.content
    if not isinstance(value, Items):
        raise ValueError("items are added to what has none")  # noqa: TRY004
    return value


CONSTANTS: Mapping[str, Any] = {
    "NONE": None,
    "NEWTRUE": True,
    "NEWFALSE": False,
    "MARK": MARK,
    "EMPTY_TUPLE": (),
}
"""The opcodes that put one value on the stack."""

STEPS: Mapping[str, Callable[[Machine], Any]] = {
    "POP": lambda machine: machine.stack.pop(),
    "POP_MARK": Machine.pop_group,
    "DUP": lambda machine: machine.stack.append(machine.stack[-1]),
    "TUPLE": Machine.group_tuple,
    "TUPLE1": lambda machine: machine.small_tuple(1),
    "TUPLE2": lambda machine: machine.small_tuple(2),
    "TUPLE3": lambda machine: machine.small_tuple(3),
    "LIST": Machine.group_items,
    "FROZENSET": Machine.group_items,
    "DICT": Machine.group_pairs,
    "EMPTY_LIST": lambda machine: machine.stack.append(Items()),
    "EMPTY_SET": lambda machine: machine.stack.append(Items()),
    "EMPTY_DICT": lambda machine: machine.stack.append(Items()),
    "APPEND": Machine.add_item,
    "APPENDS": Machine.add_items,
    "ADDITEMS": Machine.add_items,
    "SETITEM": Machine.set_item,
    "SETITEMS": Machine.set_items,
    "REDUCE": Machine.call,
    "NEWOBJ": Machine.call,
    "NEWOBJ_EX": Machine.call_with_words,
    "OBJ": Machine.call_group,
    "BUILD": Machine.build,
    "STACK_GLOBAL": Machine.name_global,
    "MEMOIZE": Machine.memoize,
    "BINPERSID": Machine.refer,
}
"""What the opcodes do that do not only add a value."""


# What the values are.


def count_numbers(value: Any) -> int | None:
    """Return how many numbers a tensor holds; None if a value is no tensor."""
    if not isinstance(value, Made) or not isinstance(value.args, (tuple, list)):
        return None
    name = value.name.rpartition(".")[2]
    if name in PARAMETERS and value.args:
        return count_numbers(value.args[0]) if value is not value.args[0] else None
    sizes = value.args[2] if name in TENSORS and len(value.args) > 2 else None
    if not isinstance(sizes, tuple) or not all(type(size) is int for size in sizes):
        return None
    return math.prod(sizes) if len(sizes) < 64 else None


def pairs_of(value: Any) -> list[tuple[str, Any]]:
    """Return the pairs of a dictionary whose keys are texts."""
    content = value.content if isinstance(value, Made) else value
    pairs = content.pairs if isinstance(content, Items) else []
    return [(key, each) for key, each in pairs if isinstance(key, str)]


def list_weights(value: Any) -> dict[str, int]:
    """Return the sizes of the tensors in a dictionary of weights by their names."""
    found = {key: count_numbers(each) for key, each in pairs_of(value)}
    return {key: size for key, size in found.items() if size is not None}


def is_module(value: Any) -> bool:
    """Tell whether a value is a module of PyTorch, by its state."""
    return isinstance(value, Made) and "_modules" in dict(pairs_of(value.state))


def find_class(value: Any) -> str:
    """Return the name of the class of an object; empty if it is not known."""
    args = value.args if isinstance(value.args, (tuple, list)) else ()
    for each in (value.maker, *args[:1]):
        # Older files refer to a class as data outside, with its source code.
        held = each.args if isinstance(each, Made) and each.name == STORAGE else ()
        found = held[1] if isinstance(held, tuple) and len(held) > 1 else each
        if isinstance(found, Named) and found.name != STORAGE and "copyreg" not in found.name:
            return found.name
    return ""


def iterate_modules(value: Any, depth: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the class of each module in a module, with the size of its own parameters."""
    state = dict(pairs_of(value.state))
    yield find_class(value), sum(list_weights(state.get("_parameters")).values())
    for _, inner in pairs_of(state.get("_modules")):
        if is_module(inner) and depth < MAX_DEPTH:
            yield from iterate_modules(inner, depth + 1)
