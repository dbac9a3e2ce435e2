"""Translates layers of Keras 1 to Keras 2, with the words of grammar/keras1.toml.

Requires: the entries of a model's layers, as JSON values.
Ensures: entries of custom classes, or of later versions, are unchanged.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from functools import cache
from typing import Any

KERAS1_KEYS = frozenset(
    {
        *("border_mode", "concat_axis", "dim_ordering", "filter_length", "init", "inner_init"),
        *("W_regularizer", "nb_filter", "pool_length", "p", "sigma", "input_dtype", "length"),
    }
)
"""Keys that no layer of a later Keras has."""

BATCH_SHAPE = "batch_input_shape"
"""The argument of the first layer of a model in Keras 1 and 2: its input, with the batch."""

SEQUENTIAL, FUNCTIONAL, INPUT = "Sequential", "Model", "InputLayer"


@cache
def load_words() -> dict[str, Any]:
    """Return grammar/keras1.toml."""
    # Imported here since few files need it.
    from net2fig.data.grammar import load_toml
    from net2fig.data.resources import data_dir

    return load_toml(data_dir("grammar") / "keras1.toml", "keras1")


def is_keras1(layer: Any) -> bool:
    """Tell whether the entry of a layer is recognizably of Keras 1."""
    if not isinstance(layer, dict) or "module" in layer:
        return False
    config = layer.get("config")
    if not isinstance(config, dict):
        return False
    return not KERAS1_KEYS.isdisjoint(config) or is_keras1(config.get("layer"))


def translate_layers(layers: Sequence[Any]) -> list[Any]:
    """Return the entries of a model's layers in the form of Keras 2."""
    if not any(is_keras1(layer) for layer in layers):
        return list(layers)
    result = [translate_layer(layer) for layer in layers]
    order = load_words()["order"]
    key = order["key"]
    values = [layer["config"][key] for layer in result if key in get_config(layer)]
    default = values[0] if values else order["otherwise"]
    return [
        {**layer, "config": {key: default, **layer["config"]}}
        if get_config(layer) and layer.get("class_name") in order["classes"]
        else layer
        for layer in result
    ]


def get_config(layer: Any) -> Any:
    """Return the configuration of a layer; empty if it has none."""
    config = layer.get("config") if isinstance(layer, dict) else None
    return config if isinstance(config, dict) else {}


def translate_layer(layer: Any) -> Any:
    """Return the entry of a layer in the form of Keras 2."""
    config = get_config(layer)
    if not config or "layers" in config:
        return layer
    old = layer.get("class_name")
    if not isinstance(old, str):
        return layer
    if old == load_words()["merge"]["class"]:
        return translate_merge(layer, config)
    class_name = load_words()["class"].get(old, old)
    if isinstance(config.get("layer"), dict):
        config = {**config, "layer": translate_layer(config["layer"])}
    if not is_known(class_name):
        return {**layer, "config": config}
    return {**layer, "class_name": class_name, "config": translate_config(class_name, config)}


def is_known(class_name: Any) -> bool:
    """Tell whether a class is one of Keras."""
    from net2fig.data.grammar import load_grammar

    return isinstance(class_name, str) and load_grammar().knows(class_name)


