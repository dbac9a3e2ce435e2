"""net2fig's own JSON: a complete network, in a canonical form with one layer a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import ValidationError, convert, to_builtins

from net2fig.attributes import LARGEST, find_op
from net2fig.errors import ModelError, Notice
from net2fig.network import ROLES, Edge, Layer, Network, Part, Port, Shape, Share, Step, Training
from net2fig.read.calls import LAYER_LIMIT
from net2fig.read.limits import parse_json
from net2fig.read.plain_json import to_plain_json
from net2fig.rules.shapes_common import shape_of

FORMAT = "net2fig-network"
VERSION = 1

MAX_WORDS = 60
"""The longest text of an axis."""


def dump(network: Network, *, frozen: Mapping[str, str] | None = None) -> str:
    """Return a network as text; `frozen` describes the source that it was made from."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "name": network.name,
        "source": network.source,
        "reader": network.reader,
    }
    if frozen is not None:
        head["frozen"] = dict(frozen)
    elif network.lines:
        # Those of a frozen network are in its code.
        head["lines"] = dict(network.lines)
    if network.training is not None:
        head["training"] = to_builtins(network.training)
    lists: dict[str, list[Any]] = {
        "notices": [[notice.code, notice.text, *notice.about] for notice in network.notices],
        "inputs": [[port.name, port.layer, port.tensor] for port in network.inputs],
        "outputs": [[port.name, port.layer, port.tensor] for port in network.outputs],
        "layers": [dump_layer(layer) for layer in network.layers],
        "edges": [
            [edge.source, edge.target, edge.source_port, edge.target_port] for edge in network.edges
        ],
    }
    if network.parts:
        lists["parts"] = [[part.name, *part.layers] for part in network.parts]
        trained = {part.name: part.training for part in network.parts if part.training}
        if trained:
            head["trainings"] = to_builtins(trained)
    lines = [f"  {dump_value(key)}: {dump_value(value)}" for key, value in head.items()]
    lines += [f"  {dump_value(key)}: {dump_rows(items)}" for key, items in lists.items()]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    # Half a character has no bytes in UTF-8, but it has an escape, which is that of JSON.
    return text.encode("utf-8", "backslashreplace").decode()


def dump_value(value: Any) -> str:
    """Return a value on one line, with sorted keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def dump_rows(items: list[Any]) -> str:
    """Return a list with one item a line."""
    if not items:
        return "[]"
    return "[\n" + ",\n".join(f"    {dump_value(item)}" for item in items) + "\n  ]"


def dump_layer(layer: Layer) -> dict[str, Any]:
    """Return a layer as JSON values, without those that are defaults."""
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
        data["scope"] = [dump_step(step) for step in layer.scope]
    if layer.weights:
        data["weights"] = layer.weights
    if layer.axes:
        data["axes"] = layer.axes
    words = [
        [port, axis, size.words]
        for port, shape in enumerate(layer.outputs)
        for axis, size in enumerate(shape or ())
        if isinstance(size, Share)
    ]
    if words:
        data["words"] = words
    if layer.op != find_op(layer.class_name, layer.module):
        data["op"] = layer.op
    return data


def dump_step(step: Step) -> Any:
    """Return a step into a nested model as JSON values, without those that are defaults."""
    if step.call > 1:
        return [step.name, step.class_name, step.call]
    return [step.name, step.class_name] if step.class_name else step.name


def load(text: str, where: str = "the file") -> Network:
    """Return the network in a text."""
    data = parse_json(text, where)
    if not is_native(data):
        raise ModelError(f"invalid network: {where} (no {FORMAT!r} file)")
    return parse_network(data, where)


def is_native(data: Any) -> bool:
    """Tell whether JSON data is a network in net2fig's own format."""
    return isinstance(data, dict) and data.get("format") == FORMAT


def get_frozen_digest(text: str, where: str) -> str | None:
    """Return the digest of the source of a frozen network; None if there is none."""
    data = parse_json(text, where)
    frozen = data.get("frozen") if isinstance(data, dict) else None
    digest = frozen.get("source_sha256") if isinstance(frozen, dict) else None
    return digest if isinstance(digest, str) else None


