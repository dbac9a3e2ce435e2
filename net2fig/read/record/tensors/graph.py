"""Tensors, and the calls that made them, as Keras keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from net2fig.network import Shape
from net2fig.read.record.unknown import decline
from net2fig.read.script.sandbox.old_shapes import RankedShape

NEVER = frozenset({"_functional", "_nodes_by_depth", "_keras_history", "_net2fig_call"})
"""Attributes that the reader of models asks for, and that layers and operations do not have."""


OF_GRAPHS = frozenset({"inputs", "outputs", "input_names", "output_names"})
"""Attributes of models that are made of inputs and outputs, and of no others."""


class History(NamedTuple):
    """Where a tensor comes from: an operation, which call of it, which of its tensors."""

    operation: Any
    node_index: int
    tensor_index: int


class Axes(RankedShape):
    """A shape, which can be asked for what earlier Keras knew of shapes."""

    __slots__ = ()

    def __getitem__(self, place: Any) -> Any:
        """Return an axis, or a shape of several."""
        found = super().__getitem__(place)
        return Axes(found) if type(place) is slice else found


class Value:
    """What the operators of Python can be applied to: they are functions of keras.ops."""

    __slots__ = ()

    @property
    def shape(self) -> Shape:
        """The shape, batch axis first."""
        raise NotImplementedError

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def __round__(self, ndigits: int | None = None) -> Any:
        return operate("round", (self, ndigits or 0))


class UnknownType:
    """The type of values where it is not known: nobody may ask."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return decline(f"{name} of the dtype of what an operation returns")


UNKNOWN_TYPE = UnknownType()


class Tensor(Value):
    """A symbolic tensor: a shape, and the call that made it."""

    __slots__ = ("__dict__", "_dtype", "_keras_history", "_name", "_shape")

    def __init__(self, shape: Shape, dtype: str | None = None, name: str | None = None) -> None:
        self._shape = Axes(shape)
        self._dtype = dtype
        self._name = name
        self._keras_history: History
        self.mask: Any

    @property
    def shape(self) -> Shape:
        """The shape, batch axis first."""
        return self._shape

    @property
    def dtype(self) -> Any:
        """The name of the type of its values."""
        return self._dtype or UNKNOWN_TYPE

    @property
    def name(self) -> str:
        """The name that it was given."""
        return self._name or decline("the name that Keras gives to a tensor")

    def __getattr__(self, name: str) -> Any:
        if name == "_keras_history" or (name.startswith("__") and name.endswith("__")):
            raise AttributeError(name)
        return decline(f"attribute {name!r} of a tensor")

    def get_shape(self) -> Shape:
        """Return the shape, as in earlier Keras."""
        return self.shape

    def reshape(self, newshape: Any) -> Any:
        """Return the same values in another shape."""
        return operate("reshape", (self, newshape))

    def squeeze(self, axis: Any = None) -> Any:
        """Return the same values without axes of size 1."""
        return operate("squeeze", (self, axis))


class Constant(Value):
    """Values that are there when the model is built, as a tensor; what they are, nobody asks."""

    __slots__ = ("_dtype", "_shape")

    __array_ufunc__ = None  # of an array of NumPy and a tensor, the tensor decides

    def __init__(self, shape: Shape, dtype: str | None = None) -> None:
        self._shape = Axes(shape)
        self._dtype = dtype

    @property
    def shape(self) -> Shape:
        """The shape."""
        return self._shape

    @property
    def dtype(self) -> Any:
        """The name of the type of its values."""
        return self._dtype or UNKNOWN_TYPE

    def __len__(self) -> int:
        size = self._shape[0] if self._shape else None
        if size is None:
            decline("the length of a value")
        return int(size)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in NEVER:
            raise AttributeError(name)
        return decline(f"attribute {name!r} of a value")


