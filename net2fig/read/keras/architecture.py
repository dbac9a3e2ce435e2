"""The configuration that Keras 3 saves → Network. Parsed as data: nothing in it is executed.

A configuration is walked once per call of a model, nested models included; what a nested model is
given takes the place of its own inputs, and what it returns takes the place of its calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from net2fig.attributes import Config, ReadNested
from net2fig.errors import ModelError
from net2fig.network import Network, Shape, Step
from net2fig.read.assemble import assemble
from net2fig.read.calls import LAYER_LIMIT, Call
from net2fig.read.keras.legacy import modern
from net2fig.read.keras.references import (
    MODEL_LIMIT,
    RESAVE,
    TENSOR_LIMIT,
    Reference,
    Scope,
    Walk,
    connect,
    named_references,
    reference_of,
    references,
    resolve,
    state,
)
from net2fig.read.keras.unwrap import unwrapped
from net2fig.read.plain_json import constants_in, name_of, tensors_in, tidy
from net2fig.rules.shapes import shape_of

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

MASKS = frozenset({"mask", "query_mask", "value_mask", "key_mask"})
"""Keyword arguments that Keras fills in by itself, with which steps of a sequence count."""


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


def is_listed_in_a_row(config: Mapping[str, Any]) -> bool:
    """Tell whether a model is Sequential: it does not say what feeds what."""
    return "output_layers" not in config


def network_of(
    data: Mapping[str, Any],
    *,
    source: str,
    reader: str,
    name: str | None,
    shapes: Sequence[InputShape] = (),
    depth: int = 0,
) -> Network:
    """Return the network that a Keras configuration describes, given shapes for open inputs.

    `depth` is the number of wrappers that the model lies in.
    """
    try:
        data = modern(data)
    except RecursionError:
        raise nested_too_deeply(source) from None
    if not is_model(data):
        class_name = name_of(data.get("class_name"), "?")
        raise ModelError(
            f"unsupported model: {class_name!r} in {source} (its file lists no layers)",
            hint="a subclassed model is only in its code: draw the .py file instead",
        )
    walk = Walk(source)
    config = data["config"]
    scope = Scope()
    try:
        visit_model(walk, data, scope)
        connect(walk)
        inputs = input_ports(walk, config, scope)
        outputs = [
            (port, resolve(walk, scope, reference))
            for port, reference in zip(
                output_names(walk, config, scope), scope.outputs, strict=True
            )
        ]
    except RecursionError:
        raise nested_too_deeply(source) from None
    if not outputs:
        raise ModelError(f"missing output: the model in {source} has none", hint=RESAVE)
    network = assemble(
        name or name_of(config.get("name"), "model"),
        walk.calls,
        inputs,
        outputs,
        source=source,
        reader=reader,
        notices=walk.notices,
        given_shapes=shapes,
        read_nested=nested_reader(depth),
    )
    return network if depth else unwrapped(network, read_model)


DEEPEST = 3
"""So many models in wrappers in models in wrappers are looked into: each is, several times."""


def nested_reader(depth: int = 0) -> ReadNested:
    """Return what reads a model inside of so many wrappers, given what comes in."""

    def read_nested(config: Config, inputs: tuple[Shape, ...]) -> Network | None:
        layers, names = config.get("layers"), config.get("input_layers")
        if depth >= DEEPEST or not isinstance(layers, list):
            return None
        try:
            given = dict(zip(input_names(names), inputs, strict=True))
            data = {**config, "layers": [with_shape(layer, given) for layer in layers]}
            return network_of(
                {"class_name": "Functional", "config": data},
                source="a wrapper",
                reader="saved",
                name=None,
                depth=depth + 1,
            )
        except (ModelError, ValueError):
            return None

    return read_nested


def with_shape(layer: Any, shapes: Mapping[str, Shape]) -> Any:
    """Return a layer of a model, an input with the shape that comes in there."""
    name = layer.get("name") if isinstance(layer, dict) else None
    if not isinstance(name, str) or name not in shapes:
        return layer
    config = layer.get("config")
    known = config if isinstance(config, dict) else {}
    return {**layer, "config": {**known, "batch_shape": list(shapes[name])}}


def input_names(value: Any) -> list[str]:
    """Return the names of the layers that a list of references names.

    >>> input_names(["a", 0, 0]), input_names([["a", 0, 0], ["b", 0, 0]])
    (['a'], ['a', 'b'])
    """
    if isinstance(value, list) and value and isinstance(value[0], str):
        return [value[0]]
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return []
    return [name for item in value for name in input_names(item)]


def read_model(data: Config, shape: InputShape) -> Network:
    """Return the network of a model inside a wrapper."""
    return network_of(data, source="a wrapper", reader="saved", name=None, shapes=(shape,), depth=0)


def nested_too_deeply(source: str) -> ModelError:
    """Return the error for models in models in models."""
    return ModelError(f"invalid model: nested too deeply, or in a circle, in {source}", hint=RESAVE)


def input_ports(walk: Walk, config: Mapping[str, Any], scope: Scope) -> list[tuple[str, str]]:
    """Return the inputs of the whole network: names and calls."""
    named = list(named_references(walk, config.get("input_layers")))
    pairs = [(port, reference[0]) for port, reference in named]
    if is_listed_in_a_row(config):
        pairs = [(name, name) for name in scope.inputs]
    return [(port, resolve(walk, scope, (layer, 0, 0))[0]) for port, layer in pairs]


def output_names(walk: Walk, config: Mapping[str, Any], scope: Scope) -> list[str]:
    """Return the names of the outputs of the whole network."""
    if is_listed_in_a_row(config):
        return [name for name, _, _ in scope.outputs]
    return [port for port, _ in named_references(walk, config["output_layers"])]


def visit_model(walk: Walk, data: Mapping[str, Any], scope: Scope) -> None:
    """Collect the calls of every layer of a model into `walk`."""
    config = data["config"]
    walk.models += 1
    if walk.models > MODEL_LIMIT:
        raise ModelError(f"unsupported model: more than {MODEL_LIMIT} models in {walk.source}")
    if is_listed_in_a_row(config):
        visit_sequential(walk, config, scope)
        return
    scope.inputs = [reference[0] for reference in references(walk, config.get("input_layers"))]
    for layer in config["layers"]:
        check_layer(walk, layer, scope)
    models = {
        layer_name(layer)
        for layer in config["layers"]
        if is_model(layer) and not is_listed_in_a_row(layer["config"])
    }
    # Keras counts a call that a functional model makes of itself, in this one place.
    scope.outputs = [
        (name, call - (1 if name in models and call else 0), tensor)
        for name, call, tensor in references(walk, config["output_layers"])
    ]
    for layer in config["layers"]:
        nodes = layer.get("inbound_nodes") or []
        if not isinstance(nodes, list):
            raise broken_calls(walk, layer)
        if not nodes and (layer["class_name"] == "InputLayer" or layer_name(layer) in scope.inputs):
            nodes = [{"args": [], "kwargs": {}}]
        for node in nodes:
            args, kwargs = call_arguments(walk, layer, node)
            visit_call(walk, layer, scope, args, kwargs)


def visit_sequential(walk: Walk, config: Mapping[str, Any], scope: Scope) -> None:
    """Collect the layers of a Sequential model, each fed by the one before."""
    layers = list(config["layers"])
    shape = config.get("build_input_shape")
    if not layers or layers[0].get("class_name") != "InputLayer":
        # Never built: nothing says what comes in.
        input_config = {"name": "input", "batch_shape": shape}
        layers.insert(
            0, {"class_name": "InputLayer", "module": "keras.layers", "config": input_config}
        )
    before: str | None = None
    for index, layer in enumerate(layers):
        check_layer(walk, layer, scope)
        name = layer_name(layer, f"{layer['class_name'].lower()}_{index}")
        if name in scope.entries:
            raise ModelError(f"duplicate layer: {name!r} in {walk.source}")
        args = [] if before is None else [tensor(before, build_shape(layer))]
        visit_call(walk, {**layer, "name": name}, scope, args, {})
        before = name
    scope.inputs = [next(iter(scope.entries))]
    scope.outputs = [(before or "", 0, 0)]


def tensor(layer: str, shape: Any) -> dict[str, Any]:
    """Return what Keras writes for the first tensor that a layer returns."""
    config = {"keras_history": [layer, 0, 0], "shape": shape}
    return {"class_name": "__keras_tensor__", "config": config}


def build_shape(layer: Mapping[str, Any]) -> Any:
    """Return the shape that a layer was built for, where its entry tells."""
    build = layer.get("build_config")
    return build.get("input_shape") if isinstance(build, dict) else None


def check_layer(walk: Walk, layer: Any, scope: Scope) -> None:
    """Raise an error unless an entry of a model's layers has the form of one."""
    if not isinstance(layer, dict) or not isinstance(layer.get("class_name"), str):
        where = f"in {scope.path.rstrip('/')!r}, " if scope.path else "in "
        raise ModelError(f"invalid layer: one without a class {where}{walk.source}", hint=RESAVE)


