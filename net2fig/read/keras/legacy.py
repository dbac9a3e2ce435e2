"""Translates architectures of earlier versions to Keras 3, so that one reader serves all.

- Keras 1: other names, see keras1.py.
- Keras 2: calls are lists `[layer, call, tensor, keywords]`, calls of a nested model are counted
  from 1, functions of TensorFlow are layers, only inputs have shapes.
- HDF5 files of Keras 3: no module says whether `Add` is a layer or an operation.
- SavedModel folders: tuples are objects.

Ensures: a configuration of Keras 3 is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from net2fig.read.keras.keras1 import (
    find_merged_models,
    get_config,
    make_functional,
    translate_layers,
)
from net2fig.read.plain_json import TENSOR

CONSTANT = "_CONSTANT_VALUE"
"""Stands in place of a layer if a number is passed."""

FUNCTION_LAYERS = frozenset({"TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod"})

NODE_LAYER = "TensorFlowOpLayer"
"""The layer that wrapped nodes of TensorFlow graphs before Keras 2.4."""

SEQUENTIAL = "Sequential"

OPERATIONS = "keras.ops"

TUPLES = frozenset({"__tuple__", "TensorShape"})


def modernize(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an architecture in the form of Keras 3."""
    config = data.get("config")
    if isinstance(config, list) and data.get("class_name") == SEQUENTIAL:
        # The first Sequential models were saved as the list of their layers.
        config = {"layers": config}
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        return dict(data)
    if "output_layers" not in config and find_merged_models(config["layers"]) is not None:
        return modernize(make_functional(config, config["layers"]))
    layers = [modernize_layer(layer) for layer in translate_layers(config["layers"])]
    if not any(is_old(layer) for layer in layers):
        return {**data, "config": {**config, "layers": layers}}
    first_calls = find_first_numbers(layers, config)
    config = {**config, "layers": [translate_calls(layer, first_calls) for layer in layers]}
    if "output_layers" in config:
        config["output_layers"] = translate_outputs(config["output_layers"], layers, first_calls)
    elif layers and "build_input_shape" not in config:
        config["build_input_shape"] = get_batch_shape(layers[0])
    return {**data, "config": config}


def modernize_layer(layer: Any) -> Any:
    """Return the entry of a layer with a configuration in the form of Keras 3."""
    if not isinstance(layer, dict):
        return layer
    if is_nested(layer):
        return modernize(layer)
    config = layer.get("config")
    if not isinstance(config, dict):
        return layer
    class_name = layer.get("class_name")
    if isinstance(class_name, str) and ">" in class_name:
        layer = {**layer, "class_name": class_name.rpartition(">")[2]}
    if class_name == "InputLayer" and "batch_shape" not in config:
        config = {**config, "batch_shape": config.get("batch_input_shape")}
    inner = config.get("layer")
    if isinstance(inner, dict):
        config = {**config, "layer": modernize_layer(inner)}
    return {**layer, "config": config, **infer_module(layer, config)}


