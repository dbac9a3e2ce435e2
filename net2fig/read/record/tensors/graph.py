"""Tensors and the calls that made them, as in Keras."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.script.sandbox.old_shapes import RankedShape
from net2fig.read.script.unknown.values import UnknownData, UnknownValue

ABSENT_ATTRIBUTES = frozenset({"_functional", "_nodes_by_depth", "_keras_history", "_net2fig_call"})
"""Attributes that live.py reads, and that layers and operations do not have."""


GRAPH_ATTRIBUTES = frozenset({"inputs", "outputs", "input_names", "output_names"})
"""Attributes that only functional models have."""


OLD_SHAPES = ("_keras_shape", "_shape_val")
"""Attributes that held the shape of a tensor in earlier Keras."""


class History(NamedTuple):
    """The origin of a tensor: an operation, the number of the call and of the tensor."""

    operation: Any
    node_index: int
    tensor_index: int


class ShapeTuple(RankedShape):
    """A shape with the methods of earlier Keras."""

    __slots__ = ()

    def __getitem__(self, place: Any) -> Any:
        """Return an axis, or a shape of several."""
        axes = super().__getitem__(place)
        return ShapeTuple(axes) if type(place) is slice else axes


class Operand:
    """A shape and a type, with Python's operators, which are functions of keras.ops."""

    __slots__ = ("_dtype", "_shape")

    def __init__(self, shape: Shape | None, dtype: str | None = None) -> None:
        self._shape = None if shape is None else ShapeTuple(shape)
        self._dtype = dtype

    @property
    def shape(self) -> Any:
        """The shape, batch axis first; an unknown value if not even the axes are known."""
        return UnknownValue("shape") if self._shape is None else self._shape

    @property
    def known_shape(self) -> Shape | None:
        """The shape; None if it is not known."""
        return self._shape

    @property
    def dtype(self) -> Any:
        """The name of the type of its values."""
        return self._dtype or ("float32" if UnknownData.loose else UNKNOWN_TYPE)

    @property
    def ndim(self) -> Any:
        """The number of axes."""
        return UnknownValue("ndim") if self._shape is None else len(self._shape)

    def __round__(self, ndigits: int | None = None) -> Any:
        return operate("round", (self, ndigits or 0))


def _iterate(self: Operand) -> Iterator[Any]:
    """Return the parts that the code unpacks, where the recorder may go on."""
    if not (UnknownData.loose and isinstance(self, Tensor)):
        decline("__iter__() of a symbolic tensor")
    return iter(Functions.unpacked(self))