def parse_network(data: Mapping[str, Any], where: str) -> Network:
    """Return the network of JSON data, or raise an error if it is inconsistent."""
    version = data.get("version")
    if version != VERSION:
        message = f"unsupported network: version {version!r} in {where} (must be {VERSION})"
        raise ModelError(message, hint="another version of net2fig wrote it: create it again")
    try:
        network = Network(
            name=str(data["name"]),
            layers=tuple(parse_layer(layer) for layer in data["layers"]),
            edges=tuple(parse_edge(edge) for edge in data["edges"]),
            inputs=tuple(parse_port(port) for port in data["inputs"]),
            outputs=tuple(parse_port(port) for port in data["outputs"]),
            source=str(data["source"]),
            reader=str(data["reader"]),
            notices=tuple(
                Notice(str(code), str(text), tuple(map(str, about)))
                for code, text, *about in data["notices"]
            ),
            parts=parse_parts(data),
            training=convert(data.get("training"), Training | None),
            lines=convert(data.get("lines", {}), dict[str, str]),
        )
    except KeyError as error:
        raise ModelError(f"missing key: {error.args[0]!r} in {where}") from error
    except (TypeError, ValueError, AttributeError, OverflowError, ValidationError) as error:
        raise ModelError(f"invalid network: {where}: {error}") from error
    except RecursionError:
        raise ModelError(f"unsupported JSON: {where} is nested too deeply") from None
    check_order(network, where)
    check_parts(network, where)
    return network


def parse_layer(data: Mapping[str, Any]) -> Layer:
    """Return the layer of JSON data."""
    id, params, module = str(data["id"]), data.get("params"), data.get("module")
    if not isinstance(data["config"], dict):
        raise TypeError(f"the config of {id!r} is not an object")
    if params is not None and (type(params) is not int or not 0 <= params <= LARGEST):
        raise TypeError(f"the params of {id!r} are not a number")
    return Layer(
        id=id,
        name=str(data.get("name", id)),
        class_name=str(data["class"]),
        module=None if module is None else str(module),
        # Numbers that JSON does not have could not be written again.
        config=to_plain_json(data["config"]),
        outputs=parse_outputs(data["outputs"], data.get("words", ())),
        params=params,
        scope=tuple(parse_step(step) for step in data.get("scope", ())),
        weights=str(data.get("weights", "")),
        axes=tuple(parse_axes(axes) for axes in data.get("axes", ())),
        op=str(data["op"]) if data.get("op") else find_op(str(data["class"]), module),
    )


def parse_step(value: Any) -> Step:
    """Return a step into a nested model."""
    if isinstance(value, str):
        return Step(value)
    name, class_name, call = (*value, 1) if len(value) == 2 else value
    return Step(str(name), str(class_name), parse_port_number(call))


def parse_axes(value: Any) -> str:
    """Return the axes of a tensor, or raise a ValueError."""
    if not isinstance(value, str) or not set(value) <= set(ROLES):
        raise ValueError(f"not valid axes: {repr(value)[:80]}")
    return value


def parse_shape(value: Any) -> Shape | None:
    """Return a shape, or raise a ValueError."""
    shape = shape_of(value)
    if shape is None and value is not None:
        raise ValueError(f"not a valid shape: {repr(value)[:80]}")
    return shape


def parse_outputs(shapes: Any, words: Any) -> tuple[Shape | None, ...]:
    """Return shapes, in which some axes have texts."""
    outputs = [parse_shape(shape) for shape in shapes]
    for port, axis, text in words:
        axes = [*(outputs[port] or ())]
        axes[axis] = Share(axes[axis] or 1, str(text)[:MAX_WORDS])
        outputs[port] = tuple(axes)
    return tuple(outputs)


def parse_edge(value: Any) -> Edge:
    """Return an edge from its four values."""
    source, target, *ports = value
    source_port, target_port = (parse_port_number(port) for port in ports)
    return Edge(str(source), str(target), source_port, target_port)


def parse_parts(data: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return the models of a network, each with its training."""
    trained = convert(data.get("trainings", {}), dict[str, Training])
    return tuple(
        Part(str(name), tuple(map(str, ids)), trained.get(str(name)))
        for name, *ids in data.get("parts", ())
    )


def parse_port(value: Any) -> Port:
    """Return a port from its three values."""
    name, layer, tensor = value
    return Port(str(name), str(layer), parse_port_number(tensor))


def parse_port_number(value: Any) -> int:
    """Return the number of a tensor, or raise a ValueError."""
    if type(value) is not int or not 0 <= value < LAYER_LIMIT:
        raise ValueError(f"not a valid tensor number: {repr(value)[:80]}")
    return value


def check_order(network: Network, where: str) -> None:
    """Raise an error if ids repeat, an end is missing or the layers are out of order."""
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
            message = f"invalid network: layer {edge.target!r} comes before {edge.source!r}"
            raise ModelError(f"{message}, which feeds it, in {where}")


def check_parts(network: Network, where: str) -> None:
    """Raise an error unless each layer is in one part, and no edge goes from part to part."""
    homes = {id: number for number, part in enumerate(network.parts) for id in part.layers}
    count = sum(len(part.layers) for part in network.parts)
    if not network.parts:
        return
    if count != len(homes) or homes.keys() != {layer.id for layer in network.layers}:
        raise ModelError(f"invalid network: a layer in {where} is not in exactly one part")
    for edge in network.edges:
        if homes[edge.source] != homes[edge.target]:
            message = f"invalid network: {edge.source!r} and {edge.target!r} are of other parts"
            raise ModelError(f"{message} in {where}")
