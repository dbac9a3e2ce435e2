"""A subclassed model → its graph: Keras calls the model and its custom layers symbolically.

A custom layer that contains others is opened: its layers are called in its place, and the names of
its attributes give the scope of each call (`self.encoder.block` is the scope encoder, block). A
layer that also has its own weights, or that cannot be called on symbolic tensors, stays whole.

Requires: a model of Keras 3 without a graph.
Ensures: a functional model with the same result; the scope of each call, by node. Keras is
unchanged afterwards.
"""

from __future__ import annotations

import inspect
import threading
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from net2fig.errors import ModelError
from net2fig.read.keras.custom.attention import is_attention
from net2fig.read.keras.symbolic import collect_inputs, drop_non_tensors, get_shape, iterate_tensors
from net2fig.read.keras.tf_functions import tensorflow_functions_enabled
from net2fig.read.keras.trace_inputs import HINT, SWITCHES, make_inputs, make_symbolic
from net2fig.read.script.unknown.values import unknown_if_loose

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

Steps = tuple[tuple[str, int], ...]
"""The scope of a call: names, each with the number of the call, from 0."""

PATCH_LOCK = threading.RLock()
"""Held by the thread that has patched the classes of Keras."""

get_calls = attrgetter("_inbound_nodes")
get_history = attrgetter("_keras_history")


class Trace(Struct):
    """The scope of each node, and its number among the calls of its layer there.

    `names` are the attributes that hold the layers. `unopened` has the reasons for layers that stay
    whole. `operations` are those that are called, and `distinct` the names of those of them that
    have the name of another. Open axes are `OPEN_SIZE` long if `is_sized` is true.
    """

    steps: Steps = ()
    places: dict[int, tuple[Steps, int]] = field(default_factory=dict)
    calls: Counter[tuple[Steps, str]] = field(default_factory=Counter)
    names: dict[int, str] = field(default_factory=dict)
    unopened: dict[str, str] = field(default_factory=dict)
    operations: dict[int, Any] = field(default_factory=dict)
    distinct: dict[int, str] = field(default_factory=dict)
    is_sized: bool = False

    def clear(self) -> None:
        """Forget all calls before a new attempt."""
        self.steps = ()
        self.places.clear()
        self.calls.clear()
        self.unopened.clear()
        self.operations.clear()

    def count_call(self, name: str) -> int:
        """Return how often a name was called before in this scope."""
        self.calls[self.steps, name] += 1
        return self.calls[self.steps, name] - 1


def trace_model(model: Any, shapes: Sequence[InputShape]) -> tuple[Any, Trace]:
    """Return a functional model with the calls of a subclassed one, and their scopes."""
    import keras

    args, kwargs = make_inputs(model, shapes)
    trace = Trace(names=name_sublayers(model))
    try:
        with warnings.catch_warnings(), tensorflow_functions_enabled(), patched_keras(model, trace):
            # Keras warns about how it would build the model, which does not apply here.
            warnings.simplefilter("ignore")
            with unknown_if_loose():
                result = call_model(trace, model, args, kwargs)
        with distinct_names(trace):
            graph = keras.Model(
                collect_inputs(args, kwargs), drop_non_tensors(result), name=model.name
            )
    except Exception as error:
        text = str(error).strip().partition("\n")[0]
        kind = type(model).__name__
        raise ModelError(
            f"unsupported model: the class {kind!r} cannot be called on symbolic inputs: {text}",
            hint=None if shapes else HINT,
        ) from error
    note_own_parameters(trace, model, graph)
    return graph, trace


def note_own_parameters(trace: Trace, model: Any, graph: Any) -> None:
    """Note the parameters that are in no layer of the graph."""
    own = model.count_params() if model.built else None
    rest = 0 if own is None else own - (graph.count_params() or 0)
    if rest > 0:
        text = f"{rest} parameters of {model.name!r} are in no layer that is drawn"
        trace.unopened[model.name] = text


def trace_layer(layer: Any, args: Any, kwargs: Any) -> tuple[Any, Trace] | None:
    """Return the graph of a custom layer, and the scopes of its calls.

    None if the layer contains no others, cannot be called symbolically, or has parameters of its
    own.
    """
    if not is_container(layer):
        return None
    traced = _try_layer(layer, args, kwargs)
    if traced is None and any(
        None in (get_shape(tensor) or ())[1:] for tensor in iterate_tensors([args, kwargs])
    ):
        # Some layers ask for the length of a sequence.
        traced = _try_layer(layer, args, kwargs, is_sized=True)
    return traced


def _try_layer(
    layer: Any, args: Any, kwargs: Any, *, is_sized: bool = False
) -> tuple[Any, Trace] | None:
    import keras

    trace = Trace(names=name_sublayers(layer), is_sized=is_sized)
    args, kwargs = make_symbolic((args, kwargs), is_sized=is_sized)
    try:
        with warnings.catch_warnings(), tensorflow_functions_enabled(), patched_keras(layer, trace):
            warnings.simplefilter("ignore")
            with unknown_if_loose():
                result = layer.call(*args, **add_switches(layer, args, kwargs))
        with distinct_names(trace):
            graph = keras.Model(list(iterate_tensors([args, kwargs])), result, name=layer.name)
    except Exception:  # noqa: BLE001  (the user's code may raise anything; it is then drawn whole)
        return None
    return (graph, trace) if graph.count_params() == layer.count_params() else None


