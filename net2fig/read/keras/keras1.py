"""Layers as Keras 1 wrote them → as Keras 2 does, by the words of grammar/keras1.toml.

Requires: the entries of a model's layers, as JSON values.
Ensures: an entry of a class of the author's own, or of a later Keras, comes back as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

MARKS = frozenset(
    {
        *("border_mode", "concat_axis", "dim_ordering", "filter_length", "init", "inner_init"),
        *("W_regularizer", "nb_filter", "pool_length", "p", "sigma", "input_dtype", "length"),
    }
)
"""Keys that no layer of a later Keras has."""

ROW, GRAPH, INPUT = "Sequential", "Model", "InputLayer"


@cache
def words() -> dict[str, Any]:
    """Return grammar/keras1.toml."""
    # Few files need it.
    from net2fig.data.grammar import load_toml
    from net2fig.data.resources import data_dir

    return load_toml(data_dir("grammar") / "keras1.toml", "keras1")


def is_first(layer: Any) -> bool:
    """Tell whether the entry of a layer is of Keras 1, as far as it shows."""
    if not isinstance(layer, dict) or "module" in layer:
        return False
    config = layer.get("config")
    if not isinstance(config, dict):
        return False
    return not MARKS.isdisjoint(config) or is_first(config.get("layer"))


def translated(layers: Sequence[Any]) -> list[Any]:
    """Return the entries of a model's layers in the words of Keras 2."""
    if not any(is_first(layer) for layer in layers):
        return list(layers)
    found = [today(layer) for layer in layers]
    order = words()["order"]
    key = order["key"]
    said = [layer["config"][key] for layer in found if key in config_of(layer)]
    default = said[0] if said else order["otherwise"]
    return [
        {**layer, "config": {key: default, **layer["config"]}}
        if config_of(layer) and layer.get("class_name") in order["classes"]
        else layer
        for layer in found
    ]


def config_of(layer: Any) -> Any:
    """Return the configuration of a layer; an empty one where it has none."""
    config = layer.get("config") if isinstance(layer, dict) else None
    return config if isinstance(config, dict) else {}


def today(layer: Any) -> Any:
    """Return the entry of a layer in the words of Keras 2."""
    config = config_of(layer)
    if not config or "layers" in config:
        return layer
    old = layer.get("class_name")
    if not isinstance(old, str):
        return layer
    if old == words()["merge"]["class"]:
        return merge(layer, config)
    class_name = words()["class"].get(old, old)
    if isinstance(config.get("layer"), dict):
        config = {**config, "layer": today(config["layer"])}
    if not is_known(class_name):
        return {**layer, "config": config}
    return {**layer, "class_name": class_name, "config": renamed(class_name, config)}


def is_known(class_name: Any) -> bool:
    """Tell whether a class is one of Keras."""
    from net2fig.data.grammar import load_grammar

    return isinstance(class_name, str) and load_grammar().knows(class_name)


def renamed(class_name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration with the keys and the values of Keras 2."""
    names = {**words()["key"], **words()["key_of"].get(class_name, {})}
    rest = dict(config)
    found = {}
    for name, ways in words()["joined"].items():
        for keys in ways:
            if all(key in rest for key in keys):
                found[name] = [rest.pop(key) for key in keys]
    for key, value in rest.items():
        name = names.get(key, key)
        values = words()["value"].get(name, {})
        found[name] = values.get(value, value) if isinstance(value, str) else value
    return found


def merge(layer: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layer that a merge of some mode became; one of another mode stays what it is."""
    mode = config.get("mode")
    class_name = words()["merge"]["mode"].get(mode) if isinstance(mode, str) else None
    if class_name is None:
        return dict(layer)
    names = words()["merge"]["key"]
    own = {names[key]: config[key] for key in names if key in config}
    return {**layer, "class_name": class_name, "config": {"name": config.get("name"), **own}}


# A row that begins with a merge of other rows.


def branches(layers: Sequence[Any]) -> list[Any] | None:
    """Return the models that a row begins with, None where it begins with a layer."""
    first = config_of(layers[0]) if layers else {}
    found = first.get("layers")
    if not isinstance(found, list) or "mode" not in first:
        return None
    return found


def branched(data: Mapping[str, Any], layers: Sequence[Any]) -> dict[str, Any]:
    """Return a row that begins with a merge of other rows as a functional model."""
    entries: dict[str, dict[str, Any]] = {}
    inputs: list[str] = []
    end = joined(layers, entries, inputs)
    config = {
        "name": data.get("name") or "model",
        "layers": list(entries.values()),
        "input_layers": [[name, 0, 0] for name in dict.fromkeys(inputs)],
        "output_layers": [[end, 0, 0]],
    }
    return {**data, "class_name": GRAPH, "config": config}


def joined(layers: Sequence[Any], entries: dict[str, dict[str, Any]], inputs: list[str]) -> str:
    """Add the layers of a row and of all that it merges to `entries`; return the last one's name.

    A layer that stands in two rows is one layer: it is added once, and called once.
    """
    before: list[str] = []
    rows = branches(layers)
    for row in rows or []:
        inner = row_of(row)
        before.append(joined(inner, entries, inputs))
    first = dict(layers[0]) if layers and isinstance(layers[0], dict) else {}
    if rows is not None:
        kept = {key: value for key, value in config_of(first).items() if key != "layers"}
        layers = [{**first, "config": kept}, *layers[1:]]
    else:
        name = f"{name_of(first, len(entries))}_input"
        batch = {"name": name, "batch_input_shape": config_of(first).get("batch_input_shape")}
        entries.setdefault(name, entry(INPUT, name, batch, []))
        inputs.append(name)
        before = [name]
    for layer in layers:
        name = name_of(layer, len(entries))
        made = entry(layer.get("class_name"), name, config_of(layer), before)
        entries.setdefault(name, made)
        before = [name]
    return before[0] if before else ""


def row_of(model: Any) -> list[Any]:
    """Return the layers of a row; what is none stands in it as one layer."""
    config = model.get("config") if isinstance(model, dict) else None
    if isinstance(model, dict) and model.get("class_name") == ROW:
        found = config.get("layers") if isinstance(config, dict) else config
        if isinstance(found, list) and all(isinstance(layer, dict) for layer in found) and found:
            return found
    return [model] if isinstance(model, dict) else []


def name_of(layer: Any, number: int) -> str:
    """Return the name of a layer, or one made of a number."""
    name = config_of(layer).get("name") or (layer.get("name") if isinstance(layer, dict) else None)
    return name if isinstance(name, str) else f"layer_{number}"


def entry(class_name: Any, name: str, config: Any, sources: Sequence[str]) -> dict[str, Any]:
    """Return the entry of a layer of a functional model."""
    nodes = [[[source, 0, 0] for source in sources]] if sources else []
    return {"class_name": class_name, "name": name, "config": config, "inbound_nodes": nodes}
