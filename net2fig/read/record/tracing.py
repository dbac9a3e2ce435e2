"""What the `call` of a layer of the user's own returns: it is run on shapes without values.

Keras runs it on tensors of TensorFlow, which leave nothing behind in the graph; so do these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from net2fig.network import Shape
from net2fig.read.record.decline import decline
from net2fig.read.record.graph import Tensor, operate, tensors
from net2fig.read.record.serial import serialized
from net2fig.read.record.session import SESSION, facts
from net2fig.read.record.shaping import operation_shapes
from net2fig.read.record.values import plain


class Traced(Tensor):
    """A tensor inside the call of a layer; one without axes may be a size that is not known."""


class Weight(Traced):
    """A weight of a layer of the user's own."""


class Sizes:
    """What tf.shape returns: one size at a time can be taken."""

    def __init__(self, tensor: Tensor) -> None:
        self._sizes = sizes_of(tensor)

    def __getitem__(self, index: Any) -> Any:
        return self._sizes[index] if type(index) is int else decline("a part of tf.shape(…)")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return decline(f"attribute {name!r} of tf.shape(…)")


def sizes_of(tensor: Tensor) -> tuple[Any, ...]:
    """Return the sizes of a tensor: numbers, and unknown ones that can be reckoned with."""
    return tuple(Traced(()) if size is None else size for size in tensor.shape)


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


def traced_operation(entry: Mapping[str, Any], config: dict[str, Any], into: list[Any]) -> Any:
    """Return what an operation returns inside of a call."""
    class_name = entry["class"]
    shapes = [tensor.shape for tensor in tensors(into)]
    if class_name == "Reshape":
        return Traced(reshaped(shapes[0], config["newshape"]))
    if class_name == "GetItem":
        config = {"args": ["@", item_of(into[1])]}
    found = operation_shapes(
        class_name, {key: listed(value) for key, value in config.items()}, shapes
    )
    outputs = [Traced(shape) for shape in found]
    return outputs if class_name == "Split" else outputs[0]


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
    if not SESSION.tracing or not isinstance(shape, (list, tuple)):
        decline(f"values of the shape {shape!r:.60}")
    return Traced(reshaped((), tuple(shape)) if -1 not in shape else decline("a shape with -1"))


def counted(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """Return the numbers from one to another."""
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if not SESSION.tracing or not all(type(value) is int for value in (start, stop, step)):
        decline(f"arange({start!r:.40}, {stop!r:.40}), {dtype}")
    return Traced((len(range(start, stop, step)),))


def of_tensorflow(name: str) -> Callable[..., Any]:
    """Return a function of TensorFlow, for use inside of a call alone."""
    other, words = facts()["same"][name]

    def function(*args: Any, **kwargs: Any) -> Any:
        if not is_traced(list(args), kwargs):
            decline(f"tf.{name} of anything but tensors inside of a layer's call")
        kwargs.pop("name", None)
        return operate(other, args, {words.get(key, key): value for key, value in kwargs.items()})

    return function


def tf_shape(tensor: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the sizes of a tensor inside of a call."""
    if not isinstance(tensor, Traced) or args or kwargs:
        decline("tf.shape of anything but a tensor inside of a layer's call")
    return Sizes(tensor)
