"""What the recorder answers where it does not know what Keras would do, and may go on.

    layers.Hashing(9)(x)        a layer of that name; rules tell its shape, or nobody
    tf.roll(x, 1, 1)            an operation of that name
    tf.data.Dataset             an unknown value

Requires: `UnknownData.loose` decides whether the recorder goes on or declines.
Ensures: shapes and parameters that are not known stay unknown; each reason is told.
"""

from __future__ import annotations

import dis
import functools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from inspect import currentframe
from types import FrameType
from typing import Any

from net2fig.attributes import keras_attributes
from net2fig.network import Shape
from net2fig.read.decline import LIBRARY_FOLDERS, Declined, clear_reasons, decline
from net2fig.read.keras.tensorflow_ops import translate_call
from net2fig.read.record.session import SESSION, load_facts
from net2fig.read.record.tensors.graph import (
    Constant,
    Functions,
    Node,
    Tensor,
    is_open,
    iterate_tensors,
    map_leaves,
)
from net2fig.read.record.tensors.tracing import TracedTensor
from net2fig.read.script.sandbox.layer_modules import load_layer_modules
from net2fig.read.script.unknown.values import (
    NOT_RECORDED,
    UnknownData,
    UnknownDataError,
    UnknownValue,
    is_unknown,
    name_of,
    origin_of,
)
from net2fig.rules.shapes import infer

CALLED = "(…)"
"""The end of the names of what calls return."""


def is_loose() -> bool:
    """Tell whether the recorder goes on where it does not know what Keras would do."""
    return UnknownData.loose


def tell(reason: object) -> None:
    """Tell what the recorder does not know."""
    clear_reasons()
    UnknownData.tell(NOT_RECORDED, f"the recorder does not know {reason}")


def try_exactly(
    call: Callable[..., Any], instead: Callable[..., Any], *args: Any, **kwargs: Any
) -> Any:
    """Return what a call returns; what `instead` returns if it declines and may go on."""
    if not UnknownData.loose:
        return call(*args, **kwargs)
    if not has_open([args, kwargs]):
        traced = SESSION.tracing
        try:
            return call(*args, **kwargs)
        except Declined as reason:
            tell(reason)
        except TypeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise
            # Earlier Keras took other arguments.
            tell(error)
        except (UnknownDataError, LookupError):
            clear_reasons()
        SESSION.tracing = traced
    return instead(*args, **kwargs)