def translate_config(class_name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration with the keys and the values of Keras 2."""
    names = {**load_words()["key"], **load_words()["key_of"].get(class_name, {})}
    rest = dict(config)
    result = {}
    for name, ways in load_words()["joined"].items():
        for keys in ways:
            if all(key in rest for key in keys):
                result[name] = [rest.pop(key) for key in keys]
    for key, value in rest.items():
        name = names.get(key, key)
        values = load_words()["value"].get(name, {})
        result[name] = values.get(value, value) if isinstance(value, str) else value
    return result


@cache
def list_old_keys() -> frozenset[str]:
    """Return all keys of Keras 1 that have another name today."""
    words = load_words()
    joined = [key for ways in words["joined"].values() for keys in ways for key in keys]
    by_class = [key for keys in words["key_of"].values() for key in keys]
    return frozenset({*words["key"], *joined, *by_class})


def translate_arguments(
    class_name: str, args: Sequence[Any], kwargs: Mapping[str, Any], parameters: Container[str]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a layer in code, those of Keras 1 under their names of today.

    `parameters` are those of today. Where an argument is of Keras 1, the second and the third of a
    two-dimensional convolution are the height and the width of its window.
    """
    kwargs = dict(kwargs)
    if BATCH_SHAPE in kwargs and BATCH_SHAPE not in parameters and class_name != INPUT:
        kwargs["input_shape"] = tuple(kwargs.pop(BATCH_SHAPE)[1:])
    if not any(key in list_old_keys() and key not in parameters for key in kwargs):
        return tuple(args), kwargs
    window = {}
    if class_name.endswith("Conv2D") and len(args) == 3:
        args, window = args[:1], {"kernel_size": tuple(args[1:])}
    kept = {key: value for key, value in kwargs.items() if key in parameters}
    rest = {key: value for key, value in kwargs.items() if key not in parameters}
    return tuple(args), {**window, **kept, **translate_config(class_name, rest)}


def translate_merge(layer: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layer that replaces a merge; one of an unknown mode is unchanged."""
    mode = config.get("mode")
    class_name = load_words()["merge"]["mode"].get(mode) if isinstance(mode, str) else None
    if class_name is None:
        return dict(layer)
    names = load_words()["merge"]["key"]
    renamed = {names[key]: config[key] for key in names if key in config}
    return {**layer, "class_name": class_name, "config": {"name": config.get("name"), **renamed}}


# Sequential models that begin with a merge of other models.


def find_merged_models(layers: Sequence[Any]) -> list[Any] | None:
    """Return the models that a Sequential model merges first; None if it begins with a layer."""
    first = get_config(layers[0]) if layers else {}
    result = first.get("layers")
    if not isinstance(result, list) or "mode" not in first:
        return None
    return result


def make_functional(data: Mapping[str, Any], layers: Sequence[Any]) -> dict[str, Any]:
    """Return a Sequential model that begins with a merge as a functional model."""
    entries: dict[str, dict[str, Any]] = {}
    inputs: list[str] = []
    end = add_row(layers, entries, inputs)
    config = {
        "name": data.get("name") or "model",
        "layers": list(entries.values()),
        "input_layers": [[name, 0, 0] for name in dict.fromkeys(inputs)],
        "output_layers": [[end, 0, 0]],
    }
    return {**data, "class_name": FUNCTIONAL, "config": config}


def add_row(layers: Sequence[Any], entries: dict[str, dict[str, Any]], inputs: list[str]) -> str:
    """Add the layers of a model, and of those that it merges; return the name of the last layer.

    A layer that is in two models is one layer: it is added once, and called once.
    """
    sources: list[str] = []
    rows = find_merged_models(layers)
    for row in rows or []:
        inner = get_layers(row)
        sources.append(add_row(inner, entries, inputs))
    first = dict(layers[0]) if layers and isinstance(layers[0], dict) else {}
    if rows is not None:
        kept = {key: value for key, value in get_config(first).items() if key != "layers"}
        layers = [{**first, "config": kept}, *layers[1:]]
    else:
        name = f"{get_name(first, len(entries))}_input"
        batch = {"name": name, "batch_input_shape": get_config(first).get("batch_input_shape")}
        entries.setdefault(name, make_entry(INPUT, name, batch, []))
        inputs.append(name)
        sources = [name]
    for layer in layers:
        name = get_name(layer, len(entries))
        entry = make_entry(layer.get("class_name"), name, get_config(layer), sources)
        entries.setdefault(name, entry)
        sources = [name]
    return sources[0] if sources else ""


def get_layers(model: Any) -> list[Any]:
    """Return the layers of a Sequential model; any other model is itself one layer."""
    config = model.get("config") if isinstance(model, dict) else None
    if isinstance(model, dict) and model.get("class_name") == SEQUENTIAL:
        result = config.get("layers") if isinstance(config, dict) else config
        if isinstance(result, list) and all(isinstance(layer, dict) for layer in result) and result:
            return result
    return [model] if isinstance(model, dict) else []


def get_name(layer: Any, number: int) -> str:
    """Return the name of a layer, or one made from its number."""
    name = get_config(layer).get("name") or (layer.get("name") if isinstance(layer, dict) else None)
    return name if isinstance(name, str) else f"layer_{number}"


def make_entry(class_name: Any, name: str, config: Any, sources: Sequence[str]) -> dict[str, Any]:
    """Return the entry of a layer of a functional model."""
    nodes = [[[source, 0, 0] for source in sources]] if sources else []
    return {"class_name": class_name, "name": name, "config": config, "inbound_nodes": nodes}