def constants(value: Any) -> Iterator[Any]:
    """Yield the arrays inside a value."""
    if isinstance(value, Constant) or (type(value).__name__ == "ndarray" and value.ndim):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from constants(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from constants(item)


class Functions:
    """How functions of keras.ops are called: they are made of tensors, and tensors call them."""

    called: Callable[[str, tuple[Any, ...], dict[str, Any]], Any]


def operate(name: str, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> Any:
    """Return what a function of keras.ops returns."""
    return Functions.called(name, args, kwargs or {})


def _refuse(what: str) -> Callable[..., Any]:
    def refuse(_self: Any, *_args: Any) -> Any:
        return decline(what)

    return refuse


def _binary(name: str, *, swapped: bool = False) -> Callable[[Value, Any], Any]:
    def operator(self: Value, other: Any) -> Any:
        return operate(name, (other, self) if swapped else (self, other))

    return operator


def _unary(name: str) -> Callable[[Value], Any]:
    def operator(self: Value) -> Any:
        return operate(name, (self,))

    return operator


OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "matmul": "matmul",
    "mod": "mod",
    "truediv": "true_divide",
    "pow": "power",
    "floordiv": "floor_divide",
    "and": "logical_and",
    "or": "logical_or",
    "xor": "logical_xor",
}
"""The operators of Python that may stand on either side, and the functions that they are."""

COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "ne": "not_equal",
    "getitem": "get_item",
}

for _key, _name in OPERATORS.items():
    setattr(Value, f"__{_key}__", _binary(_name))
    setattr(Value, f"__r{_key}__", _binary(_name, swapped=True))
for _key, _name in COMPARISONS.items():
    setattr(Value, f"__{_key}__", _binary(_name))
for _key, _name in {"neg": "negative", "abs": "absolute", "invert": "logical_not"}.items():
    setattr(Value, f"__{_key}__", _unary(_name))
for _key in ("int", "float", "bool", "iter", "array"):
    setattr(Value, f"__{_key}__", _refuse(f"__{_key}__() of a symbolic tensor"))
for _key in ("eq", "ne", "str", "repr", "hash"):
    setattr(UnknownType, f"__{_key}__", _refuse("the dtype of what an operation returns"))


def tensors(value: Any) -> Iterator[Tensor]:
    """Yield the tensors inside a value, dictionaries in the order of their keys as Keras does."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from tensors(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from tensors(item)


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a structure with each of its leaves changed."""
    if isinstance(value, dict):
        return {key: mapped(value[key], change) for key in value}
    if isinstance(value, (list, tuple)):
        if hasattr(value, "_fields"):
            decline("a named tuple of tensors")
        return type(value)(mapped(item, change) for item in value)
    return change(value)


class Arguments(NamedTuple):
    """What an operation was called with."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Node:
    """One call of an operation: what went in, what came out."""

    __slots__ = ("arguments", "input_tensors", "is_input", "operation", "outputs")

    def __init__(
        self,
        operation: Any,
        call_args: Sequence[Any] = (),
        call_kwargs: dict[str, Any] | None = None,
        outputs: Any = (),
    ) -> None:
        self.operation = operation
        same = [mapped(item, lambda leaf: leaf) for item in call_args]
        words = {key: mapped(item, lambda leaf: leaf) for key, item in (call_kwargs or {}).items()}
        self.arguments = Arguments(tuple(same), words)
        self.outputs = list(tensors(outputs))
        self.input_tensors = list(tensors([same, self.arguments.kwargs]))
        self.is_input = not self.input_tensors
        index = len(operation._inbound_nodes)
        operation._inbound_nodes.append(self)
        for place, tensor in enumerate(self.outputs):
            tensor._keras_history = History(operation, index, place)

    @property
    def output_tensors(self) -> list[Tensor]:
        """The tensors that came out."""
        return self.outputs


def node_of(tensor: Tensor) -> Node:
    """Return the call that made a tensor."""
    history = tensor._keras_history
    node: Node = history.operation._inbound_nodes[history.node_index]
    return node


def source_inputs(tensor: Tensor) -> list[Tensor]:
    """Return the inputs that a tensor depends on, each once, in the order of the calls."""
    found: list[Tensor] = []
    seen = set()

    def visit(item: Tensor) -> None:
        node = node_of(item)
        if node in seen:
            return
        seen.add(node)
        if node.is_input:
            found.extend(node.outputs)
        for other in node.input_tensors:
            visit(other)

    visit(tensor)
    return found