def infer_module(layer: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module of an operation without one: operations have nothing to train."""
    has_module = "module" in layer or layer.get("class_name") == "InputLayer"
    is_keras3 = any(isinstance(node, dict) for node in get_nodes(layer))
    if has_module or not is_keras3 or "trainable" in config:
        return {}
    # Some versions write the name of an operation beside its configuration. Custom classes may
    # differ.
    operation = "name" in config or is_keras_class(layer.get("class_name"))
    return {"module": OPERATIONS} if operation else {}


def is_keras_class(class_name: Any) -> bool:
    """Tell whether a class is one of Keras."""
    from net2fig.rules.shapes import find_kind
    from net2fig.rules.shapes_ops import RULES

    return isinstance(class_name, str) and (
        class_name in RULES or find_kind(class_name) is not None
    )


def is_nested(layer: Mapping[str, Any]) -> bool:
    """Tell whether a layer is a model that lists its layers."""
    config = layer.get("config")
    if isinstance(config, list):
        return layer.get("class_name") == SEQUENTIAL
    return isinstance(config, dict) and isinstance(config.get("layers"), list)


def is_old(layer: Any) -> bool:
    """Tell whether the entry of a layer is of Keras 2."""
    if not isinstance(layer, dict):
        return False
    if "batch_input_shape" in get_config(layer):
        return True
    if any(isinstance(node, list) for node in get_nodes(layer)):
        return True
    # A model that is the first layer of another one has no calls.
    return is_nested(layer) and any(
        is_old(inner) for inner in get_config(layer).get("layers") or ()
    )


def get_nodes(layer: Mapping[str, Any]) -> list[Any]:
    """Return the calls of a layer as they are saved."""
    nodes = layer.get("inbound_nodes")
    return nodes if isinstance(nodes, list) else []


def get_batch_shape(layer: Any) -> Any:
    """Return the input shape of the first layer of a Sequential model.

    If that layer is itself a model, its first layer or its input has the shape.
    """
    config = get_config(layer)
    inner = config.get("layers")
    if isinstance(inner, list) and inner:
        translate = config.get("input_layers")
        if "output_layers" in config and not (
            isinstance(translate, list) and len(translate) in (1, 3)
        ):
            return None
        return config.get("build_input_shape") or get_batch_shape(inner[0])
    return config.get("batch_input_shape") or config.get("batch_shape")


# References: [layer, call, tensor] or [layer, call, tensor, keywords].


def is_reference(value: Any) -> bool:
    """Tell whether a value names a tensor."""
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and type(value[1]) is int
        and (value[0] == CONSTANT or type(value[2]) is int)
        and (len(value) == 3 or isinstance(value[3], dict))
    )


def find_references(value: Any) -> Iterator[list[Any]]:
    """Yield the references inside a value."""
    if is_reference(value):
        yield value
        yield from find_references(value[3] if len(value) == 4 else [])
    elif isinstance(value, list):
        for item in value:
            yield from find_references(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from find_references(item)


def find_first_numbers(layers: Sequence[Any], config: Mapping[str, Any]) -> dict[str, int]:
    """Return the number, 0 or 1, that the first call of each nested model has.

    Keras 2 counts from 1, since it calls a model once itself and does not save that call. A model
    is counted from 1 if one of its numbers would otherwise be too large.
    """
    calls = {
        get_name(layer): len(get_nodes(layer))
        for layer in layers
        if isinstance(layer, dict) and is_nested(layer)
    }
    nodes = [get_nodes(layer) for layer in layers if isinstance(layer, dict)]
    used = find_references([nodes, config.get("output_layers")])
    return {name: 1 for name, number, *_ in used if name in calls and number >= max(calls[name], 1)}


def get_name(layer: Mapping[str, Any]) -> str:
    """Return the name of a layer."""
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, dict) else None
    return str(layer.get("name") or inner or "")


def translate_outputs(value: Any, layers: Sequence[Any], first: Mapping[str, int]) -> Any:
    """Return the outputs of a model, with calls counted as in Keras 3.

    Keras 3 counts the calls of functional models from 1 here, and only here.
    """
    functional = {
        get_name(layer)
        for layer in layers
        if isinstance(layer, dict) and is_nested(layer) and "output_layers" in layer["config"]
    }

    def translate(item: Any) -> Any:
        if is_reference(item):
            name, number, tensor = item[:3]
            shift = (1 if name in functional else 0) - first.get(name, 0)
            return [name, max(number + shift, 0), tensor]
        if isinstance(item, list):
            return [translate(inner) for inner in item]
        return (
            {key: translate(inner) for key, inner in item.items()}
            if isinstance(item, dict)
            else item
        )

    return translate(value)


# Calls.


def translate_calls(layer: Any, first: Mapping[str, int]) -> Any:
    """Return the entry of a layer with its calls in the form of Keras 3."""
    if not isinstance(layer, dict) or not isinstance(layer.get("inbound_nodes"), list):
        return layer
    config = layer["config"] if isinstance(layer.get("config"), dict) else {}
    function = config.get("function")
    if layer.get("class_name") == NODE_LAYER:
        function = get_graph_function(config)
    calls = [translate_arguments(node, first) for node in get_nodes(layer)]
    operation = layer.get("class_name") in (*FUNCTION_LAYERS, NODE_LAYER)
    if not operation or not isinstance(function, str):
        nodes = [{"args": args, "kwargs": kwargs} for args, kwargs in calls]
        return {**layer, "inbound_nodes": nodes}
    # Few models call functions of TensorFlow.
    from net2fig.read.keras.tensorflow_ops import translate_call

    nodes = []
    class_name, config_ = function, dict[str, Any]()
    for args, kwargs in calls or [([], {})]:
        class_name, config_, operands, rest = translate_call(function, args, kwargs)
        nodes.append({"args": operands, "kwargs": rest})
    return {
        **layer,
        "class_name": class_name,
        "module": OPERATIONS,
        "config": {"name": config.get("name"), **config_},
        "inbound_nodes": nodes if calls else [],
    }


def get_graph_function(config: Mapping[str, Any]) -> str | None:
    """Return the function of a node of a TensorFlow graph."""
    node = config.get("node_def")
    if not isinstance(node, dict):
        return None
    return str(node.get("op"))


def translate_arguments(node: Any, first: Mapping[str, int]) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call, from one entry of `inbound_nodes`."""
    if isinstance(node, dict) and "args" in node:
        return node["args"], node.get("kwargs", {})
    # Functions of TensorFlow have one list less.
    items = [node] if is_reference(node) else node
    keywords: dict[str, Any] = {}
    operands = translate_tensors(items, first, keywords)
    if isinstance(operands, list) and len(operands) == 1:
        operands = operands[0]
    return [operands], {
        key: translate_tensors(value, first, None) for key, value in keywords.items()
    }


def translate_tensors(value: Any, first: Mapping[str, int], words: dict[str, Any] | None) -> Any:
    """Return a value with tensors of Keras 3 for references; `words` collects the keywords."""
    if is_reference(value):
        name, number, tensor, *keywords = value
        if words is not None and keywords:
            words.update(keywords[0])
        if name == CONSTANT:
            return tensor
        history = [name, max(number - first.get(name, 0), 0), tensor]
        return {"class_name": TENSOR, "config": {"keras_history": history}}
    if isinstance(value, list):
        return [translate_tensors(item, first, words) for item in value]
    if isinstance(value, dict):
        return {key: translate_tensors(item, first, words) for key, item in value.items()}
    return value


def remove_tuples(value: Any) -> Any:
    """Return JSON data of a SavedModel with lists in place of tuples and shapes."""
    if isinstance(value, dict):
        if value.get("class_name") in TUPLES and isinstance(value.get("items"), list):
            return [remove_tuples(item) for item in value["items"]]
        return {key: remove_tuples(item) for key, item in value.items()}
    return [remove_tuples(item) for item in value] if isinstance(value, list) else value
