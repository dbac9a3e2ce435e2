"""The configuration that Keras 3 saves → Network. It is parsed as data and never executed.

A configuration is visited once per call of a model, nested models included. The arguments of a
nested model replace its own inputs, and its results replace its calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from net2fig.attributes import Config, ReadNested
from net2fig.errors import ModelError
from net2fig.network import Network, Shape, Step
from net2fig.read.assemble import assemble
from net2fig.read.calls import ATTENTION_MASK, LAYER_LIMIT, Call, get_call_flags
from net2fig.read.keras.legacy import modernize
from net2fig.read.keras.references import (
    MODEL_LIMIT,
    RESAVE,
    TENSOR_LIMIT,
    CallCollector,
    ModelCall,
    Reference,
    connect_calls,
    input_names,
    parse_named_references,
    parse_references,
    parse_tensor,
    record_shapes,
    resolve,
)
from net2fig.read.keras.unwrap import unwrap_models
from net2fig.read.plain_json import find_constants, find_tensors, parse_name, to_plain_json
from net2fig.rules.shapes import shape_of

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

MASKS = frozenset({"mask", "query_mask", "value_mask", "key_mask", ATTENTION_MASK})
"""Keyword arguments that Keras passes automatically: masks of sequence steps."""


def is_keras_config(data: Any) -> bool:
    """Tell whether JSON data is the architecture of a Keras model."""
    return isinstance(data, dict) and "class_name" in data and "config" in data


def is_model(data: Any) -> bool:
    """Tell whether the configuration of a layer is that of a model whose layers it lists."""
    config = data.get("config") if isinstance(data, dict) else None
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        return False
    return "output_layers" in config or all(
        isinstance(layer, dict) and "class_name" in layer and "inbound_nodes" not in layer
        for layer in config["layers"]
    )


def is_sequential(config: Mapping[str, Any]) -> bool:
    """Tell whether a model is Sequential: its configuration lists no outputs."""
    return "output_layers" not in config


def read_architecture(
    data: Mapping[str, Any],
    *,
    source: str,
    reader: str,
    name: str | None = None,
    shapes: Sequence[InputShape] = (),
    depth: int = 0,
) -> Network:
    """Return the network that a Keras configuration describes, with given shapes for open inputs.

    `depth` is the number of wrappers around the model.
    """
    saved = data
    try:
        data = modernize(data)
    except RecursionError:
        raise nesting_error(source) from None
    if not is_model(data):
        class_name = parse_name(data.get("class_name"), "?")
        raise ModelError(
            f"unsupported model: {class_name!r} in {source} (its file lists no layers)",
            hint="a subclassed model is only in its code: draw the .py file",
        )
    collector = CallCollector(source)
    config = data["config"]
    scope = ModelCall()
    try:
        visit_model(collector, data, scope)
        connect_calls(collector)
        inputs = find_inputs(collector, config, scope)
        ports = find_output_names(collector, config, scope)
        sources = [resolve(collector, scope, reference) for reference in scope.outputs]
        outputs = list(zip(ports, sources, strict=True))
    except RecursionError:
        raise nesting_error(source) from None
    if not outputs:
        raise ModelError(f"missing output: the model in {source} has none", hint=RESAVE)
    network = assemble(
        name or parse_name(config.get("name"), "model"),
        collector.calls,
        inputs,
        outputs,
        source=source,
        reader=reader,
        notices=collector.notices,
        given_shapes=shapes,
        read_nested=make_nested_reader(depth),
    )
    if depth:
        return network
    if "compile_config" in saved or "training_config" in saved:
        # Most saved models that are drawn were never compiled.
        from net2fig.read.training.saved import find_training

        network = replace(network, training=find_training(saved))
    return unwrap_models(network, read_wrapped_model)


MAX_WRAPPERS = 3
"""The maximum depth of models in wrappers: the time grows with each."""


def make_nested_reader(depth: int = 0) -> ReadNested:
    """Return a function that reads a model inside `depth` wrappers, given its input shapes."""

    def read_nested(config: Config, inputs: tuple[Shape, ...]) -> Network | None:
        layers, names = config.get("layers"), config.get("input_layers")
        if depth >= MAX_WRAPPERS or not isinstance(layers, list):
            return None
        try:
            shapes = dict(zip(input_names(names), inputs, strict=True))
            data = {
                **config,
                "layers": [set_input_shape(layer, shapes) for layer in layers],
            }
            return read_architecture(
                {"class_name": "Functional", "config": data},
                source="a wrapper",
                reader="saved",
                depth=depth + 1,
            )
        except (ModelError, ValueError):
            return None

    return read_nested


def set_input_shape(layer: Any, shapes: Mapping[str, Shape]) -> Any:
    """Return the entry of a layer; an input gets its shape from `shapes`."""
    name = layer.get("name") if isinstance(layer, dict) else None
    if not isinstance(name, str) or name not in shapes:
        return layer
    config = layer.get("config")
    known = config if isinstance(config, dict) else {}
    return {**layer, "config": {**known, "batch_shape": list(shapes[name])}}


def read_wrapped_model(data: Config, axes: Shape) -> Network:
    """Return the network of a model inside a wrapper, given the axes of its input."""
    from net2fig.options.input_shapes import InputShape

    shape = InputShape(None, axes)
    return read_architecture(data, source="a wrapper", reader="saved", shapes=(shape,))


def nesting_error(source: str) -> ModelError:
    """Return the error for models that are nested too deeply."""
    return ModelError(f"invalid model: nested too deeply, or in a cycle, in {source}", hint=RESAVE)


def find_inputs(
    collector: CallCollector, config: Mapping[str, Any], scope: ModelCall
) -> list[tuple[str, str]]:
    """Return the names and calls of the inputs of the whole network."""
    named = list(parse_named_references(collector, config.get("input_layers")))
    pairs = [(port, reference[0]) for port, reference in named]
    if is_sequential(config):
        pairs = [(name, name) for name in scope.inputs]
    return [(port, resolve(collector, scope, (layer, 0, 0))[0]) for port, layer in pairs]


def find_output_names(
    collector: CallCollector, config: Mapping[str, Any], scope: ModelCall
) -> list[str]:
    """Return the names of the outputs of the whole network."""
    if is_sequential(config):
        return [name for name, _, _ in scope.outputs]
    return [port for port, _ in parse_named_references(collector, config["output_layers"])]


def visit_model(collector: CallCollector, data: Mapping[str, Any], scope: ModelCall) -> None:
    """Collect the calls of every layer of a model into `collector`."""
    config = data["config"]
    collector.models += 1
    if collector.models > MODEL_LIMIT:
        raise ModelError(f"unsupported model: more than {MODEL_LIMIT} models in {collector.source}")
    if is_sequential(config):
        visit_sequential(collector, config, scope)
        return
    scope.inputs = [
        reference[0] for reference in parse_references(collector, config.get("input_layers"))
    ]
    for layer in config["layers"]:
        check_layer(collector, layer, scope)
    models = {
        get_layer_name(layer)
        for layer in config["layers"]
        if is_model(layer) and not is_sequential(layer["config"])
    }
    # Here Keras counts an extra call of a functional model, which it makes itself.
    scope.outputs = [
        (name, call - (1 if name in models and call else 0), tensor)
        for name, call, tensor in parse_references(collector, config["output_layers"])
    ]
    for layer in config["layers"]:
        nodes = layer.get("inbound_nodes") or []
        if not isinstance(nodes, list):
            raise make_calls_error(collector, layer)
        if not nodes and (
            layer["class_name"] == "InputLayer" or get_layer_name(layer) in scope.inputs
        ):
            nodes = [{"args": [], "kwargs": {}}]
        for node in nodes:
            args, kwargs = get_call_arguments(collector, layer, node)
            visit_call(collector, layer, scope, args, kwargs)


def visit_sequential(collector: CallCollector, config: Mapping[str, Any], scope: ModelCall) -> None:
    """Collect the layers of a Sequential model, each fed by the one before."""
    layers = list(config["layers"])
    shape = config.get("build_input_shape")
    if not layers or layers[0].get("class_name") != "InputLayer":
        # The model was never built, so its input is unknown.
        input_config = {"name": "input", "batch_shape": shape}
        layers.insert(
            0, {"class_name": "InputLayer", "module": "keras.layers", "config": input_config}
        )
    before: str | None = None
    for index, layer in enumerate(layers):
        check_layer(collector, layer, scope)
        name = get_layer_name(layer, f"{layer['class_name'].lower()}_{index}")
        if name in scope.entries:
            raise ModelError(f"duplicate layer: {name!r} in {collector.source}")
        args = [] if before is None else [make_tensor(before, get_build_shape(layer))]
        visit_call(collector, {**layer, "name": name}, scope, args, {})
        before = name
    scope.inputs = [next(iter(scope.entries))]
    scope.outputs = [(before or "", 0, 0)]


def make_tensor(layer: str, shape: Any) -> dict[str, Any]:
    """Return the entry that Keras writes for the first tensor of a layer."""
    config = {"keras_history": [layer, 0, 0], "shape": shape}
    return {"class_name": "__keras_tensor__", "config": config}


def get_build_shape(layer: Mapping[str, Any]) -> Any:
    """Return the shape that a layer was built for; None if it is not stated."""
    build = layer.get("build_config")
    return build.get("input_shape") if isinstance(build, dict) else None


def check_layer(collector: CallCollector, layer: Any, scope: ModelCall) -> None:
    """Raise an error unless an entry of a model's layers has the form of one."""
    if not isinstance(layer, dict) or not isinstance(layer.get("class_name"), str):
        where = f"in {scope.path.rstrip('/')!r}, " if scope.path else "in "
        raise ModelError(
            f"invalid layer: an entry without a class{where}{collector.source}", hint=RESAVE
        )


