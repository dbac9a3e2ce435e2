"""What the `call` of a layer of the user's own returns: it is run on shapes without values.

Keras runs it on tensors of TensorFlow, which leave nothing behind in the graph; so do these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from net2fig.network import Shape
from net2fig.read.record.layers.values import plain
from net2fig.read.record.session import DTYPES, FLOATS, SESSION, dtype_of, facts
from net2fig.read.record.tensors.graph import Constant, Tensor, constants, mapped, tensors
from net2fig.read.record.tensors.serial import serialized
from net2fig.read.record.tensors.shaping import operation_shapes
from net2fig.read.record.unknown import decline


class Traced(Tensor):
    """A tensor inside the call of a layer; one without axes may be a size that is not known."""


class Weight(Traced):
    """A weight of a layer of the user's own."""


def sizes_of(tensor: Tensor) -> tuple[Any, ...]:
    """Return the sizes of a tensor: numbers, and unknown ones that can be reckoned with."""
    return tuple(Traced(()) if size is None else size for size in tensor.shape)


def entered(args: Any, kwargs: Any) -> tuple[Any, Any, type[Any]]:
    """Return the arguments of a call with tensors for values, and what kind of tensors comes out.

    Inside of a layer's call all are traced; outside, a call on nothing but values returns values.
    """
    if SESSION.tracing:
        args, kwargs = (values_as(Traced, value) for value in (args, kwargs))
        if not is_traced(args, kwargs) and any(True for _ in tensors([args, kwargs])):
            decline("a tensor of outside used in the call of a layer")
        return args, kwargs, Traced
    if any(True for _ in tensors([args, kwargs])):
        is_traced(args, kwargs)
        return args, kwargs, Tensor
    if any(True for _ in constants([args, kwargs])):
        args, kwargs = (values_as(Tensor, value) for value in (args, kwargs))
        return args, kwargs, Constant
    return args, kwargs, Tensor


def values_as(kind: type[Any], value: Any) -> Any:
    """Return a structure with tensors in place of the arrays and values in it."""
    if not any(True for _ in constants(value)):
        return value
    return mapped(value, lambda leaf: as_tensor(kind, leaf) if is_value(leaf) else leaf)


def as_tensor(kind: type[Any], value: Any) -> Any:
    """Return a tensor of the shape and the type that Keras gives to a value."""
    dtype = value._dtype if isinstance(value, Constant) else str(value.dtype)
    if dtype in FLOATS and not isinstance(value, Constant):
        dtype = SESSION.floatx
    return kind(tuple(value.shape), dtype if dtype in DTYPES else None)


def is_value(leaf: Any) -> bool:
    """Tell whether something is an array or a value."""
    return any(True for _ in constants(leaf)) and not isinstance(leaf, (dict, list, tuple))


@contextmanager
def tracing() -> Iterator[None]:
    """Make no layer and no operation for a while."""
    SESSION.tracing += 1
    try:
        yield
    finally:
        SESSION.tracing -= 1


def is_traced(*values: Any) -> bool:
    """Tell whether there are traced tensors among arguments; decline where there are others too."""
    found = [isinstance(tensor, Traced) for tensor in tensors(list(values))]
    if any(found) and not (all(found) and SESSION.tracing):
        decline("tensors of inside and outside of a layer's call, used together")
    return any(found)


def traced_operation(
    entry: Mapping[str, Any], config: dict[str, Any], into: list[Any], kind: type[Any]
) -> Any:
    """Return what an operation returns inside of a call, or for values: a kind of tensors."""
    class_name = entry["class"]
    shapes = [tensor.shape for tensor in tensors(into)]
    dtype = kept_dtype(class_name, into)
    if class_name == "Reshape":
        return kind(reshaped(shapes[0], config["newshape"]), dtype)
    if class_name == "GetItem":
        config = {"args": ["@", item_of(into[1])]}
    elif class_name in facts()["valued"] and any(isinstance(item, (list, tuple)) for item in into):
        decline(f"a {class_name} of a list")
    found = operation_shapes(
        class_name, {key: listed(value) for key, value in config.items()}, shapes
    )
    outputs = [kind(shape, dtype) for shape in found]
    return outputs if class_name == "Split" else outputs[0]


def kept_dtype(class_name: str, values: Any) -> str | None:
    """Return the dtype of what comes out where it is that of what goes in; None where not known."""
    if class_name in PATCH_LOCK or class_name.startswith("Logical"):
        return None
    if any(True for _ in constants(values)):
        return None
    found = {tensor._dtype for tensor in tensors(values)}
    first = found.pop()
    return first if not found and first in FLOATS else None


PATCH_LOCK = frozenset(
    {"Cast", "Equal", "NotEqual", "OneHot", "All", "Any", "Argmax", "Argmin"}
) | {f"{name}{equal}" for name in ("Less", "Greater") for equal in ("", "Equal")}
"""Operations that return another dtype than that of what goes in, beside the logical ones."""


def listed(value: Any) -> Any:
    """Return a configuration's value with lists for tuples."""
    if any(True for _ in tensors(value)):
        decline("an argument of an operation that depends on a tensor")
    return list(value) if isinstance(value, tuple) else value


def item_of(key: Any) -> Any:
    """Return an index as Keras would save it."""
    if any(True for _ in tensors(key)):
        decline("an index that depends on a tensor")
    return serialized(key)


def reshaped(shape: Shape, target: Any) -> Shape:
    """Return the shape that TensorFlow knows of after a reshape."""
    sizes = [
        None if isinstance(size, Traced) and not size.shape else plain(size) for size in target
    ]
    if any(not (size is None or type(size) is int) for size in sizes) or sizes.count(-1) > 1:
        decline(f"a reshape to {target!r:.80}")
    if -1 not in sizes:
        return tuple(sizes)
    known = [size for size in sizes if size not in (None, -1)]
    if None in shape or None in sizes:
        return tuple(None if size == -1 else size for size in sizes)
    whole, rest = 1, 1
    for size in shape:
        whole *= size or 1
    for size in known:
        rest *= size or 1
    return tuple(whole // rest if size == -1 else size for size in sizes)


def filled(shape: Any, *_args: Any, **_kwargs: Any) -> Any:
    """Return a tensor of a shape whose values nobody asks for."""
    sizes = (shape,) if type(shape) is int else shape
    if not isinstance(sizes, (list, tuple)) or -1 in sizes:
        decline(f"values of the shape {shape!r:.60}")
    found = reshaped((), tuple(sizes))
    if SESSION.tracing:
        return Traced(found)
    if None in found:
        raise ValueError(f"Cannot convert {shape!r:.60} to a shape")
    return Constant(found)


def counted(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """Return the numbers from one to another."""
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    sizes = (start, stop, step)
    if SESSION.tracing and all(type(size) is int or is_size(size) for size in sizes):
        known = all(type(size) is int for size in sizes)
        return Traced((len(range(start, stop, step)) if known else None,), dtype_named(dtype))
    if not all(type(value) is int for value in sizes):
        decline(f"arange({start!r:.40}, {stop!r:.40}), {dtype}")
    return Constant((len(range(start, stop, step)),), dtype_named(dtype))


def is_size(value: Any) -> bool:
    """Tell whether a value is a number that only a run knows."""
    return isinstance(value, Traced) and value.shape == ()


def dtype_named(dtype: Any) -> str | None:
    """Return a dtype that the code says; None where it does not."""
    return None if dtype is None else dtype_of(dtype)
