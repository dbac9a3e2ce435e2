"""net2fig's own JSON: a network without loss, in the same bytes every time, one layer a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from net2fig.attributes import op_of
from net2fig.errors import ModelError, Notice
from net2fig.network import ROLES, Edge, Layer, Network, Port, Shape, Step
from net2fig.read.calls import LAYER_LIMIT
from net2fig.read.keras.files.zip_file import parse_json
from net2fig.read.plain_json import tidy
from net2fig.rules.shapes_common import shape_of

FORMAT = "net2fig-network"
VERSION = 1


def dump(network: Network, *, frozen: Mapping[str, str] | None = None) -> str:
    """Return a network as text; `frozen` says which source it was made from."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "name": network.name,
        "source": network.source,
        "reader": network.reader,
    }
    if frozen is not None:
        head["frozen"] = dict(frozen)
    lists: dict[str, list[Any]] = {
        "notices": [[notice.code, notice.text, *notice.about] for notice in network.notices],
        "inputs": [[port.name, port.layer, port.tensor] for port in network.inputs],
        "outputs": [[port.name, port.layer, port.tensor] for port in network.outputs],
        "layers": [layer_data(layer) for layer in network.layers],
        "edges": [
            [edge.source, edge.target, edge.source_port, edge.target_port] for edge in network.edges
        ],
    }
    lines = [f"  {compact(key)}: {compact(value)}" for key, value in head.items()]
    lines += [f"  {compact(key)}: {rows(items)}" for key, items in lists.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def compact(value: Any) -> str:
    """Return a value on one line, keys in order."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def rows(items: list[Any]) -> str:
    """Return a list with each of its items on a line."""
    if not items:
        return "[]"
    return "[\n" + ",\n".join(f"    {compact(item)}" for item in items) + "\n  ]"


def layer_data(layer: Layer) -> dict[str, Any]:
    """Return a layer as JSON values; what is as usual is left out."""
    data: dict[str, Any] = {
        "id": layer.id,
        "class": layer.class_name,
        "config": dict(layer.config),
        "outputs": layer.outputs,
        "params": layer.params,
    }
    if layer.name != layer.id:
        data["name"] = layer.name
    if layer.module is not None:
        data["module"] = layer.module
    if layer.scope:
        data["scope"] = [step_data(step) for step in layer.scope]
    if layer.weights:
        data["weights"] = layer.weights
    if layer.axes:
        data["axes"] = layer.axes
    if layer.op != op_of(layer.class_name, layer.module):
        data["op"] = layer.op
    return data


def step_data(step: Step) -> Any:
    """Return a step into a nested model as JSON values: its name alone, where that is all."""
    if step.call > 1:
        return [step.name, step.class_name, step.call]
    return [step.name, step.class_name] if step.class_name else step.name


def load(text: str, where: str = "the file") -> Network:
    """Return the network that a text holds."""
    data = parse_json(text, where)
    if not is_plain(data):
        raise ModelError(f"invalid network: {where} (no {FORMAT!r} file)")
    return network_from(data, where)


def is_plain(data: Any) -> bool:
    """Tell whether JSON data is a network in net2fig's own format."""
    return isinstance(data, dict) and data.get("format") == FORMAT


def frozen_hash(text: str, where: str) -> str | None:
    """Return the digest of the source that a frozen network was made from."""
    data = parse_json(text, where)
    frozen = data.get("frozen") if isinstance(data, dict) else None
    digest = frozen.get("source_sha256") if isinstance(frozen, dict) else None
    return digest if isinstance(digest, str) else None


def network_from(data: Mapping[str, Any], where: str) -> Network:
    """Return the network of JSON data, checked: unique ids, no end of an edge missing."""
    version = data.get("version")
    if version != VERSION:
        message = f"unsupported network: version {version!r} in {where} (must be {VERSION})"
        raise ModelError(message, hint="it was written by another net2fig: make it again")
    try:
        network = Network(
            name=str(data["name"]),
            layers=tuple(layer_from(layer) for layer in data["layers"]),
            edges=tuple(edge_from(edge) for edge in data["edges"]),
            inputs=tuple(port_from(port) for port in data["inputs"]),
            outputs=tuple(port_from(port) for port in data["outputs"]),
            source=str(data["source"]),
            reader=str(data["reader"]),
            notices=tuple(
                Notice(str(code), str(text), tuple(map(str, about)))
                for code, text, *about in data["notices"]
            ),
        )
    except KeyError as error:
        raise ModelError(f"missing key: {error.args[0]!r} in {where}") from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ModelError(f"invalid network: {where}: {error}") from error
    except RecursionError:
        raise ModelError(f"unsupported JSON: {where} is nested too deeply") from None
    check(network, where)
    return network


def layer_from(data: Mapping[str, Any]) -> Layer:
    """Return the layer of JSON data."""
    id, params, module = str(data["id"]), data.get("params"), data.get("module")
    if not isinstance(data["config"], dict):
        raise TypeError(f"the config of {id!r} is no object")
    if params is not None and (type(params) is not int or params < 0):
        raise TypeError(f"the params of {id!r} are no number")
    return Layer(
        id=id,
        name=str(data.get("name", id)),
        class_name=str(data["class"]),
        module=None if module is None else str(module),
        # A number that JSON does not know would not be written again.
        config=tidy(data["config"]),
        outputs=tuple(shape_from(shape) for shape in data["outputs"]),
        params=params,
        scope=tuple(step_from(step) for step in data.get("scope", ())),
        weights=str(data.get("weights", "")),
        axes=tuple(axes_from(axes) for axes in data.get("axes", ())),
        op=str(data["op"]) if data.get("op") else op_of(str(data["class"]), module),
    )


def step_from(value: Any) -> Step:
    """Return a step into a nested model."""
    if isinstance(value, str):
        return Step(value)
    name, class_name, call = (*value, 1) if len(value) == 2 else value
    return Step(str(name), str(class_name), port_number(call))


def axes_from(value: Any) -> str:
    """Return what the axes of a tensor are, or raise a ValueError."""
    if not isinstance(value, str) or not set(value) <= set(ROLES):
        raise ValueError(f"no axes: {repr(value)[:80]}")
    return value


def shape_from(value: Any) -> Shape | None:
    """Return a shape, or raise a ValueError."""
    shape = shape_of(value)
    if shape is None and value is not None:
        raise ValueError(f"no shape: {repr(value)[:80]}")
    return shape


def edge_from(value: Any) -> Edge:
    """Return an edge from its four values."""
    source, target, *ports = value
    source_port, target_port = (port_number(port) for port in ports)
    return Edge(str(source), str(target), source_port, target_port)


def port_from(value: Any) -> Port:
    """Return a port from its three values."""
    name, layer, tensor = value
    return Port(str(name), str(layer), port_number(tensor))


def port_number(value: Any) -> int:
    """Return the number of a tensor, or raise a ValueError."""
    if type(value) is not int or not 0 <= value < LAYER_LIMIT:
        raise ValueError(f"no number of a tensor: {repr(value)[:80]}")
    return value


def check(network: Network, where: str) -> None:
    """Raise an error where ids repeat, an end is missing or the layers are out of order."""
    if len(network.layers) > LAYER_LIMIT:
        raise ModelError(f"unsupported model: more than {LAYER_LIMIT} layers in {where}")
    place: dict[str, int] = {}
    for layer in network.layers:
        if layer.id in place:
            raise ModelError(f"duplicate layer: {layer.id!r} in {where}")
        place[layer.id] = len(place)
    ends = [edge.source for edge in network.edges] + [edge.target for edge in network.edges]
    for id in [*ends, *(port.layer for port in (*network.inputs, *network.outputs))]:
        if id not in place:
            raise ModelError(f"missing layer: {id!r} in {where}")
    for edge in network.edges:
        if place[edge.source] >= place[edge.target]:
            message = f"invalid network: layer {edge.target!r} stands before {edge.source!r}"
            raise ModelError(f"{message}, which feeds it, in {where}")