def get_layer_name(layer: Mapping[str, Any], otherwise: str = "layer") -> str:
    """Return the name of a layer; a custom layer may have it outside of its configuration."""
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, dict) else None
    return parse_name(layer.get("name"), parse_name(inner, otherwise))


def get_call_arguments(
    collector: CallCollector, layer: Mapping[str, Any], node: Any
) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call of a layer."""
    args = node.get("args") if isinstance(node, dict) else None
    kwargs = node.get("kwargs") if isinstance(node, dict) else None
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise make_calls_error(collector, layer)
    return args, kwargs


def make_calls_error(collector: CallCollector, layer: Mapping[str, Any]) -> ModelError:
    """Return the error for invalid calls of a layer."""
    message = f"invalid layer: {get_layer_name(layer)!r} in {collector.source}, inbound_nodes"
    return ModelError(message, hint=RESAVE)


def visit_call(
    collector: CallCollector,
    layer: Mapping[str, Any],
    scope: ModelCall,
    args: list[Any],
    kwargs: dict[str, Any],
) -> None:
    """Collect one call of a layer or, if the layer is a model, of all its layers."""
    name = get_layer_name(layer)
    calls = scope.entries.setdefault(name, [])
    call_name = name if not calls else f"{name}@{len(calls) + 1}"
    arguments = [(None, args), *kwargs.items()]
    tensors = [(word, each) for word, value in arguments for each in find_tensors(value)]
    collector.tensors += len(tensors)
    if collector.tensors > TENSOR_LIMIT:
        message = f"unsupported model: more than {TENSOR_LIMIT} connections in {collector.source}"
        raise ModelError(message)
    record_shapes(collector, scope, [tensor for _, tensor in tensors])
    if is_model(layer):
        step = Step(name, parse_name(layer["class_name"], ""), len(calls) + 1)
        inner = ModelCall(
            f"{scope.path}{call_name}/", f"{scope.key}{name}/", (*scope.steps, step), scope
        )
        calls.append(inner)
        visit_model(collector, layer, inner)
        inner.outer_tensors = collect_outer_tensors(collector, inner, args, kwargs)
        return
    id = f"{scope.path}{call_name}"
    if id in collector.calls:
        raise ModelError(f"duplicate layer: {id!r} in {collector.source}")
    if len(collector.calls) >= LAYER_LIMIT:
        message = f"unsupported model: more than {LAYER_LIMIT} layers in {collector.source}"
        raise ModelError(message)
    calls.append(id)
    hidden = MASKS - {ATTENTION_MASK}
    rest = {key: value for key, value in kwargs.items() if key not in hidden}
    words = tuple(word for word, _ in tensors if word not in MASKS)
    collector.calls[id] = make_call(id, layer, scope, args, rest, words)
    references = [(word, parse_tensor(collector, tensor)) for word, tensor in tensors]
    sources = [reference for word, reference in references if word not in MASKS]
    masks = [reference for word, reference in references if word in MASKS]
    collector.pending[id] = (scope, sources, masks)


def make_call(
    id: str,
    layer: Mapping[str, Any],
    scope: ModelCall,
    args: list[Any],
    kwargs: dict[str, Any],
    words: tuple[str | None, ...],
) -> Call:
    """Return the call of a layer, without its sources."""
    raw = layer.get("config")
    config = to_plain_json(raw) if isinstance(raw, dict) else {}
    config |= get_call_flags(kwargs)
    module = layer.get("module")
    call = Call(
        id=id,
        key=f"{scope.key}{get_layer_name(layer)}",
        name=get_layer_name(layer),
        class_name=parse_name(layer["class_name"], "Layer"),
        module=module if isinstance(module, str) else None,
        config=config,
        words=words,
        scope=scope.steps,
    )
    if call.is_operation:
        constants = find_constants([*args, *kwargs.values()])
        if constants is not None:
            config["args"] = constants
    if call.is_input:
        shape = shape_of(config.get("batch_shape"))
        if shape is not None:
            call.outputs[0] = shape
    return call


def collect_outer_tensors(
    collector: CallCollector, inner: ModelCall, args: list[Any], kwargs: dict[str, Any]
) -> list[Reference]:
    """Return the arguments of a nested model that are tensors, in the order of its inputs."""
    first = args[0] if len(args) == 1 else args
    if isinstance(first, dict) and set(first) == set(inner.inputs):
        first = [first[name] for name in inner.inputs]
    rest = {key: value for key, value in kwargs.items() if key not in MASKS}
    tensors = [parse_tensor(collector, item) for item in find_tensors([first, rest], by_key=True)]
    if len(tensors) != len(inner.inputs):
        path = inner.path.rstrip("/")
        raise ModelError(
            f"invalid layer: {path!r} in {collector.source} is called with {len(tensors)} tensors"
            f" (it has {len(inner.inputs)} inputs)",
            hint=RESAVE,
        )
    return tensors