def layer_name(layer: Mapping[str, Any], otherwise: str = "layer") -> str:
    """Return the name of a layer; a custom one may hold it outside of its configuration."""
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, dict) else None
    return name_of(layer.get("name"), name_of(inner, otherwise))


def call_arguments(
    walk: Walk, layer: Mapping[str, Any], node: Any
) -> tuple[list[Any], dict[str, Any]]:
    """Return what a layer is called with."""
    args = node.get("args") if isinstance(node, dict) else None
    kwargs = node.get("kwargs") if isinstance(node, dict) else None
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise broken_calls(walk, layer)
    return args, kwargs


def broken_calls(walk: Walk, layer: Mapping[str, Any]) -> ModelError:
    """Return the error for a layer whose calls are no calls."""
    message = f"invalid layer: {layer_name(layer)!r} in {walk.source}, inbound_nodes"
    return ModelError(message, hint=RESAVE)


def visit_call(
    walk: Walk, layer: Mapping[str, Any], scope: Scope, args: list[Any], kwargs: dict[str, Any]
) -> None:
    """Collect one call of a layer or, where the layer is a model, of all that it holds."""
    name = layer_name(layer)
    calls = scope.entries.setdefault(name, [])
    own = name if not calls else f"{name}@{len(calls) + 1}"
    walk.tensors += sum(1 for _ in tensors_in([args, kwargs]))
    if walk.tensors > TENSOR_LIMIT:
        message = f"unsupported model: more than {TENSOR_LIMIT} connections in {walk.source}"
        raise ModelError(message)
    state(walk, scope, [args, kwargs])
    if is_model(layer):
        step = Step(name, name_of(layer["class_name"], ""), len(calls) + 1)
        inner = Scope(f"{scope.path}{own}/", f"{scope.key}{name}/", (*scope.steps, step), scope)
        calls.append(inner)
        visit_model(walk, layer, inner)
        inner.given = given(walk, inner, args, kwargs)
        return
    id = f"{scope.path}{own}"
    if id in walk.calls:
        raise ModelError(f"duplicate layer: {id!r} in {walk.source}")
    if len(walk.calls) >= LAYER_LIMIT:
        message = f"unsupported model: more than {LAYER_LIMIT} layers in {walk.source}"
        raise ModelError(message)
    calls.append(id)
    rest = {key: value for key, value in kwargs.items() if key not in MASKS}
    words = [word for word, value in [(None, args), *rest.items()] for _ in tensors_in(value)]
    call = call_of(id, layer, scope, args, rest, tuple(words))
    walk.calls[id] = call
    masks = {key: value for key, value in kwargs.items() if key in MASKS}
    walk.pending[id] = (
        scope,
        [reference_of(walk, tensor) for tensor in tensors_in([args, rest])],
        [reference_of(walk, tensor) for tensor in tensors_in(masks)],
    )