def loosely(instead: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator: where a method declines, `instead` answers if the recorder may go on."""

    def decorate(method: Callable[..., Any]) -> Any:
        @functools.wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            return try_exactly(method, instead, *args, **kwargs)

        return call

    return decorate


OPENED: dict[int, tuple[Any, Tensor]] = {}
"""The inputs that stand for tensors which only data know, by these."""

TENSOR_NAME = re.compile(r"\.(in|out)puts?(\[-?\d+\])?$")
"""The ends of the names of tensors of models."""


def open_unknown(value: Any) -> Any:
    """Return a structure with an input in place of each tensor of a model that is not known."""
    return map_leaves(value, open_leaf)


def open_leaf(leaf: Any) -> Any:
    """Return the input that stands for a tensor of a model that is not known; else the same."""
    if not is_unknown(leaf) or SESSION.tracing or not TENSOR_NAME.search(origin_of(leaf)):
        return leaf
    return make_open(leaf)


def open_first(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return arguments of a layer with inputs in place of a first one that only data know."""
    if not UnknownData.once or not args or SESSION.tracing:
        return args
    return (
        map_leaves(args[0], lambda leaf: make_open(leaf) if is_unknown(leaf) else leaf),
        *args[1:],
    )


def make_open(leaf: Any) -> Any:
    """Return the input that stands for a tensor that is not known."""
    if id(leaf) not in OPENED:
        import keras

        name = origin_of(leaf)
        text = f"{name} is not known: it is drawn as an input"
        UnknownData.tell("unknown-input", text)
        OPENED[id(leaf)] = leaf, keras.Input(UnknownValue("shape"), name=re.sub(r"\W+", "_", name))
    return OPENED[id(leaf)][1]


def has_open(value: Any) -> bool:
    """Tell whether a value holds a tensor whose shape is not known, or an unknown value."""
    leaves = list(iterate_leaves(value))
    return any(is_open(leaf) if isinstance(leaf, Tensor) else is_unknown(leaf) for leaf in leaves)


def iterate_leaves(value: Any) -> Iterator[Any]:
    """Yield what is inside lists and dictionaries."""
    if isinstance(value, dict):
        for item in value.values():
            yield from iterate_leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from iterate_leaves(item)
    else:
        yield value


def infer_loosely(
    class_name: str, config: dict[str, Any], shapes: Sequence[Shape | None], *, operation: bool
) -> list[Shape | None]:
    """Return the shapes that the rules tell; none if they tell none."""
    try:
        inferred = list(infer(keras_attributes(class_name, config, operation=operation), shapes))
    except Exception:  # noqa: BLE001  (the configuration may be anything)
        inferred = []
    if not inferred and shapes[:1] != [None] and load_layer_modules()["kept"].search(class_name):
        text = f"the result of {class_name} is taken to be as large as its input"
        UnknownData.tell("layer-stands-in", text)
        inferred = list(shapes[:1])
    sound = (
        shape if shape is not None and all(axis is None or axis > 0 for axis in shape) else None
        for shape in inferred
    )
    return list(sound)


def make_outputs(shapes: Sequence[Shape | None], dtype: str | None = None) -> Any:
    """Return tensors of some shapes; of a call that the code unpacks, as many as it wants."""
    kind = TracedTensor if SESSION.tracing else Tensor
    count = count_wanted()
    every = list(shapes) or [None] * max(count, 1)
    made = [kind(shape, dtype) for shape in every]
    return made if len(made) > 1 or count == 1 else made[0]


def count_wanted() -> int:
    """Return into how many names the code unpacks the result of a call; 0 if it does not."""
    frame: FrameType | None = currentframe()
    while frame is not None and frame.f_code.co_filename.startswith(LIBRARY_FOLDERS):
        frame = frame.f_back
    if frame is None:
        return 0
    after = iter(dis.get_instructions(frame.f_code))
    for instruction in after:
        if instruction.offset >= frame.f_lasti:
            following = next(after, instruction)
            unpacking = (e for e in (instruction, following) if e.opname == "UNPACK_SEQUENCE")
            return next((int(each.arg or 0) for each in unpacking), 0)
    return 0


def unpack(tensor: Tensor) -> list[Any]:
    """Return the parts of a tensor that the code unpacks along its first axis."""
    count = count_wanted()
    if not count:
        decline("__iter__() of a symbolic tensor")
    tell("what the items of a tensor are")
    parts: list[Any] = record_unknown("Unstack", {"axis": 0, "num": count}, (tensor,), {})
    return parts if isinstance(parts, list) else [parts]


Functions.unpacked = unpack


def record_unknown(class_name: str, config: dict[str, Any], args: Any, kwargs: Any) -> Any:
    """Record a call of an operation whose result is known as far as the rules tell."""
    tensors = list(iterate_tensors([args, kwargs]))
    shapes = [tensor.known_shape for tensor in tensors]
    outputs = make_outputs(infer_loosely(class_name, config, shapes, operation=True))
    if not SESSION.tracing:
        outside, SESSION.tracing = SESSION.tracing, 0
        entry = {"class": class_name, "module": "keras.ops", "named": False}
        operation = Functions.operation(
            entry, {key: config[key] for key in config if is_kept(config[key])}
        )
        SESSION.tracing = outside
        Node(operation, call_args=tensors, outputs=outputs)
    return outputs


def is_kept(value: Any) -> bool:
    """Tell whether a value is one that a configuration holds."""
    if isinstance(value, (list, tuple)):
        return all(map(is_kept, value))
    return value is None or isinstance(value, (str, int, float, bool))


def call_unknown(name: str, args: Any, kwargs: Any) -> Any:
    """Return the result of a function of keras.ops of which something is not known."""
    if not any(True for _ in iterate_tensors([args, kwargs])):
        return call_unknown_function(name, args, kwargs)
    entry = load_facts()["functions"].get(name)
    if entry is None:
        return call_unknown_function(name, args, kwargs)
    given = {**dict(zip(entry["parameters"], args, strict=False)), **kwargs}
    named = {key: given.get(text) for key, text in entry["sent"].items()}
    config = {key: value for key, value in named.items() if is_kept(value)}
    return record_unknown(entry["class"], config, args, kwargs)


NUMERIC: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("prod", "reduce_prod"), math.prod),
    **dict.fromkeys(("sum", "reduce_sum"), sum),
    **dict.fromkeys(("max", "reduce_max", "maximum"), max),
    **dict.fromkeys(("min", "reduce_min", "minimum"), min),
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "log2": math.log2,
    "sqrt": math.sqrt,
}
"""Functions of libraries, by the last parts of their names, that Python computes of numbers."""


SCOPES = ("_scope", "control_dependencies", "device")
"""The ends of the names of scopes: they compute nothing, whatever they are called with."""


def compute_plainly(name: str, args: Any, kwargs: Any) -> Any:
    """Return the result of a function of numbers; unknown if Python does not compute it."""
    function = NUMERIC.get(name.rpartition(".")[2])
    values = [*args, *(value for value in kwargs.values() if value is not None)]
    if function is not None and values and is_kept(values):
        try:
            return function(*values)
        except (ArithmeticError, TypeError, ValueError):
            pass
    return UnknownValue(f"{name}{CALLED}")


def call_unknown_function(name: str, args: Any, kwargs: Any) -> Any:
    """Return the result of a function that the recorder does not know."""
    if not any(True for _ in iterate_tensors([args, kwargs])):
        return compute_plainly(name, args, kwargs)
    if name.endswith(SCOPES):
        return UnknownValue(f"{name}{CALLED}")
    if name.endswith(CALLED):
        # What a call returned is called on tensors: it is a layer.
        return Functions.layered(UnknownValue(name))(*args, **kwargs)
    plain = {key: value for key, value in kwargs.items() if is_kept(value) and value is not None}
    class_name, config, _, rest = translate_call(name, [], plain)
    return record_unknown(class_name, {**rest, **config}, args, kwargs)


class UnknownFunction(UnknownValue):
    """A name of Keras or TensorFlow that the recorder does not know.

    Called on tensors it is an operation, else what it returns is unknown.
    """

    from_data = False

    def _net2fig_rename(self, name: str) -> UnknownValue:
        """Return the same: it keeps the name that the library gives it."""
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_repr_")):
            raise AttributeError(name)
        return UnknownFunction(f"{name_of(self)}.{name}")


def find_unknown(name: str) -> Any:
    """Return what stands for a name that the recorder does not know, or decline."""
    return UnknownFunction(name) if UnknownData.loose else decline(name)


def keep_tensors(value: Any) -> Any:
    """Return a structure with None for what is neither a tensor nor a plain value."""
    return map_leaves(
        value, lambda leaf: leaf if isinstance(leaf, (Tensor, Constant)) or is_kept(leaf) else None
    )
