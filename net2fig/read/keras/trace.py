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
from net2fig.read.given_shapes import match_shapes
from net2fig.read.keras.symbolic import collect_inputs, drop_non_tensors, iterate_tensors
from net2fig.read.keras.tf_functions import tensorflow_functions_enabled
from net2fig.rules.shapes_common import shape_of

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

Steps = tuple[tuple[str, int], ...]
"""The scope of a call: names, each with the number of the call, from 0."""

SWITCHES = frozenset({"training", "mask"})
"""Parameters of `call` that are not inputs."""

PATCH_LOCK = threading.RLock()
"""Held by the thread that has patched the classes of Keras."""

get_calls = attrgetter("_inbound_nodes")
get_history = attrgetter("_keras_history")

LAST_CALL = "_net2fig_called"
"""The attribute of a model that holds the arguments of its last call."""

HINT = "give the input shape without the batch: --input-shape 224x224x3"


class Trace(Struct):
    """The scope of each node, and its number among the calls of its layer there.

    `names` are the attributes that hold the layers. `unopened` has the reasons for layers that stay
    whole.
    """

    steps: Steps = ()
    places: dict[int, tuple[Steps, int]] = field(default_factory=dict)
    calls: Counter[tuple[Steps, str]] = field(default_factory=Counter)
    names: dict[int, str] = field(default_factory=dict)
    unopened: dict[str, str] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget all calls before a new attempt."""
        self.steps = ()
        self.places.clear()
        self.calls.clear()
        self.unopened.clear()

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
            result = call_model(trace, model, args, kwargs)
        graph = keras.Model(collect_inputs(args, kwargs), drop_non_tensors(result), name=model.name)
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
    rest = model.count_params() - graph.count_params() if model.built else 0
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
    import keras

    trace = Trace(names=name_sublayers(layer))
    args, kwargs = make_symbolic((args, kwargs))
    try:
        with warnings.catch_warnings(), tensorflow_functions_enabled(), patched_keras(layer, trace):
            warnings.simplefilter("ignore")
            result = layer.call(*args, **add_switches(layer, args, kwargs))
        graph = keras.Model(list(iterate_tensors([args, kwargs])), result, name=layer.name)
    except Exception:  # noqa: BLE001  (the user's code may raise anything; it is then drawn whole)
        return None
    return (graph, trace) if graph.count_params() == layer.count_params() else None


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


# Inputs: as the model was built or called, or with the given shapes.


def make_inputs(model: Any, shapes: Sequence[InputShape]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the positional and keyword arguments to call the model with."""
    if shapes:
        return make_inputs_from_shapes(model, shapes)
    if hasattr(model, LAST_CALL):
        args, kwargs = make_symbolic(getattr(model, LAST_CALL))
        return args, kwargs
    parameters = find_input_parameters(model)
    build = model.get_build_config() or {}
    stated = build.get("shapes_dict") or {}
    tensors_by_name = {
        key.removesuffix("_shape"): make_tensors(value) for key, value in stated.items()
    }
    if tensors_by_name and None not in tensors_by_name.values():
        return (), tensors_by_name
    single = make_tensors(build.get("input_shape"), parameters[0] if parameters else None)
    kind = type(model).__name__
    if single is None:
        raise ModelError(
            f"missing input shape: the model of class {kind!r} was never called on data",
            hint=f"call it once before drawing, or {HINT}",
        )
    required = find_input_parameters(model, required=True)
    if len(required) > 1:
        each = " ".join(f"--input-shape {name}=…" for name in parameters)
        raise ModelError(
            f"missing input shape: the model of class {kind!r} takes {', '.join(required)}",
            hint=f"give the shape of each, without the batch: {each}",
        )
    return (single,), {}


def remember_calls(model_class: Any) -> None:
    """Make the models of a class remember the arguments of their last call."""
    original = model_class.__call__

    def call(model: Any, *args: Any, **kwargs: Any) -> Any:
        object.__setattr__(model, LAST_CALL, (args, kwargs))
        return original(model, *args, **kwargs)

    model_class.__call__ = call


def make_symbolic(value: Any) -> Any:
    """Return a value with symbolic tensors in place of tensors."""
    import keras

    def convert(item: Any) -> Any:
        shape = getattr(item, "shape", None)
        if shape is None:
            return item
        # Keras converts numbers of any precision without drawing a cast.
        dtype = keras.backend.standardize_dtype(item.dtype)
        dtype = keras.config.floatx() if keras.backend.is_float_dtype(dtype) else dtype
        return keras.Input(batch_shape=tuple(shape), dtype=dtype)

    return keras.tree.map_structure(convert, value)


def make_tensors(shape: Any, name: str | None = None) -> Any:
    """Return symbolic tensors for a shape, or a list or dictionary of shapes; else None.

    Fixed axes, except the batch, stay fixed: the model may need them.
    """
    import keras

    single_shape = shape_of(shape)
    if single_shape is not None:
        return keras.Input(batch_shape=single_shape, name=name)
    if isinstance(shape, Mapping):
        tensors: Any = {key: make_tensors(value, str(key)) for key, value in shape.items()}
        return tensors if tensors and None not in tensors.values() else None
    if isinstance(shape, list | tuple) and shape:
        tensors = [make_tensors(value) for value in shape]
        return None if None in tensors else tensors
    return None


def make_inputs_from_shapes(
    model: Any, shapes: Sequence[InputShape]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments to call the model with, for the given shapes."""
    import keras

    parameters = find_input_parameters(model)
    names = [shape.name for shape in shapes]
    if len(parameters) != 1 or (len(names) == 1 and names[0] in parameters):
        named = match_shapes(shapes, parameters)
        return (), {
            name: keras.Input(named[name].axes, name=name) for name in parameters if name in named
        }
    tensors = [keras.Input(shape.axes, name=shape.name) for shape in shapes]
    if None not in names:
        return (dict(zip(names, tensors, strict=True)),), {}
    return (tensors[0] if len(tensors) == 1 else tensors,), {}


def find_input_parameters(model: Any, *, required: bool = False) -> list[str]:
    """Return the names of the parameters of `call` that take tensors; only those without default
    where `required` is true.
    """
    if type(model).call.__module__.partition(".")[0] in ("keras", "tf_keras"):
        raise ModelError(
            f"unsupported model: the class {type(model).__name__!r} has no call()",
            hint="name one of the models inside it",
        )
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(model.call).parameters.values()
    return [
        each.name
        for each in parameters
        if each.kind in kinds
        and each.name not in SWITCHES
        and (each.default is each.empty or not required)
    ]


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
            return original_call(layer, *args, **kwargs)
        returned[id(output)] = output
        return output

    def init_node(node: Any, operation: Any, **rest: Any) -> None:
        if threading.get_ident() != own_thread:
            original_init(node, operation, **rest)
        # An opened layer has no call: its result comes from the layers inside.
        elif id(rest.get("outputs")) not in returned:
            original_init(node, operation, **rest)
            trace.places[id(node)] = (trace.steps, trace.count_call(operation.name))

    layer_class.symbolic_call, node_class.__init__ = symbolic_call, init_node
    try:
        yield
    finally:
        node_class.__init__ = original_init
        if inherited:
            del layer_class.symbolic_call
        else:
            layer_class.symbolic_call = original_call


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
    """Tell whether an operation is a custom layer that only contains other layers."""
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