class UnknownType:
    """The type of unknown values: reading it declines."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return decline(f"{name} of the dtype of what an operation returns")


UNKNOWN_TYPE = UnknownType()


class Tensor(Operand):
    """A symbolic tensor: a shape, and the call that made it."""

    __slots__ = ("__dict__", "_keras_history", "_name")

    def __init__(
        self, shape: Shape | None, dtype: str | None = None, name: str | None = None
    ) -> None:
        super().__init__(shape, dtype)
        self._name = name
        self._keras_history: History
        self.mask: Any

    @property
    def name(self) -> str:
        """The name of the tensor."""
        return self._name or decline("the name that Keras gives to a tensor")

    def __getattr__(self, name: str) -> Any:
        if name == "_keras_history" or (name.startswith("__") and name.endswith("__")):
            raise AttributeError(name)
        if UnknownData.loose:
            return self.shape if name in OLD_SHAPES else UnknownValue(name)
        return decline(f"attribute {name!r} of a tensor")

    def get_shape(self) -> Any:
        """Return the shape, as in earlier Keras."""
        return self.shape

    def reshape(self, newshape: Any) -> Any:
        """Return the same values in another shape."""
        return operate("reshape", (self, newshape))

    def squeeze(self, axis: Any = None) -> Any:
        """Return the same values without axes of size 1."""
        return operate("squeeze", (self, axis))


class Constant(Operand):
    """Values that are known when the model is built, as a tensor with only a shape."""

    __slots__ = ()

    __array_ufunc__ = None  # of an array of NumPy and a tensor, the tensor decides

    def __len__(self) -> int:
        size = self._shape[0] if self._shape else None
        if size is None:
            decline("the length of a value")
        return int(size)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ABSENT_ATTRIBUTES:
            raise AttributeError(name)
        return decline(f"attribute {name!r} of a value")


def is_open(tensor: Tensor) -> bool:
    """Tell whether not even the number of the axes of a tensor is known."""
    return tensor._shape is None


def iterate_constants(value: Any) -> Iterator[Any]:
    """Yield the arrays inside a value."""
    if isinstance(value, Constant) or (type(value).__name__ == "ndarray" and value.ndim):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from iterate_constants(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from iterate_constants(item)


class Functions:
    """Connects tensors to functions, operations and layers, which are made of tensors."""

    called: Callable[[str, tuple[Any, ...], dict[str, Any]], Any]
    unpacked: Callable[[Any], list[Any]]
    layered: Callable[[Any], Any]
    operation: Callable[[dict[str, Any], dict[str, Any]], Any]


def operate(name: str, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> Any:
    """Return the result of a function of keras.ops."""
    return Functions.called(name, args, kwargs or {})


def _refuse(what: str) -> Callable[..., Any]:
    def refuse(_self: Any, *_args: Any) -> Any:
        return decline(what)

    return refuse


def _binary(name: str, *, swapped: bool = False) -> Callable[[Operand, Any], Any]:
    def operator(self: Operand, other: Any) -> Any:
        return operate(name, (other, self) if swapped else (self, other))

    return operator


def _unary(name: str) -> Callable[[Operand], Any]:
    def operator(self: Operand) -> Any:
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
"""Binary operators of Python, with reflected variants, and their functions."""

COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "ne": "not_equal",
    "getitem": "get_item",
}

for _key, _name in OPERATORS.items():
    setattr(Operand, f"__{_key}__", _binary(_name))
    setattr(Operand, f"__r{_key}__", _binary(_name, swapped=True))
for _key, _name in COMPARISONS.items():
    setattr(Operand, f"__{_key}__", _binary(_name))
for _key, _name in {"neg": "negative", "abs": "absolute", "invert": "logical_not"}.items():
    setattr(Operand, f"__{_key}__", _unary(_name))
for _key in ("int", "float", "bool", "array"):
    setattr(Operand, f"__{_key}__", _refuse(f"__{_key}__() of a symbolic tensor"))
Operand.__iter__ = _iterate  # type: ignore[attr-defined]
for _key in ("eq", "ne", "str", "repr", "hash"):
    setattr(UnknownType, f"__{_key}__", _refuse("the dtype of what an operation returns"))


def iterate_tensors(value: Any) -> Iterator[Tensor]:
    """Yield the tensors inside a value; dictionaries are sorted by key as in Keras."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from iterate_tensors(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from iterate_tensors(item)


def map_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a structure with a function applied to each leaf."""
    if isinstance(value, dict):
        return {key: map_leaves(value[key], change) for key in value}
    if isinstance(value, (list, tuple)):
        if hasattr(value, "_fields"):
            decline("a named tuple of tensors")
        return type(value)(map_leaves(item, change) for item in value)
    return change(value)


class Arguments(NamedTuple):
    """The arguments of an operation."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Node:
    """One call of an operation: its inputs and outputs."""

    __slots__ = ("arguments", "input_tensors", "is_input", "operation", "outputs")

    def __init__(
        self,
        operation: Any,
        call_args: Sequence[Any] = (),
        call_kwargs: dict[str, Any] | None = None,
        outputs: Any = (),
    ) -> None:
        self.operation = operation
        same = [map_leaves(item, lambda leaf: leaf) for item in call_args]
        words = {
            key: map_leaves(item, lambda leaf: leaf) for key, item in (call_kwargs or {}).items()
        }
        self.arguments = Arguments(tuple(same), words)
        self.outputs = list(iterate_tensors(outputs))
        self.input_tensors = list(iterate_tensors([same, self.arguments.kwargs]))
        self.is_input = not self.input_tensors
        index = len(operation._inbound_nodes)
        operation._inbound_nodes.append(self)
        for place, tensor in enumerate(self.outputs):
            tensor._keras_history = History(operation, index, place)

    @property
    def output_tensors(self) -> list[Tensor]:
        """The output tensors."""
        return self.outputs


def get_node(tensor: Tensor) -> Node:
    """Return the call that made a tensor."""
    history = tensor._keras_history
    node: Node = history.operation._inbound_nodes[history.node_index]
    return node


def find_source_inputs(tensor: Tensor) -> list[Tensor]:
    """Return the inputs that a tensor depends on, each once, in the order of the calls."""
    inputs: list[Tensor] = []
    seen = set()

    def visit(item: Tensor) -> None:
        node = get_node(item)
        if node in seen:
            return
        seen.add(node)
        if node.is_input:
            inputs.extend(node.outputs)
        for other in node.input_tensors:
            visit(other)

    visit(tensor)
    return inputs