@contextmanager
def distinct_names(trace: Trace) -> Iterator[None]:
    """Give the operations of a trace names of their own, which a graph of Keras needs."""
    original: list[tuple[Any, str]] = []
    used: set[str] = set()
    for operation in trace.operations.values():
        if operation.name in used:
            original.append((operation, operation.name))
            operation.name = f"{operation.name}@{len(original)}"
            trace.distinct[id(operation)] = operation.name
        used.add(operation.name)
    try:
        yield
    finally:
        for operation, name in original:
            operation.name = name


def call_model(trace: Trace, model: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return the result of a model; call `build` first only if the model defines it.

    Otherwise Keras would first call the model on dummy data, whose sizes some backends remember.
    """
    if getattr(type(model).build, "_is_default", False):
        try:
            return model.call(*args, **add_switches(model, args, kwargs))
        except Exception:  # noqa: BLE001  (the user's code may raise anything; it has another try)
            trace.clear()
    return model(*args, **kwargs)


# Opening layers: every call is recorded.


@contextmanager
def patched_keras(model: Any, trace: Trace) -> Iterator[None]:
    """Record the scopes of calls, and open layers, until the end of the block.

    Classes of Keras are patched for this thread only: in others, layers work as usual. A lock makes
    sure that only one thread patches them at a time.
    """
    with PATCH_LOCK:
        yield from _patch_keras(model, trace)


def _patch_keras(model: Any, trace: Trace) -> Iterator[None]:
    """Yield once, while the classes of Keras are patched."""
    import keras

    own_thread = threading.get_ident()
    layer_class, node_class = keras.Layer, get_node_class()
    original_call, original_init = layer_class.symbolic_call, node_class.__init__
    inherited = "symbolic_call" not in vars(layer_class)
    returned: dict[int, Any] = {}

    def symbolic_call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if threading.get_ident() != own_thread:
            return original_call(layer, *args, **kwargs)
        if layer is model:
            output = layer.call(*args, **add_switches(layer, args, kwargs))
        else:
            output = open_layer(trace, layer, args, kwargs) if is_container(layer) else None
        if output is None:
            return original_call(layer, *args, **drop_nothing(layer, kwargs))
        returned[id(output)] = output
        return output

    def init_node(node: Any, operation: Any, **rest: Any) -> None:
        if threading.get_ident() != own_thread:
            original_init(node, operation, **rest)
        # An opened layer has no call: its result comes from the layers inside.
        elif id(rest.get("outputs")) not in returned:
            original_init(node, operation, **rest)
            trace.places[id(node)] = (trace.steps, trace.count_call(operation.name))
            trace.operations[id(operation)] = operation

    layer_class.symbolic_call, node_class.__init__ = symbolic_call, init_node
    try:
        yield
    finally:
        node_class.__init__ = original_init
        if inherited:
            del layer_class.symbolic_call
        else:
            layer_class.symbolic_call = original_call


def drop_nothing(layer: Any, kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments of an attention that are not None.

    A class derived from Keras' own takes more of them than the shape that it inherits knows.
    """
    if not is_attention(layer):
        return kwargs
    return {name: value for name, value in kwargs.items() if value is not None}


def get_node_class() -> Any:
    """Return the class of Keras for a call."""
    import keras

    return type(get_calls(get_history(keras.Input((1,))).operation)[0])


def open_layer(trace: Trace, layer: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return the result of a layer by calling its own layers; None if this fails."""
    before, name = trace.steps, trace.names.get(id(layer), layer.name)
    trace.steps = (*before, (name, trace.count_call(name)))
    trace.names.update(name_sublayers(layer))
    try:
        with unknown_if_loose():
            return layer.call(*args, **add_switches(layer, args, kwargs))
    except Exception as error:  # noqa: BLE001  (the user's code may raise anything)
        text = str(error).strip().partition("\n")[0]
        trace.unopened[layer.name] = f"{layer.name!r} is drawn whole, since Keras reports: {text}"
        return None
    finally:
        trace.steps = before


def add_switches(layer: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of a call, with values for required parameters that are not tensors."""
    keywords = dict(kwargs)
    for position, each in enumerate(inspect.signature(layer.call).parameters.values()):
        required = each.default is each.empty and position >= len(args)
        if required and each.name in SWITCHES and each.name not in keywords:
            keywords[each.name] = False if each.name == "training" else None
    return keywords


def is_container(operation: Any) -> bool:
    """Tell whether an operation is a custom layer that only contains other layers.

    An attention is one thing to a reader, whatever it is written with.
    """
    if is_attention(operation):
        return False
    if type(operation).__module__.split(".")[0] in ("keras", "tf_keras"):
        return False
    if hasattr(operation, "_nodes_by_depth") or getattr(operation, "_functional", None):
        return False
    variables = [
        *getattr(operation, "_trainable_variables", ()),
        *getattr(operation, "_non_trainable_variables", ()),
    ]
    return bool(getattr(operation, "_layers", None)) and not variables


def name_sublayers(layer: Any) -> dict[int, str]:
    """Return the names of the layers of a layer: their attributes, with numbers in lists."""
    names: dict[int, str] = {}

    def add(name: str, value: Any) -> None:
        if hasattr(value, "count_params"):
            names.setdefault(id(value), name)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                add(f"{name}_{key}", item)
        elif isinstance(value, list | tuple):
            for number, item in enumerate(value):
                add(f"{name}_{number}", item)

    # With the backend torch, layers are among the modules of torch, not the attributes.
    modules = vars(layer).get("_modules") or {}
    for name, value in {**vars(layer), **modules}.items():
        if not name.startswith("_"):
            add(name, value)
    return names
