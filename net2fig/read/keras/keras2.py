"""A model of Keras 2 in memory (`tf_keras`) → Network, by way of its configuration.

Shapes and parameters of custom layers, which no rule knows, come from the model in memory.

Requires: a model of Keras 2. A subclassed model is first called on symbolic tensors, and the layers
that it calls are read.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from net2fig.errors import MissingShapeError, ModelError
from net2fig.network import Layer, Network
from net2fig.read.keras.architecture import read_architecture
from net2fig.read.keras.legacy import modernize
from net2fig.read.keras.trace_inputs import HINT, find_input_parameters
from net2fig.read.plain_json import find_tensors
from net2fig.rules.shapes_common import shape_of

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape


def read_keras2(
    model: Any,
    *,
    source: str,
    reader: str,
    shapes: Sequence[InputShape] = (),
) -> Network:
    """Return the network of a model of Keras 2, with the given shapes for open inputs."""
    if not hasattr(model, "_nodes_by_depth") and not is_sequential(model):
        model, shapes = call_subclassed(model, shapes), ()
    config = get_config(model)
    data = modernize({"class_name": config.pop("class_name"), "config": config})
    write_shapes(data["config"], model)
    network = read_architecture(data, source=source, reader=reader, shapes=shapes)
    layers = tuple(complete_layer(layer, model) for layer in network.layers)
    return replace(network, layers=layers)


def is_sequential(model: Any) -> bool:
    """Tell whether a model is Sequential."""
    return any(base.__name__ == "Sequential" for base in type(model).__mro__)


def is_model(layer: Any) -> bool:
    """Tell whether a layer is a model with a graph, or a Sequential one."""
    return is_sequential(layer) or hasattr(layer, "_nodes_by_depth")


# Configurations. Layers that cannot be saved have only their class.


def get_config(model: Any) -> dict[str, Any]:
    """Return the configuration of a model, with its class, as plain JSON values."""
    package = get_package(model)
    json_utils = importlib.import_module(f"{package}.src.saving.legacy.saved_model.json_utils")
    if is_sequential(model):
        layers = [describe_layer(layer) for layer in model.layers]
        if model.inputs:
            first = {"name": "input", "batch_input_shape": shape_of(model.input_shape)}
            layers.insert(0, {"class_name": "InputLayer", "config": first})
        config: Any = {"class_name": "Sequential", "name": model.name, "layers": layers}
    else:
        functional = importlib.import_module(f"{package}.src.engine.functional")
        config = functional.get_network_config(model, serialize_layer_fn=describe_layer)
        config["class_name"] = "Functional"
    return dict(json_utils.decode(json_utils.Encoder().encode(config)))


def get_package(model: Any) -> str:
    """Return the name of the package of a model: tf_keras, or an early keras."""
    base = next(base for base in type(model).__mro__ if ".engine." in base.__module__)
    return base.__module__.partition(".")[0]


def describe_layer(layer: Any) -> dict[str, Any]:
    """Return class and configuration of a layer."""
    if is_model(layer):
        config = get_config(layer)
        return {"class_name": config.pop("class_name"), "config": config}
    try:
        config = layer.get_config()
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        # A custom layer that cannot be saved can still be drawn.
        config = {"name": layer.name}
    return {"class_name": type(layer).__name__, "config": config}


# Shapes and parameters from the model in memory.


def write_shapes(config: Mapping[str, Any], model: Any) -> None:
    """Write the shapes of tensors into the calls of a functional model, as Keras 3 does."""
    for data in config["layers"]:
        layer = find_layer(model, str(data["config"].get("name")))
        if isinstance(data["config"].get("layers"), list) and layer is not None:
            write_shapes(data["config"], layer)
        for tensor in find_tensors([[node] for node in data.get("inbound_nodes", ())]):
            name, call, port = tensor["config"]["keras_history"]
            shapes = get_output_shapes(find_layer(model, name), call)
            if port < len(shapes):
                tensor["config"]["shape"] = shapes[port]


def find_layer(model: Any, name: str) -> Any:
    """Return the layer of a model with a name; None if there is none."""
    return next((layer for layer in model.layers if layer.name == name), None)


def get_output_shapes(layer: Any, call: int) -> list[Any]:
    """Return the output shapes of one call of a layer."""
    if layer is None or is_model(layer):
        # Keras counts the calls of models in more than one way.
        return []
    try:
        shapes = layer.get_output_shape_at(call)
    except (AttributeError, RuntimeError, ValueError):
        return []
    single = isinstance(shapes, tuple) and shape_of(shapes) is not None
    return [list(shape) for shape in ([shapes] if single else shapes)]


def complete_layer(layer: Layer, model: Any) -> Layer:
    """Return a layer with the parameters and the shapes that no rule knows."""
    if layer.params is not None and None not in layer.outputs:
        return layer
    own_layer = model
    for name in (*layer.models, layer.name):
        own_layer = own_layer and find_layer(own_layer, name)
    if own_layer is None:
        return layer
    count = layer.params
    if count is None and own_layer.built:
        count = own_layer.count_params()
    first = "".join(f"{step.id}/" for step in layer.scope) + layer.name
    # Later calls of a layer are numbered: "dense@2".
    call = int(layer.id.removeprefix(f"{first}@")) - 1 if layer.id != first else 0
    shapes = [shape_of(shape) for shape in get_output_shapes(own_layer, call)]
    outputs = tuple(
        shapes[port] if shape is None and port < len(shapes) and not layer.scope else shape
        for port, shape in enumerate(layer.outputs)
    )
    return replace(layer, params=count, outputs=outputs)


# Subclassed models.


def call_subclassed(model: Any, shapes: Sequence[InputShape]) -> Any:
    """Return a functional model with the calls of a subclassed one."""
    keras = importlib.import_module(get_package(model))
    kind = type(model).__name__
    tensors = list(make_inputs(keras, model, shapes))
    if not tensors:
        raise MissingShapeError(
            f"missing input shape: the model of class {kind!r} was never called on data",
            hint=f"call it once before drawing, or {HINT}",
        )
    takes_list = len(find_input_parameters(model)) == 1
    args = [tensors if len(tensors) > 1 else tensors[0]] if takes_list else tensors
    try:
        return keras.Model(tensors, model.call(*args), name=model.name)
    except Exception as error:
        text = str(error).strip().partition("\n")[0]
        raise ModelError(
            f"unsupported model: the class {kind!r} cannot be called on symbolic inputs: {text}"
        ) from error


def make_inputs(keras: Any, model: Any, shapes: Sequence[InputShape]) -> Iterator[Any]:
    """Yield symbolic tensors for the inputs of a model."""
    if shapes:
        for input_shape in shapes:
            yield keras.Input(input_shape.axes, name=input_shape.name)
        return
    built = getattr(model, "_build_input_shape", None)
    single = shape_of(built)
    for shape in [single] if single is not None else built or ():
        full_shape = shape_of(shape)
        if full_shape is not None:
            yield keras.Input(batch_shape=full_shape)
