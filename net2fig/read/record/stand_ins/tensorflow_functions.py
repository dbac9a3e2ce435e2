"""Functions of TensorFlow: of what is inside of a layer's call, of values, and of tensors of Keras.

Keras refuses these last; net2fig takes them (read/functions.py), and so does this, as the same
operations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.keras.tensorflow_ops import translate_call
from net2fig.read.keras.tf_functions import FUNCTION_CALL, FunctionCall, replace_tensors
from net2fig.read.plain_json import to_plain_json
from net2fig.read.record.session import SESSION, facts
from net2fig.read.record.tensors.graph import (
    Arguments,
    Constant,
    Node,
    Tensor,
    mapped,
    operate,
    tensors,
)
from net2fig.read.record.tensors.ops import Operation
from net2fig.read.record.tensors.tracing import Traced, sizes_of, tracing, values_as
from net2fig.read.record.unknown import decline


class Function(Operation):
    """One call of a function of TensorFlow on tensors of Keras."""

    def __init__(self, class_name: str, said: FunctionCall, result: Callable[..., Any]) -> None:
        described = {"class": class_name, "module": "keras.ops", "named": False}
        super().__init__(described, {})
        object.__setattr__(self, FUNCTION_CALL, said)
        self._result = result

    def computed(self, arguments: Arguments, shapes: Sequence[Shape]) -> list[Shape]:
        """Return the shapes that a call on tensors of these shapes returns."""
        given = iter(shapes)
        args, kwargs = mapped(
            [list(arguments.args), arguments.kwargs],
            lambda leaf: Tensor(next(given), leaf._dtype) if isinstance(leaf, Tensor) else leaf,
        )
        return [tensor.shape for tensor in tensors(run(self._result, args, kwargs))]

    def call(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Note a call and return what comes out."""
        found = run(self._result, args, kwargs)
        result = mapped(found, lambda leaf: Tensor(leaf.shape, leaf._dtype))
        Node(self, call_args=args, call_kwargs=kwargs, outputs=result)
        return result


