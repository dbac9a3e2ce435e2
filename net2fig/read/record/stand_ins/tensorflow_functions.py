"""Functions of TensorFlow on traced tensors, on values, and on tensors of Keras.

Keras refuses its tensors; net2fig accepts them (keras/tf_functions.py), and the same operations are
recorded here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.keras.tensorflow_ops import translate_call
from net2fig.read.keras.tf_functions import FUNCTION_CALL, FunctionCall, replace_tensors
from net2fig.read.plain_json import to_plain_json
from net2fig.read.record.loose import call_unknown_function, loosely
from net2fig.read.record.session import SESSION, load_facts
from net2fig.read.record.tensors.graph import (
    Arguments,
    Constant,
    Node,
    Tensor,
    iterate_tensors,
    map_leaves,
    operate,
)
from net2fig.read.record.tensors.ops import Operation
from net2fig.read.record.tensors.tracing import TracedTensor, convert_values, get_sizes, tracing


class Function(Operation):
    """One call of a function of TensorFlow on tensors of Keras."""

    def __init__(
        self, class_name: str, function_call: FunctionCall, result: Callable[..., Any]
    ) -> None:
        describe_call = {"class": class_name, "module": "keras.ops", "named": False}
        super().__init__(describe_call, {})
        object.__setattr__(self, FUNCTION_CALL, function_call)
        self._result = result

    def computed(self, arguments: Arguments, shapes: Sequence[Shape]) -> list[Shape]:
        """Return the output shapes of a call on tensors of these shapes."""
        next_shapes = iter(shapes)
        args, kwargs = map_leaves(
            [list(arguments.args), arguments.kwargs],
            lambda leaf: (
                Tensor(next(next_shapes), leaf._dtype) if isinstance(leaf, Tensor) else leaf
            ),
        )
        return [tensor.shape for tensor in iterate_tensors(run(self._result, args, kwargs))]

    def call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Record a call and return its output."""
        output = run(self._result, args, kwargs)
        result = map_leaves(output, lambda leaf: Tensor(leaf.shape, leaf._dtype))
        Node(self, call_args=args, call_kwargs=kwargs, outputs=result)
        return result


