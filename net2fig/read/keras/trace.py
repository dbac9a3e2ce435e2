"""A subclassed model → its graph: Keras calls it on symbolic tensors, and layers are looked into.

A layer of the user's own that holds others is opened: what it holds is called, not itself, and the
names of the attributes tell where in the nesting each call lies (`self.encoder.block` gives the
scope encoder, block). A layer that has weights of its own as well, or that cannot be called on
symbolic tensors piece by piece, stays whole.

Requires: a model of Keras 3 without a graph.
Ensures: a functional model that does what the model does; where its calls lie, by node. Keras is
as it was before.
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
from net2fig.read.given_shapes import by_input
from net2fig.read.keras.symbolic import flat, inputs_of, only_tensors
from net2fig.read.keras.tf_functions import taken
from net2fig.rules.shapes_common import shape_of

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

Steps = tuple[tuple[str, int], ...]
"""Where in the nesting a call lies: names, each with the number of the call, from 0."""

SWITCHES = frozenset({"training", "mask"})
"""Parameters of `call` that are no inputs."""

CHANGING = threading.RLock()
"""Held by the thread that has changed classes of Keras."""

calls_of = attrgetter("_inbound_nodes")
history = attrgetter("_keras_history")

CALLED = "_net2fig_called"
"""The attribute of a model that holds what it was last called on."""

HINT = "say what goes in, without the batch: --input-shape 224x224x3"


class Trace(Struct):
    """What is known of the calls: where each node lies and which call of its layer there it is.

    `names` are those of the attributes that layers stand in, `whole` says what was not opened.
    """

    steps: Steps = ()
    places: dict[int, tuple[Steps, int]] = field(default_factory=dict)
    calls: Counter[tuple[Steps, str]] = field(default_factory=Counter)
    names: dict[int, str] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)

    def forget(self) -> None:
        """Forget all calls: they are made again."""
        self.steps = ()
        self.places.clear()
        self.calls.clear()
        self.whole.clear()

    def number(self, name: str) -> int:
        """Return how often a name was called here before."""
        self.calls[self.steps, name] += 1
        return self.calls[self.steps, name] - 1


def traced(model: Any, shapes: Sequence[InputShape]) -> tuple[Any, Trace]:
    """Return a functional model that does what a subclassed one does, and where its calls lie."""
    import keras

    args, kwargs = symbolic_inputs(model, shapes)
    trace = Trace(names=attributes(model))
    try:
        with warnings.catch_warnings(), taken(), looking_inside(model, trace):
            # What Keras warns of is how it would build the model, were it not opened.
            warnings.simplefilter("ignore")
            result = called(trace, model, args, kwargs)
        graph = keras.Model(inputs_of(args, kwargs), only_tensors(result), name=model.name)
    except Exception as error:
        text = str(error).strip().partition("\n")[0]
        kind = type(model).__name__
        raise ModelError(
            f"unsupported model: the class {kind!r} cannot be called on symbolic inputs: {text}",
            hint=None if shapes else HINT,
        ) from error
    note_rest(trace, model, graph)
    return graph, trace


def note_rest(trace: Trace, model: Any, graph: Any) -> None:
    """Note the parameters that are in no layer of the graph: they are the model's own."""
    rest = model.count_params() - graph.count_params() if model.built else 0
    if rest > 0:
        text = f"{rest} parameters of {model.name!r} are in no layer that is drawn"
        trace.whole[model.name] = text


def inside(layer: Any, args: Any, kwargs: Any) -> tuple[Any, Trace] | None:
    """Return a graph of what a layer of the user's own does, and where calls lie in it.

    None where it does not hold other layers, cannot be called piece by piece, or where some of its
    parameters would be in none of the pieces.
    """
    if not can_be_opened(layer):
        return None
    import keras

    trace = Trace(names=attributes(layer))
    args, kwargs = like((args, kwargs))
    try:
        with warnings.catch_warnings(), taken(), looking_inside(layer, trace):
            warnings.simplefilter("ignore")
            result = layer.call(*args, **switched(layer, args, kwargs))
        graph = keras.Model(list(flat([args, kwargs])), result, name=layer.name)
    except Exception:  # noqa: BLE001  (the user's code may raise anything; it is then drawn whole)
        return None
    return (graph, trace) if graph.count_params() == layer.count_params() else None