def run(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Return what a function returns inside of a call, for tensors of the same shapes."""
    inside = mapped([list(args), kwargs], as_traced)
    with tracing():
        return function(*inside[0], **inside[1])


def as_traced(leaf: Any) -> Any:
    """Return what stands for a tensor inside of a call."""
    return Traced(leaf.shape, leaf._dtype) if isinstance(leaf, Tensor) else leaf


def of_tensorflow(name: str) -> Callable[..., Any]:
    """Return a function of TensorFlow; LookupError for one that is not known."""
    name = facts()["outer_names"].get(name, name)
    other, words = facts()["same"][name]
    known = facts()["outer"][name]

    def inside(*args: Any, **kwargs: Any) -> Any:
        given = named(known["parameters"], args, kwargs)
        given.pop("name", None)
        if name.startswith("image."):
            return of_image(name, given)
        change = CHANGES.get(name)
        if change is not None:
            given = change(given)
        return operate(other, (), {words.get(key, key): value for key, value in given.items()})

    def function(*args: Any, **kwargs: Any) -> Any:
        if SESSION.tracing or not any(True for _ in tensors([args, kwargs])):
            return inside(*args, **kwargs)
        given = with_defaults(name, named(known["parameters"], args, kwargs))
        (_, first), *rest = given.items()
        said = described(known["name"], first, dict(rest))
        return Function(said.description["class_name"], said, inside).call(args, kwargs)

    function.__name__ = name.rpartition(".")[2]
    return function


def of_image(name: str, given: dict[str, Any]) -> Any:
    """Return what a function of tensorflow.image returns."""
    from net2fig.read.record.tensors.images import HANDLERS

    return HANDLERS[name](**given)


def with_defaults(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return arguments as the function that is taken is given them."""
    more = {key: value for key, value in DISPATCHED.get(name, {}).items() if key not in given}
    return {**given, **more}


def named(parameters: Sequence[str], args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call by the names of the parameters, in their order."""
    if len(args) > len(parameters) or set(kwargs) - set(parameters[len(args) :]):
        decline(f"{len(args)} arguments and {sorted(kwargs)} of a function of TensorFlow")
    found = {**dict(zip(parameters, args, strict=False)), **kwargs}
    return {key: found[key] for key in parameters if key in found}


def described(name: str, first: Any, rest: dict[str, Any]) -> FunctionCall:
    """Return how a call is described, as read/functions.py does it."""
    words = {key: value for key, value in rest.items() if value is not None}
    class_name, config, passed, others = translate_call(name, [first], words)
    sizes: list[Any] = []
    config = to_plain_json({key: replace_tensors(value, sizes) for key, value in config.items()})
    data = {"class_name": class_name, "module": "keras.ops", "config": config}
    return FunctionCall(data, passed, others, sizes)


def pieces(given: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of tf.split with places to cut at, not sizes of pieces."""
    sizes = given.get("num_or_size_splits")
    if given.pop("num", None) is not None or not isinstance(sizes, (int, list, tuple)):
        decline("tf.split into pieces of sizes that are not known")
    if isinstance(sizes, (list, tuple)):
        if not all(type(size) is int and size > 0 for size in sizes):
            decline(f"tf.split into {sizes!r:.60}")
        given["num_or_size_splits"] = [sum(sizes[: at + 1]) for at in range(len(sizes) - 1)]
    return given


def only(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what declines any other argument than some."""

    def change(given: dict[str, Any]) -> dict[str, Any]:
        if set(given) - set(names):
            decline(f"arguments {sorted(set(given) - set(names))} of a function of TensorFlow")
        return given

    return change


def padded(given: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of tf.pad without what no shape depends on."""
    return {key: value for key, value in given.items() if key in ("tensor", "paddings")}


CHANGES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "split": pieces,
    "pad": padded,
    "matmul": only("a", "b"),
    "transpose": only("a", "perm"),
    "one_hot": only("indices", "depth", "axis"),
    "where": only("condition", "x", "y"),
    "argmax": only("input", "axis"),
    "argmin": only("input", "axis"),
    "nn.gelu": only("features", "approximate"),
    "nn.silu": only("features"),
}
"""What has to be changed in the arguments of a function for that of keras.ops."""


DISPATCHED: dict[str, dict[str, Any]] = {
    "pad": {"mode": "CONSTANT", "constant_values": 0},
    "transpose": {"conjugate": False},
}
"""Functions that call another one, which is taken, with more arguments than they were given."""


# Sizes.


class Sizes:
    """What tf.shape returns: sizes can be taken, one at a time or several."""

    def __init__(self, sizes: Sequence[Any]) -> None:
        self._sizes = tuple(sizes)

    def __getitem__(self, index: Any) -> Any:
        if type(index) is int:
            return self._sizes[index]
        return Sizes(self._sizes[index]) if plain_slice(index) else decline("a part of tf.shape(…)")

    def __len__(self) -> int:
        return len(self._sizes)

    def __iter__(self) -> Any:
        return iter(self._sizes)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return decline(f"attribute {name!r} of tf.shape(…)")


def plain_slice(index: Any) -> bool:
    """Tell whether an index is a slice of whole numbers."""
    if not isinstance(index, slice):
        return False
    return all(item is None or type(item) is int for item in (index.start, index.stop, index.step))


def tf_shape(tensor: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the sizes of a tensor."""
    if set(kwargs) - {"name"} or args:
        decline("tf.shape of a type")
    if SESSION.tracing:
        tensor = values_as(Traced, tensor)
        return (
            Sizes(sizes_of(tensor)) if isinstance(tensor, Traced) else decline("tf.shape of that")
        )
    if isinstance(tensor, Constant):
        return Sizes(tensor.shape)
    shape = tensor.shape if isinstance(tensor, Tensor) else ()
    if None in shape[1:] or len(shape) < 2:
        decline(f"tf.shape of a tensor of the shape {shape}")
    data = {"class_name": "Shape", "module": "keras.ops", "config": {}}
    said = FunctionCall(data, [tensor], {}, [])
    batch = Function("Shape", said, lambda _tensor: Traced((), "int32")).call([tensor], {})
    return (batch, *shape[1:])