def call_of(
    id: str,
    layer: Mapping[str, Any],
    scope: Scope,
    args: list[Any],
    kwargs: dict[str, Any],
    words: tuple[str | None, ...],
) -> Call:
    """Return the call of a layer, its sources still open."""
    raw = layer.get("config")
    config = tidy(raw) if isinstance(raw, dict) else {}
    module = layer.get("module")
    call = Call(
        id=id,
        key=f"{scope.key}{layer_name(layer)}",
        name=layer_name(layer),
        class_name=name_of(layer["class_name"], "Layer"),
        module=module if isinstance(module, str) else None,
        config=config,
        words=words,
        scope=scope.steps,
    )
    if call.is_operation:
        constants = constants_in([*args, *kwargs.values()])
        if constants is not None:
            config["args"] = constants
    if call.is_input:
        shape = shape_of(config.get("batch_shape"))
        if shape is not None:
            call.outputs[0] = shape
    return call


def given(walk: Walk, inner: Scope, args: list[Any], kwargs: dict[str, Any]) -> list[Reference]:
    """Return the tensors that a nested model is called with, in the order of its inputs."""
    first = args[0] if len(args) == 1 else args
    if isinstance(first, dict) and set(first) == set(inner.inputs):
        first = [first[name] for name in inner.inputs]
    rest = {key: value for key, value in kwargs.items() if key not in MASKS}
    tensors = [reference_of(walk, item) for item in tensors_in([first, rest], by_key=True)]
    if len(tensors) != len(inner.inputs):
        path = inner.path.rstrip("/")
        raise ModelError(
            f"invalid layer: {path!r} in {walk.source} is called with {len(tensors)} tensors"
            f" (it has {len(inner.inputs)} inputs)",
            hint=RESAVE,
        )
    return tensors
