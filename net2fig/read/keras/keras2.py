"""A model of Keras 2 in memory (`tf_keras`) → Network: its architecture, as its files hold it.

What rules do not know of layers of the user's own, the model in memory does: shapes and parameters
are taken from there.

Requires: a model of Keras 2, functional or Sequential; one of another class is called on symbolic
tensors first, and what it calls is what is drawn.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from net2fig.errors import ModelError
from net2fig.network import Layer, Network
from net2fig.read.keras.architecture import network_of
from net2fig.read.keras.legacy import modern
from net2fig.read.keras.trace import HINT, inputs_named
from net2fig.read.plain_json import tensors_in
from net2fig.rules.shapes_common import shape_of

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape


def read_keras2(
    model: Any,
    *,
    name: str | None = None,
    source: str,
    reader: str,
    shapes: Sequence[InputShape] = (),
) -> Network:
    """Return the network of a model of Keras 2, given shapes for open inputs."""
    if not hasattr(model, "_nodes_by_depth") and not is_row(model):
        model, shapes = called(model, shapes), ()
    config = config_of(model)
    data = modern({"class_name": config.pop("class_name"), "config": config})
    state_shapes(data["config"], model)
    network = network_of(data, source=source, reader=reader, name=name, shapes=shapes)
    layers = tuple(completed(layer, model) for layer in network.layers)
    return replace(network, layers=layers)


def is_row(model: Any) -> bool:
    """Tell whether a model is Sequential."""
    return any(base.__name__ == "Sequential" for base in type(model).__mro__)


def is_model(layer: Any) -> bool:
    """Tell whether a layer is a model with a graph, or a Sequential one."""
    return is_row(layer) or hasattr(layer, "_nodes_by_depth")


# The architecture. Layers that cannot be saved are told by their class.


def config_of(model: Any) -> dict[str, Any]:
    """Return the configuration of a model, with its class, as plain JSON values."""
    home = keras_of(model)
    json_utils = importlib.import_module(f"{home}.src.saving.legacy.saved_model.json_utils")
    if is_row(model):
        layers = [described(layer) for layer in model.layers]
        if model.inputs:
            first = {"name": "input", "batch_input_shape": shape_of(model.input_shape)}
            layers.insert(0, {"class_name": "InputLayer", "config": first})
        found: Any = {"class_name": "Sequential", "name": model.name, "layers": layers}
    else:
        functional = importlib.import_module(f"{home}.src.engine.functional")
        found = functional.get_network_config(model, serialize_layer_fn=described)
        found["class_name"] = "Functional"
    return dict(json_utils.decode(json_utils.Encoder().encode(found)))


def keras_of(model: Any) -> str:
    """Return the name of the package that a model belongs to: tf_keras, or keras of long ago."""
    base = next(base for base in type(model).__mro__ if ".engine." in base.__module__)
    return base.__module__.partition(".")[0]


def described(layer: Any) -> dict[str, Any]:
    """Return class and configuration of a layer."""
    if is_model(layer):
        config = config_of(layer)
        return {"class_name": config.pop("class_name"), "config": config}
    try:
        config = layer.get_config()
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        # A layer of the user's own that cannot be saved can still be drawn.
        config = {"name": layer.name}
    return {"class_name": type(layer).__name__, "config": config}


# What the model in memory knows besides.


def state_shapes(config: Mapping[str, Any], model: Any) -> None:
    """Write the shapes of tensors into the calls of a functional model, as Keras 3 does."""
    for data in config["layers"]:
        layer = inner(model, str(data["config"].get("name")))
        if isinstance(data["config"].get("layers"), list) and layer is not None:
            state_shapes(data["config"], layer)
        for tensor in tensors_in([[node] for node in data.get("inbound_nodes", ())]):
            name, call, port = tensor["config"]["keras_history"]
            found = returned(inner(model, name), call)
            if port < len(found):
                tensor["config"]["shape"] = found[port]


def inner(model: Any, name: str) -> Any:
    """Return a layer of a model by its name; None where there is none."""
    return next((layer for layer in model.layers if layer.name == name), None)


def returned(layer: Any, call: int) -> list[Any]:
    """Return the shapes of what one call of a layer returned."""
    if layer is None or is_model(layer):
        # Calls of a model are counted in more than one way.
        return []
    try:
        found = layer.get_output_shape_at(call)
    except (AttributeError, RuntimeError, ValueError):
        return []
    single = isinstance(found, tuple) and shape_of(found) is not None
    return [list(shape) for shape in ([found] if single else found)]


def completed(layer: Layer, model: Any) -> Layer:
    """Return a layer with the parameters and the shapes that no rule knows."""
    if layer.params is not None and None not in layer.outputs:
        return layer
    found = model
    for name in (*layer.models, layer.name):
        found = found and inner(found, name)
    if found is None:
        return layer
    count = layer.params
    if count is None and found.built:
        count = found.count_params()
    first = "".join(f"{step.id}/" for step in layer.scope) + layer.name
    # The calls of a layer after the first are numbered: "dense@2".
    call = int(layer.id.removeprefix(f"{first}@")) - 1 if layer.id != first else 0
    own = [shape_of(shape) for shape in returned(found, call)]
    outputs = tuple(
        own[port] if shape is None and port < len(own) and not layer.scope else shape
        for port, shape in enumerate(layer.outputs)
    )
    return replace(layer, params=count, outputs=outputs)


# Subclassed models.


def called(model: Any, shapes: Sequence[InputShape]) -> Any:
    """Return a functional model that calls what a subclassed one calls."""
    keras = importlib.import_module(keras_of(model))
    kind = type(model).__name__
    tensors = list(inputs(keras, model, shapes))
    if not tensors:
        raise ModelError(
            f"missing input shape: the model of class {kind!r} was never called on data",
            hint=f"call it once before drawing, or {HINT}",
        )
    listed = len(inputs_named(model)) == 1
    args = [tensors if len(tensors) > 1 else tensors[0]] if listed else tensors
    try:
        return keras.Model(tensors, model.call(*args), name=model.name)
    except Exception as error:
        text = str(error).strip().partition("\n")[0]
        raise ModelError(
            f"unsupported model: the class {kind!r} cannot be called on symbolic inputs: {text}"
        ) from error


def inputs(keras: Any, model: Any, shapes: Sequence[InputShape]) -> Iterator[Any]:
    """Yield symbolic tensors for what goes in."""
    if shapes:
        for said in shapes:
            yield keras.Input(said.axes, name=said.name)
        return
    built = getattr(model, "_build_input_shape", None)
    single = shape_of(built)
    for shape in [single] if single is not None else built or ():
        found = shape_of(shape)
        if found is not None:
            yield keras.Input(batch_shape=found)
