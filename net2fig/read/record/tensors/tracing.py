"""Runs the `call` of custom layers on shapes without values.

Keras runs it on tensors of TensorFlow, which leave nothing behind in the graph; so do these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.record.layers.values import plain
from net2fig.read.record.session import DTYPES, FLOATS, SESSION, get_dtype, load_facts
from net2fig.read.record.tensors.graph import (
    Constant,
    Tensor,
    iterate_constants,
    iterate_tensors,
    map_leaves,
)
from net2fig.read.record.tensors.serial import serialize
from net2fig.read.record.tensors.shaping import infer_operation_shapes


class TracedTensor(Tensor):
    """A tensor inside the call of a layer; one without axes may be an unknown size."""


class Weight(TracedTensor):
    """A weight of a custom layer."""


def get_sizes(tensor: Tensor) -> tuple[Any, ...]:
    """Return the sizes of a tensor: numbers, and unknown ones that support arithmetic."""
    return tuple(TracedTensor(()) if size is None else size for size in tensor.shape)


def enter_call(args: Any, kwargs: Any) -> tuple[Any, Any, type[Any]]:
    """Return the arguments of a call with tensors for values, and the kind of the result.

    Inside a layer's call all are traced; outside, a call on values alone returns values.
    """
    if SESSION.tracing:
        args, kwargs = (convert_values(TracedTensor, value) for value in (args, kwargs))
        if not is_traced(args, kwargs) and any(True for _ in iterate_tensors([args, kwargs])):
            decline("a tensor of outside used in the call of a layer")
        return args, kwargs, TracedTensor
    if any(True for _ in iterate_tensors([args, kwargs])):
        is_traced(args, kwargs)
        return args, kwargs, Tensor
    if any(True for _ in iterate_constants([args, kwargs])):
        args, kwargs = (convert_values(Tensor, value) for value in (args, kwargs))
        return args, kwargs, Constant
    return args, kwargs, Tensor


def convert_values(kind: type[Any], value: Any) -> Any:
    """Return a structure with tensors in place of arrays and values."""
    if not any(True for _ in iterate_constants(value)):
        return value
    return map_leaves(value, lambda leaf: make_tensor(kind, leaf) if is_value(leaf) else leaf)


def make_tensor(kind: type[Any], value: Any) -> Any:
    """Return a tensor with the shape and type that Keras gives to a value."""
    dtype = value._dtype if isinstance(value, Constant) else str(value.dtype)
    if dtype in FLOATS and not isinstance(value, Constant):
        dtype = SESSION.floatx
    return kind(tuple(value.shape), dtype if dtype in DTYPES else None)


def is_value(leaf: Any) -> bool:
    """Tell whether something is an array or a value."""
    return any(True for _ in iterate_constants(leaf)) and not isinstance(leaf, (dict, list, tuple))


@contextmanager
def tracing() -> Iterator[None]:
    """Create no layers and operations until the end of the block."""
    SESSION.tracing += 1
    try:
        yield
    finally:
        SESSION.tracing -= 1


def is_traced(*values: Any) -> bool:
    """Tell whether arguments are traced tensors; decline a mixture."""
    flags = [isinstance(tensor, TracedTensor) for tensor in iterate_tensors(list(values))]
    if any(flags) and not (all(flags) and SESSION.tracing):
        decline("tensors of inside and outside of a layer's call, used together")
    return any(flags)


def trace_operation(
    entry: Mapping[str, Any], config: dict[str, Any], into: list[Any], kind: type[Any]
) -> Any:
    """Return the result of an operation inside a call, or on values, as tensors of a kind."""
    class_name = entry["class"]
    shapes = [tensor.shape for tensor in iterate_tensors(into)]
    dtype = find_kept_dtype(class_name, into)
    if class_name == "Reshape":
        return kind(reshape_shape(shapes[0], config["newshape"]), dtype)
    if class_name == "GetItem":
        config = {"args": ["@", serialize_key(into[1])]}
    elif class_name in load_facts()["valued"] and any(
        isinstance(item, (list, tuple)) for item in into
    ):
        decline(f"a {class_name} of a list")
    inferred = infer_operation_shapes(
        class_name, {key: to_list(value) for key, value in config.items()}, shapes
    )
    outputs = [kind(shape, dtype) for shape in inferred]
    return outputs if class_name == "Split" else outputs[0]


def find_kept_dtype(class_name: str, values: Any) -> str | None:
    """Return the dtype of the result if it is that of the arguments; None if unknown."""
    if class_name in DTYPE_CHANGING or class_name.startswith("Logical"):
        return None
    if any(True for _ in iterate_constants(values)):
        return None
    dtypes = {tensor._dtype for tensor in iterate_tensors(values)}
    first = dtypes.pop()
    return first if not dtypes and first in FLOATS else None


DTYPE_CHANGING = frozenset(
    {"Cast", "Equal", "NotEqual", "OneHot", "All", "Any", "Argmax", "Argmin"}
) | {f"{name}{equal}" for name in ("Less", "Greater") for equal in ("", "Equal")}
"""Operations whose result has another dtype than their inputs, besides the logical ones."""


def to_list(value: Any) -> Any:
    """Return a configuration's value with lists for tuples."""
    if any(True for _ in iterate_tensors(value)):
        decline("an argument of an operation that depends on a tensor")
    return list(value) if isinstance(value, tuple) else value


def serialize_key(key: Any) -> Any:
    """Return an index as Keras saves it."""
    if any(True for _ in iterate_tensors(key)):
        decline("an index that depends on a tensor")
    return serialize(key)


def reshape_shape(shape: Shape, target: Any) -> Shape:
    """Return the static shape after a reshape in TensorFlow."""
    sizes = [
        None if isinstance(size, TracedTensor) and not size.shape else plain(size)
        for size in target
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


def make_filled(shape: Any, *_args: Any, **_kwargs: Any) -> Any:
    """Return a tensor of a shape without values."""
    sizes = (shape,) if type(shape) is int else shape
    if not isinstance(sizes, (list, tuple)) or -1 in sizes:
        decline(f"values of the shape {shape!r:.60}")
    full_shape = reshape_shape((), tuple(sizes))
    if SESSION.tracing:
        return TracedTensor(full_shape)
    if None in full_shape:
        raise ValueError(f"Cannot convert {shape!r:.60} to a shape")
    return Constant(full_shape)


def make_range(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """Return the numbers of a range."""
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    sizes = (start, stop, step)
    if SESSION.tracing and all(type(size) is int or is_size(size) for size in sizes):
        known = all(type(size) is int for size in sizes)
        return TracedTensor(
            (len(range(start, stop, step)) if known else None,), get_dtype_name(dtype)
        )
    if not all(type(value) is int for value in sizes):
        decline(f"arange({start!r:.40}, {stop!r:.40}), {dtype}")
    return Constant((len(range(start, stop, step)),), get_dtype_name(dtype))


def is_size(value: Any) -> bool:
    """Tell whether a value is a number that is known only at run time."""
    return isinstance(value, TracedTensor) and value.shape == ()


def get_dtype_name(dtype: Any) -> str | None:
    """Return the dtype that the code gives; None if it gives none."""
    return None if dtype is None else get_dtype(dtype)