def run(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Return the result of a function inside a call, for tensors of the same shapes."""
    inside = map_leaves([list(args), kwargs], make_traced)
    with tracing():
        return function(*inside[0], **inside[1])


def make_traced(leaf: Any) -> Any:
    """Return the traced tensor for a tensor inside a call."""
    return TracedTensor(leaf.shape, leaf._dtype) if isinstance(leaf, Tensor) else leaf


def get_tensorflow_function(name: str) -> Callable[..., Any]:
    """Return a function of TensorFlow; raise LookupError for an unknown one."""
    name = load_facts()["outer_names"].get(name, name)
    other, words = load_facts()["same"][name]
    known = load_facts()["outer"][name]

    def inside(*args: Any, **kwargs: Any) -> Any:
        arguments = bind_parameters(known["parameters"], args, kwargs)
        arguments.pop("name", None)
        if name.startswith("image."):
            return call_image_function(name, arguments)
        change = CHANGES.get(name)
        if change is not None:
            arguments = change(arguments)
        return operate(other, (), {words.get(key, key): value for key, value in arguments.items()})

    @loosely(lambda *args, **kwargs: call_unknown_function(name, args, kwargs))
    def function(*args: Any, **kwargs: Any) -> Any:
        if SESSION.tracing or not any(True for _ in iterate_tensors([args, kwargs])):
            return inside(*args, **kwargs)
        arguments = add_defaults(name, bind_parameters(known["parameters"], args, kwargs))
        (_, first), *rest = arguments.items()
        function_call = describe_call(known["name"], first, dict(rest))
        return Function(function_call.description["class_name"], function_call, inside).call(
            args, kwargs
        )

    function.__name__ = name.rpartition(".")[2]
    named: Callable[..., Any] = function
    return named


def call_image_function(name: str, arguments: dict[str, Any]) -> Any:
    """Return the result of a function of tensorflow.image."""
    from net2fig.read.record.tensors.images import HANDLERS

    return HANDLERS[name](**arguments)


def add_defaults(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return arguments with the defaults of the dispatched function."""
    more = {key: value for key, value in DISPATCHED.get(name, {}).items() if key not in arguments}
    return {**arguments, **more}


def bind_parameters(
    parameters: Sequence[str], args: Sequence[Any], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by parameter, in order."""
    if len(args) > len(parameters) or set(kwargs) - set(parameters[len(args) :]):
        decline(f"{len(args)} arguments and {sorted(kwargs)} of a function of TensorFlow")
    values = {**dict(zip(parameters, args, strict=False)), **kwargs}
    return {key: values[key] for key in parameters if key in values}


def describe_call(name: str, first: Any, rest: dict[str, Any]) -> FunctionCall:
    """Return the description of a call, as in keras/tf_functions.py."""
    words = {key: value for key, value in rest.items() if value is not None}
    class_name, config, passed, others = translate_call(name, [first], words)
    sizes: list[Any] = []
    config = to_plain_json({key: replace_tensors(value, sizes) for key, value in config.items()})
    data = {"class_name": class_name, "module": "keras.ops", "config": config}
    return FunctionCall(data, passed, others, sizes)


def split_pieces(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of tf.split with positions in place of sizes."""
    sizes = arguments.get("num_or_size_splits")
    if arguments.pop("num", None) is not None or not isinstance(sizes, (int, list, tuple)):
        decline("tf.split into pieces of sizes that are not known")
    if isinstance(sizes, (list, tuple)):
        if not all(type(size) is int and size > 0 for size in sizes):
            decline(f"tf.split into {sizes!r:.60}")
        arguments["num_or_size_splits"] = [sum(sizes[: at + 1]) for at in range(len(sizes) - 1)]
    return arguments


def require_only(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a function that declines all other arguments."""

    def change(arguments: dict[str, Any]) -> dict[str, Any]:
        if set(arguments) - set(names):
            decline(f"arguments {sorted(set(arguments) - set(names))} of a function of TensorFlow")
        return arguments

    return change


def check_padding(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of tf.pad that affect the shape."""
    return {key: value for key, value in arguments.items() if key in ("tensor", "paddings")}


CHANGES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "split": split_pieces,
    "pad": check_padding,
    "matmul": require_only("a", "b"),
    "transpose": require_only("a", "perm"),
    "one_hot": require_only("indices", "depth", "axis"),
    "where": require_only("condition", "x", "y"),
    "argmax": require_only("input", "axis"),
    "argmin": require_only("input", "axis"),
    "nn.gelu": require_only("features", "approximate"),
    "nn.silu": require_only("features"),
}
"""Conversions of arguments for the functions of keras.ops."""


DISPATCHED: dict[str, dict[str, Any]] = {
    "pad": {"mode": "CONSTANT", "constant_values": 0},
    "transpose": {"conjugate": False},
}
"""Functions that dispatch to another one with more arguments."""


# Sizes.


class DynamicShape:
    """The result of tf.shape: sizes are taken by index or slice."""

    def __init__(self, sizes: Sequence[Any]) -> None:
        self._sizes = tuple(sizes)

    def __getitem__(self, index: Any) -> Any:
        if type(index) is int:
            return self._sizes[index]
        return (
            DynamicShape(self._sizes[index])
            if is_plain_slice(index)
            else decline("a part of tf.shape(…)")
        )

    def __len__(self) -> int:
        return len(self._sizes)

    def __iter__(self) -> Any:
        return iter(self._sizes)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return decline(f"attribute {name!r} of tf.shape(…)")


def is_plain_slice(index: Any) -> bool:
    """Tell whether an index is a slice of whole numbers."""
    if not isinstance(index, slice):
        return False
    return all(item is None or type(item) is int for item in (index.start, index.stop, index.step))


def tf_shape(tensor: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the sizes of a tensor."""
    if set(kwargs) - {"name"} or args:
        decline("tf.shape of a type")
    if SESSION.tracing:
        tensor = convert_values(TracedTensor, tensor)
        return (
            DynamicShape(get_sizes(tensor))
            if isinstance(tensor, TracedTensor)
            else decline("tf.shape of that")
        )
    if isinstance(tensor, Constant):
        return DynamicShape(tensor.shape)
    shape = tensor.shape if isinstance(tensor, Tensor) else ()
    if None in shape[1:] or len(shape) < 2:
        decline(f"tf.shape of a tensor of the shape {shape}")
    data = {"class_name": "Shape", "module": "keras.ops", "config": {}}
    function_call = FunctionCall(data, [tensor], {}, [])
    batch = Function("Shape", function_call, lambda _tensor: TracedTensor((), "int32")).call(
        [tensor], {}
    )
    return (batch, *shape[1:])
