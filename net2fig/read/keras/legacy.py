"""Architectures of earlier Keras → what Keras 3 would save, so that one reader serves all.

- Keras 1: other words for the same, see keras1.py.
- Keras 2: calls are lists `[layer, call, tensor, keywords]`, calls of a nested model are counted
  from 1, functions of TensorFlow are layers, shapes are stated for inputs alone.
- HDF5 files of Keras 3: no module says whether `Add` is a layer or an operation.
- SavedModel folders: tuples are objects.

Ensures: a configuration that is of today comes back as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from net2fig.read.keras.keras1 import branched, branches, config_of, translated
from net2fig.read.keras.tensorflow_ops import operation_of
from net2fig.read.plain_json import TENSOR

CONSTANT = "_CONSTANT_VALUE"
"""Stands in place of a layer where a number is passed."""

FUNCTION_LAYERS = frozenset({"TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod"})

NODE_LAYER = "TensorFlowOpLayer"
"""A node of a graph of TensorFlow, as Keras wrapped it before version 2.4."""

ROW = "Sequential"

OPERATIONS = "keras.ops"

TUPLES = frozenset({"__tuple__", "TensorShape"})


def modern(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the architecture of a model as Keras 3 would save it."""
    config = data.get("config")
    if isinstance(config, list) and data.get("class_name") == ROW:
        # The first Sequential models were their layers and nothing else.
        config = {"layers": config}
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        return dict(data)
    if "output_layers" not in config and branches(config["layers"]) is not None:
        return modern(branched(config, config["layers"]))
    layers = [layer_of(layer) for layer in translated(config["layers"])]
    if not any(is_old(layer) for layer in layers):
        return {**data, "config": {**config, "layers": layers}}
    first_calls = counted_from(layers, config)
    config = {**config, "layers": [with_calls(layer, first_calls) for layer in layers]}
    if "output_layers" in config:
        config["output_layers"] = outputs(config["output_layers"], layers, first_calls)
    elif layers and "build_input_shape" not in config:
        config["build_input_shape"] = batch_shape(layers[0])
    return {**data, "config": config}


def layer_of(layer: Any) -> Any:
    """Return the entry of a layer with its own configuration as of today."""
    if not isinstance(layer, dict):
        return layer
    if is_nested(layer):
        return modern(layer)
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
        config = {**config, "layer": layer_of(inner)}
    return {**layer, "config": config, **module_of(layer, config)}


