"""Layers and calls that the recorder does not fully know, where it may go on.

Requires: a stand-in for a layer, and arguments of which something is not known.
Ensures: what is known of the arguments is in the configuration. A call returns tensors whose shapes
the rules tell, or which are not known.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

from net2fig.attributes import keras_attributes
from net2fig.read.decline import Declined, clear_reasons, decline
from net2fig.read.keras.keras1 import load_words
from net2fig.read.record.layers.arguments import convert_argument, rename_arguments
from net2fig.read.record.loose import (
    infer_loosely,
    is_kept,
    make_outputs,
    open_first,
    open_unknown,
    tell,
)
from net2fig.read.record.session import SESSION, load_facts
from net2fig.read.record.tensors.graph import Node, Tensor, iterate_tensors, map_leaves
from net2fig.read.record.tensors.shaping import order_shapes
from net2fig.read.record.tensors.tracing import TracedTensor, Weight
from net2fig.read.script.unknown.layers import replace_arguments, replace_keywords
from net2fig.read.script.unknown.values import is_unknown
from net2fig.rules.params import count

OLD_DEFAULTS = {"pool_size": 2}
"""The values that arguments without a default had in Keras 2."""

COMMON = ("name", "dtype", "trainable", "input_shape", "input_dim")
"""Arguments of every layer."""


def take_loosely(layer: Any, *args: Any, **kwargs: Any) -> None:
    """Take the arguments that are known; the others have their defaults."""
    facts, name = layer._facts, layer.known_name
    shape = kwargs.get("input_shape")
    args, kwargs = replace_arguments(args), replace_keywords(kwargs)
    kwargs |= {"input_shape": shape} if is_unknown(shape) else {}
    words = facts["parameters"] or list_positions(type(layer).__name__)
    given = {**dict(zip(words, args, strict=False)), **kwargs}
    with suppress(Declined):
        given = rename_arguments(name, given)
    clear_reasons()
    config = dict(facts["fixed"])
    for key, default in facts["parameters"].items():
        if key in ("name", "dtype"):
            continue
        values = [given[key]] if key in given else []
        old = [OLD_DEFAULTS[key]] if key in OLD_DEFAULTS else []
        values += old if default == "required" else [default[0]]
        for value in values:
            with suppress(Declined):
                config[key] = convert_argument(name, key, value)
                break
    clear_reasons()
    if not facts["parameters"]:
        config |= {key: value for key, value in given.items() if is_kept(value)}
    layer._config = config
    options = {key: given[key] for key in COMMON if key in given}
    try:
        layer.begin(options)
    except Declined as reason:
        tell(reason)
        layer.begin({})


def list_positions(name: str) -> tuple[str, ...]:
    """Return the names of the first arguments of a layer that Keras has dropped."""
    return tuple(load_words()["positions"].get(name, ()))


def call_loosely(layer: Any, *args: Any, **kwargs: Any) -> Any:
    """Record a call on tensors; decline if there are none."""
    args, kwargs = open_first(open_unknown(args)), open_unknown(kwargs)
    tensors = list(iterate_tensors([args, kwargs]))
    if not tensors:
        decline(f"a {type(layer).__name__} called on values that are no tensors of Keras")
    if layer.holds_graph:
        return call_model_loosely(layer, tensors)
    shapes = [tensor.known_shape for tensor in tensors]
    words = [
        word for word, value in [(None, args), *kwargs.items()] for _ in iterate_tensors(value)
    ]
    name, config = layer.known_name, layer.get_config()
    if name not in load_facts()["layers"]:
        name, config = type(layer).__name__, layer._config
    if layer._built is None:
        layer._built = shapes
        layer._params = count_loosely(name, config, shapes)
        layer._is_open = layer._params is None
    known = layer.__dict__.get("_find_shape")
    if known is not None and shapes[0] is not None:
        outputs = make_outputs([known(shapes[0])])
    else:
        outputs = make_outputs(
            infer_loosely(name, config, order_shapes(words, shapes), operation=False)
        )
    if not SESSION.tracing:
        Node(layer, call_args=tensors, outputs=outputs)
    return outputs


def call_model_loosely(model: Any, tensors: list[Tensor]) -> Any:
    """Record a call of a model on tensors of other shapes than its inputs."""
    if getattr(model, "_functional", model) is None:
        model.connect_apart(tensors[0].known_shape)
    graph = model.graph()
    kind = TracedTensor if SESSION.tracing else Tensor
    outputs = [kind(None) for _ in graph._outputs]
    if len(tensors) != len(graph._inputs):
        decline(f"the model {model.name!r} called on {len(tensors)} tensors")
    result = model.packed(outputs)
    if not SESSION.tracing:
        Node(model, call_args=tensors, outputs=result)
    return result


def call_custom_loosely(layer: Any, *args: Any, **kwargs: Any) -> Any:
    """Record a call of a user's layer of which something is not known."""
    args = open_first(args)
    tensors = list(iterate_tensors([args, kwargs]))
    if not tensors:
        decline(f"a {type(layer).__name__} called on values that are no tensors of Keras")
    output: Any = None
    try:
        output = layer.run(args, kwargs)
    except Declined as reason:
        tell(reason)
    except Exception as error:  # noqa: BLE001  (the user's code may raise anything)
        tell(f"what a {type(layer).__name__} returns: {error}")
    if layer._built is None:
        layer._first_shape = tensors[0].known_shape
        layer._built = [tensor.known_shape or () for tensor in tensors]
        own = "build" in {name for each in type(layer).__mro__[:-4] for name in vars(each)}
        layer._is_open = own
    layer._is_open |= output is None
    kind = TracedTensor if SESSION.tracing else Tensor
    result: Any = kind(None) if output is None else map_leaves(output, partial(copy_tensor, kind))
    if not SESSION.tracing:
        Node(layer, call_args=tensors, outputs=result)
    return result


def copy_tensor(kind: type[Any], tensor: Any) -> Any:
    """Return a tensor of a kind, with the same shape."""
    return kind(tensor.known_shape, tensor._dtype)


def add_loosely(layer: Any, *args: Any, **options: Any) -> Any:
    """Return a new weight, whose size may not be known."""
    sizes = (each for each in (*args, options.get("shape")) if is_sizes(each))
    weight = Weight(next(sizes, None))
    layer._weights.append(weight)
    return weight


def is_sizes(value: Any) -> bool:
    """Tell whether a value is the shape of a weight: numbers alone."""
    return isinstance(value, (list, tuple)) and all(type(each) is int for each in value)


def note_unknown_class(cls: type) -> None:
    """Tell that a class of the user changes a layer of Keras, or that a class is not known."""
    known = next((e.__name__ for e in cls.__mro__ if "_facts" in vars(e)), "Layer")
    ours = cls.__module__ == "keras.src.layers"
    change = f"what the class {cls.__name__!r} changes of {known}"
    tell(f"keras.layers.{cls.__name__}" if ours else change)


def count_loosely(name: str, config: dict[str, Any], shapes: Any) -> int | None:
    """Return the number of parameters, if the rules tell it."""
    try:
        return count(keras_attributes(name, config), shapes)
    except Exception:  # noqa: BLE001  (the configuration may be anything)
        return None