def called(trace: Trace, model: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return what a model returns; Keras builds it before only where it says how.

    Otherwise Keras would try it on made-up data first, whose sizes some backends remember.
    """
    if getattr(type(model).build, "_is_default", False):
        try:
            return model.call(*args, **switched(model, args, kwargs))
        except Exception:  # noqa: BLE001  (the user's code may raise anything; it has another try)
            trace.forget()
    return model(*args, **kwargs)


# What goes in: as the model was built, or as the author says.


def symbolic_inputs(
    model: Any, shapes: Sequence[InputShape]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return what the model is called with: positional arguments and keywords."""
    if shapes:
        return said_inputs(model, shapes)
    if hasattr(model, CALLED):
        args, kwargs = like(getattr(model, CALLED))
        return args, kwargs
    parameters = inputs_named(model)
    build = model.get_build_config() or {}
    stated = build.get("shapes_dict") or {}
    found = {key.removesuffix("_shape"): tensors_of(value) for key, value in stated.items()}
    if found and None not in found.values():
        return (), found
    single = tensors_of(build.get("input_shape"), parameters[0] if parameters else None)
    kind = type(model).__name__
    if single is None:
        raise ModelError(
            f"missing input shape: the model of class {kind!r} was never called on data",
            hint=f"call it once before drawing, or {HINT}",
        )
    demanded = inputs_named(model, demanded=True)
    if len(demanded) > 1:
        each = " ".join(f"--input-shape {name}=…" for name in parameters)
        raise ModelError(
            f"missing input shape: the model of class {kind!r} takes {', '.join(demanded)}",
            hint=f"say the shape of each, without the batch: {each}",
        )
    return (single,), {}


def remember(model_class: Any) -> None:
    """Let the models of a class remember what they were last called on: Keras keeps one shape."""
    original = model_class.__call__

    def call(model: Any, *args: Any, **kwargs: Any) -> Any:
        object.__setattr__(model, CALLED, (args, kwargs))
        return original(model, *args, **kwargs)

    model_class.__call__ = call


def like(value: Any) -> Any:
    """Return symbolic tensors in place of tensors; the rest as it is."""
    import keras

    def one(item: Any) -> Any:
        shape = getattr(item, "shape", None)
        if shape is None:
            return item
        # Keras turns numbers of any precision into its own, and draws no cast for it.
        dtype = keras.backend.standardize_dtype(item.dtype)
        dtype = keras.config.floatx() if keras.backend.is_float_dtype(dtype) else dtype
        return keras.Input(batch_shape=tuple(shape), dtype=dtype)

    return keras.tree.map_structure(one, value)


def tensors_of(shape: Any, name: str | None = None) -> Any:
    """Return symbolic tensors for a shape, or a list or dictionary of shapes; None if it is none.

    Axes before the last that a batch fixed stay fixed: they may be what the model needs.
    """
    import keras

    flat = shape_of(shape)
    if flat is not None:
        return keras.Input(batch_shape=flat, name=name)
    if isinstance(shape, Mapping):
        found: Any = {key: tensors_of(value, str(key)) for key, value in shape.items()}
        return found if found and None not in found.values() else None
    if isinstance(shape, list | tuple) and shape:
        found = [tensors_of(value) for value in shape]
        return None if None in found else found
    return None


def said_inputs(model: Any, shapes: Sequence[InputShape]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return what the model is called with, from the shapes that the author says."""
    import keras

    parameters = inputs_named(model)
    names = [shape.name for shape in shapes]
    if len(parameters) != 1 or (len(names) == 1 and names[0] in parameters):
        named = by_input(shapes, parameters)
        return (), {
            name: keras.Input(named[name].axes, name=name) for name in parameters if name in named
        }
    tensors = [keras.Input(shape.axes, name=shape.name) for shape in shapes]
    if None not in names:
        return (dict(zip(names, tensors, strict=True)),), {}
    return (tensors[0] if len(tensors) == 1 else tensors,), {}


def inputs_named(model: Any, *, demanded: bool = False) -> list[str]:
    """Return the names of the parameters of `call` that take tensors; only those without default
    where `demanded` is true.
    """
    if type(model).call.__module__.partition(".")[0] in ("keras", "tf_keras"):
        raise ModelError(
            f"unsupported model: the class {type(model).__name__!r} has no call()",
            hint="name one of the models that it is made of",
        )
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(model.call).parameters.values()
    return [
        each.name
        for each in parameters
        if each.kind in kinds
        and each.name not in SWITCHES
        and (each.default is each.empty or not demanded)
    ]


# Looking inside: every call is noted, and what can be opened is.


@contextmanager
def looking_inside(model: Any, trace: Trace) -> Iterator[None]:
    """Note where calls lie, and open layers, until the end of the block.

    Classes of Keras are changed meanwhile, for this thread alone: in others a layer does what it
    always does. One thread at a time changes them, so that each finds them as they were.
    """
    with CHANGING:
        yield from _changed(model, trace)


def _changed(model: Any, trace: Trace) -> Iterator[None]:
    """Yield once, while the classes of Keras are changed."""
    import keras

    mine = threading.get_ident()
    layer_class, node_class = keras.Layer, node_type()
    whole, begin = layer_class.symbolic_call, node_class.__init__
    inherited = "symbolic_call" not in vars(layer_class)
    returned: dict[int, Any] = {}

    def symbolic_call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if threading.get_ident() != mine:
            return whole(layer, *args, **kwargs)
        if layer is model:
            found = layer.call(*args, **switched(layer, args, kwargs))
        else:
            found = opened(trace, layer, args, kwargs) if can_be_opened(layer) else None
        if found is None:
            return whole(layer, *args, **kwargs)
        returned[id(found)] = found
        return found

    def begin_node(node: Any, operation: Any, **rest: Any) -> None:
        if threading.get_ident() != mine:
            begin(node, operation, **rest)
        # Of what was opened there is no call: what it returned comes from the layers inside.
        elif id(rest.get("outputs")) not in returned:
            begin(node, operation, **rest)
            trace.places[id(node)] = (trace.steps, trace.number(operation.name))

    layer_class.symbolic_call, node_class.__init__ = symbolic_call, begin_node
    try:
        yield
    finally:
        node_class.__init__ = begin
        if inherited:
            del layer_class.symbolic_call
        else:
            layer_class.symbolic_call = whole


def node_type() -> Any:
    """Return the class of Keras that stands for a call."""
    import keras

    return type(calls_of(history(keras.Input((1,))).operation)[0])


def opened(trace: Trace, layer: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return what a layer returns, the layers that it holds called; None where this fails."""
    before, name = trace.steps, trace.names.get(id(layer), layer.name)
    trace.steps = (*before, (name, trace.number(name)))
    trace.names.update(attributes(layer))
    try:
        return layer.call(*args, **switched(layer, args, kwargs))
    except Exception as error:  # noqa: BLE001  (the user's code may raise anything)
        text = str(error).strip().partition("\n")[0]
        trace.whole[layer.name] = f"{layer.name!r} is drawn whole, since Keras says: {text}"
        return None
    finally:
        trace.steps = before


def switched(layer: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of a call, with what `call` demands besides tensors."""
    words = dict(kwargs)
    for at, each in enumerate(inspect.signature(layer.call).parameters.values()):
        demanded = each.default is each.empty and at >= len(args)
        if demanded and each.name in SWITCHES and each.name not in words:
            words[each.name] = False if each.name == "training" else None
    return words


def can_be_opened(operation: Any) -> bool:
    """Tell whether an operation is a layer of the user's own that only holds other layers."""
    if type(operation).__module__.split(".")[0] in ("keras", "tf_keras"):
        return False
    if hasattr(operation, "_nodes_by_depth") or getattr(operation, "_functional", None):
        return False
    own = [
        *getattr(operation, "_trainable_variables", ()),
        *getattr(operation, "_non_trainable_variables", ()),
    ]
    return bool(getattr(operation, "_layers", None)) and not own


def attributes(layer: Any) -> dict[int, str]:
    """Return how the layers that a layer holds are called there: by attributes, lists by number."""
    found: dict[int, str] = {}

    def note(name: str, value: Any) -> None:
        if hasattr(value, "count_params"):
            found.setdefault(id(value), name)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                note(f"{name}_{key}", item)
        elif isinstance(value, list | tuple):
            for number, item in enumerate(value):
                note(f"{name}_{number}", item)

    # With the backend torch, layers stand among the modules of torch, not among the attributes.
    modules = vars(layer).get("_modules") or {}
    for name, value in {**vars(layer), **modules}.items():
        if not name.startswith("_"):
            note(name, value)
    return found