def module_of(layer: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the module of an operation whose file names none: it has nothing to train."""
    named = "module" in layer or layer.get("class_name") == "InputLayer"
    of_today = any(isinstance(node, dict) for node in nodes_of(layer))
    if named or not of_today or "trainable" in config:
        return {}
    # Some versions write the name of an operation beside its configuration. A class of one's own
    # may do as it likes.
    operation = "name" in config or knows(layer.get("class_name"))
    return {"module": OPERATIONS} if operation else {}


def knows(class_name: Any) -> bool:
    """Tell whether a class is one of Keras."""
    from net2fig.rules.shapes import kind_of
    from net2fig.rules.shapes_ops import RULES

    return isinstance(class_name, str) and (class_name in RULES or kind_of(class_name) is not None)


def is_nested(layer: Mapping[str, Any]) -> bool:
    """Tell whether a layer is a model that lists its layers."""
    config = layer.get("config")
    if isinstance(config, list):
        return layer.get("class_name") == ROW
    return isinstance(config, dict) and isinstance(config.get("layers"), list)


def is_old(layer: Any) -> bool:
    """Tell whether the entry of a layer is of Keras 2."""
    if not isinstance(layer, dict):
        return False
    if "batch_input_shape" in config_of(layer):
        return True
    if any(isinstance(node, list) for node in nodes_of(layer)):
        return True
    # A model that stands first in a row has no calls.
    return is_nested(layer) and any(is_old(inner) for inner in config_of(layer).get("layers") or ())


def nodes_of(layer: Mapping[str, Any]) -> list[Any]:
    """Return the calls of a layer as they are written."""
    nodes = layer.get("inbound_nodes")
    return nodes if isinstance(nodes, list) else []


def batch_shape(layer: Any) -> Any:
    """Return the shape that the first layer of a Sequential model was told to expect.

    A model that stands first was told in turn by its own first layer, or its input.
    """
    config = config_of(layer)
    inner = config.get("layers")
    if isinstance(inner, list) and inner:
        one = config.get("input_layers")
        if "output_layers" in config and not (isinstance(one, list) and len(one) in (1, 3)):
            return None
        return config.get("build_input_shape") or batch_shape(inner[0])
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


def references_in(value: Any) -> Iterator[list[Any]]:
    """Yield the references inside a value."""
    if is_reference(value):
        yield value
        yield from references_in(value[3] if len(value) == 4 else [])
    elif isinstance(value, list):
        for item in value:
            yield from references_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from references_in(item)


def counted_from(layers: Sequence[Any], config: Mapping[str, Any]) -> dict[str, int]:
    """Return by what number the first call of each nested model is known: 0 or 1.

    Keras 2 counts from 1, since a model calls itself once when it is made; its files do not tell
    that call. Where a number occurs that only fits so, it is so.
    """
    calls = {
        name_of(layer): len(nodes_of(layer))
        for layer in layers
        if isinstance(layer, dict) and is_nested(layer)
    }
    nodes = [nodes_of(layer) for layer in layers if isinstance(layer, dict)]
    used = references_in([nodes, config.get("output_layers")])
    return {name: 1 for name, number, *_ in used if name in calls and number >= max(calls[name], 1)}


def name_of(layer: Mapping[str, Any]) -> str:
    """Return the name of a layer."""
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, dict) else None
    return str(layer.get("name") or inner or "")


def outputs(value: Any, layers: Sequence[Any], first: Mapping[str, int]) -> Any:
    """Return the outputs of a model, counted as Keras 3 counts them.

    There the calls of a functional model, and only these, are counted from 1 in this one place.
    """
    functional = {
        name_of(layer)
        for layer in layers
        if isinstance(layer, dict) and is_nested(layer) and "output_layers" in layer["config"]
    }

    def one(item: Any) -> Any:
        if is_reference(item):
            name, number, tensor = item[:3]
            shift = (1 if name in functional else 0) - first.get(name, 0)
            return [name, max(number + shift, 0), tensor]
        if isinstance(item, list):
            return [one(inner) for inner in item]
        return {key: one(inner) for key, inner in item.items()} if isinstance(item, dict) else item

    return one(value)


# Calls.


def with_calls(layer: Any, first: Mapping[str, int]) -> Any:
    """Return the entry of a layer with its calls as Keras 3 writes them."""
    if not isinstance(layer, dict) or not isinstance(layer.get("inbound_nodes"), list):
        return layer
    config = layer["config"] if isinstance(layer.get("config"), dict) else {}
    function = config.get("function")
    if layer.get("class_name") == NODE_LAYER:
        function = graph_function(config)
    calls = [arguments(node, first) for node in nodes_of(layer)]
    operation = layer.get("class_name") in (*FUNCTION_LAYERS, NODE_LAYER)
    if not operation or not isinstance(function, str):
        nodes = [{"args": args, "kwargs": kwargs} for args, kwargs in calls]
        return {**layer, "inbound_nodes": nodes}
    nodes = []
    class_name, own = function, dict[str, Any]()
    for args, kwargs in calls or [([], {})]:
        class_name, own, passed, rest = operation_of(function, args, kwargs)
        nodes.append({"args": passed, "kwargs": rest})
    return {
        **layer,
        "class_name": class_name,
        "module": OPERATIONS,
        "config": {"name": config.get("name"), **own},
        "inbound_nodes": nodes if calls else [],
    }


def graph_function(config: Mapping[str, Any]) -> str | None:
    """Return the function that a node of a graph of TensorFlow stands for."""
    node = config.get("node_def")
    if not isinstance(node, dict):
        return None
    return str(node.get("op"))


def arguments(node: Any, first: Mapping[str, int]) -> tuple[list[Any], dict[str, Any]]:
    """Return what a layer is called with, from one entry of its inbound nodes."""
    if isinstance(node, dict) and "args" in node:
        return node["args"], node.get("kwargs", {})
    # Functions of TensorFlow leave out one pair of brackets.
    items = [node] if is_reference(node) else node
    words: dict[str, Any] = {}
    passed = tensors(items, first, words)
    if isinstance(passed, list) and len(passed) == 1:
        passed = passed[0]
    return [passed], {key: tensors(value, first, None) for key, value in words.items()}


def tensors(value: Any, first: Mapping[str, int], words: dict[str, Any] | None) -> Any:
    """Return a value with Keras 3's tensors in place of references; `words` takes the keywords."""
    if is_reference(value):
        name, number, tensor, *keywords = value
        if words is not None and keywords:
            words.update(keywords[0])
        if name == CONSTANT:
            return tensor
        history = [name, max(number - first.get(name, 0), 0), tensor]
        return {"class_name": TENSOR, "config": {"keras_history": history}}
    if isinstance(value, list):
        return [tensors(item, first, words) for item in value]
    if isinstance(value, dict):
        return {key: tensors(item, first, words) for key, item in value.items()}
    return value


def untupled(value: Any) -> Any:
    """Return JSON data of a SavedModel with lists in place of tuples and shapes."""
    if isinstance(value, dict):
        if value.get("class_name") in TUPLES and isinstance(value.get("items"), list):
            return [untupled(item) for item in value["items"]]
        return {key: untupled(item) for key, item in value.items()}
    return [untupled(item) for item in value] if isinstance(value, list) else value
