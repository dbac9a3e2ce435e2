"""A Keras model in memory → Network, by walking its own operations, nodes and tensors.

Nothing is saved on the way, so that what this reader finds is a check on what saved.py finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from net2fig.errors import Notice
from net2fig.network import Network, Step
from net2fig.read.assemble import assemble
from net2fig.read.calls import Call, Source
from net2fig.read.keras.architecture import MASKS, nested_reader, read_model
from net2fig.read.keras.symbolic import flat, is_tensor
from net2fig.read.keras.tf_functions import said_of
from net2fig.read.keras.trace import Steps, calls_of, history, inside, traced
from net2fig.read.keras.unwrap import unwrapped
from net2fig.read.plain_json import constants_in, name_of, tidy
from net2fig.rules.shapes import merged

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

# Keras has no public way to walk its graph: these, and two in trace.py, are the private names
# that we rely on.
inputs_of = attrgetter("_inputs_struct")
outputs_of = attrgetter("_outputs_struct")
nodes_of = attrgetter("_nodes_by_depth")


KERAS = ("keras.src.", "keras.models", "tf_keras.src.", "keras.engine.")
"""How the modules begin that hold the class `Model`, in the versions of Keras."""


def is_keras2(model: Any) -> bool:
    """Tell whether a model is one of Keras 2, by where its class `Model` comes from."""
    return any(
        base.__name__ == "Model" and ".engine." in base.__module__ for base in type(model).__mro__
    )


def is_keras_model(value: Any) -> bool:
    """Tell whether a value is a model of Keras 2 or 3, without importing Keras."""
    return any(
        base.__name__ == "Model" and base.__module__.startswith(KERAS)
        for base in type(value).__mro__
    )


class Walk(Struct):
    """What is being collected."""

    calls: dict[str, Call] = field(default_factory=dict)
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    places: dict[int, tuple[Steps, int]] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def place(self, node: Any, own: set[int], place: Place) -> tuple[Place, int]:
        """Return where a call lies, and which call of its layer there it is, from 0."""
        if id(node) in self.places:
            steps, call = self.places[id(node)]
            for name, number in steps:
                place = place.inside(name, number)
            return place, call
        calls = [id(other) for other in calls_of(node.operation) if id(other) in own]
        return place, calls.index(id(node))

    def held(self, operation: Any, args: Any, kwargs: Any) -> Any:
        """Return the graph of a layer of the user's own that holds others; None for any other."""
        found = inside(operation, args, kwargs) if said_of(operation) is None else None
        if found is None:
            return None
        graph, trace = found
        self.places |= trace.places
        self.names |= trace.names
        return graph


class Place(Struct, frozen=True):
    """Where in the nesting of models a call lies."""

    path: str = ""
    key: str = ""
    steps: tuple[Step, ...] = ()

    def inside(self, name: str, call: int, class_name: str = "") -> Place:
        """Return the place inside a call of a nested model."""
        step = Step(name, class_name, call + 1)
        return Place(f"{self.path}{step.id}/", f"{self.key}{name}/", (*self.steps, step))


def read_live(
    model: Any,
    *,
    name: str | None = None,
    source: str = "",
    reader: str = "live",
    shapes: Sequence[InputShape] = (),
) -> Network:
    """Return the network of a Keras model, given shapes for open inputs."""
    if is_keras2(model):
        from net2fig.read.keras.keras2 import read_keras2

        source = source or name_of(model.name, "model")
        return read_keras2(model, name=name, source=source, reader=reader, shapes=shapes)
    walk = Walk()
    graph = graph_of(model)
    given = shapes
    if graph is None and hasattr(model, "layers") and is_sequential(model):
        inputs, outputs = walk_row(walk, model)
    else:
        if graph is None:
            graph, trace = traced(model, shapes)
            walk.places, walk.names = trace.places, trace.names
            walk.notices += [Notice("drawn-whole", text) for text in trace.whole.values()]
            given = ()
        found = walk_graph(walk, graph, Place(), None)
        inputs = [
            (port, history(tensor).operation.name) for port, tensor in named(inputs_of(graph))
        ]
        ports = [port for port, _ in named(outputs_of(graph))]
        outputs = list(zip(ports, found, strict=True))
    network = assemble(
        name or name_of(model.name, "model"),
        walk.calls,
        inputs,
        outputs,
        source=source or name_of(model.name, "model"),
        reader=reader,
        notices=walk.notices,
        given_shapes=given,
        read_nested=nested_reader(),
    )
    return unwrapped(network, read_model)


def is_sequential(model: Any) -> bool:
    """Tell whether a layer is a Sequential model."""
    import keras

    return isinstance(model, keras.Sequential)


def graph_of(model: Any) -> Any:
    """Return the functional model that holds a model's graph; None where there is none."""
    inner = getattr(model, "_functional", None)
    if inner is not None:
        return inner
    return model if hasattr(model, "_nodes_by_depth") else None


# Graphs: nodes in the order of Keras' own depths.


def walk_graph(
    walk: Walk, graph: Any, place: Place, given: Sequence[Source] | None
) -> list[Source]:
    """Collect the calls of a graph; return what its outputs are.

    `given` takes the place of the inputs of a nested model; it is None for the model itself.
    """
    tensors: dict[int, Source] = {}
    if given is not None:
        inputs = [tensor for _, tensor in named(inputs_of(graph))]
        tensors.update((id(t), source) for t, source in zip(inputs, given, strict=True))
    by_depth = nodes_of(graph)
    own = {id(node) for nodes in by_depth.values() for node in nodes}
    for depth in sorted(by_depth, reverse=True):
        for node in by_depth[depth]:
            if given is not None and node.is_input:
                continue
            walk_node(walk, node, own, place, tensors)
    return [tensors[id(tensor)] for _, tensor in named(outputs_of(graph))]


def walk_node(
    walk: Walk, node: Any, own: set[int], place: Place, tensors: dict[int, Source]
) -> None:
    """Collect one call, of a layer or of a nested model, and note the tensors that it returns."""
    operation = node.operation
    place, call = walk.place(node, own, place)
    said = said_of(operation) or node.arguments
    args, kwargs = said.args, dict(said.kwargs)
    masks = [tensors[id(t)] for key in MASKS & set(kwargs) for t in flat(kwargs.pop(key))]
    masks += [tensors[id(t)] for t in flat(getattr(said, "sizes", []))]
    graph = graph_of(operation)
    if graph is not None:
        given = model_inputs(graph, args, kwargs)
    else:
        graph, given = walk.held(operation, args, kwargs), list(flat([args, kwargs]))
    if graph is not None:
        name = walk.names.get(id(operation), operation.name)
        inner = place.inside(name, call, type(operation).__name__)
        found = walk_graph(walk, graph, inner, [tensors[id(tensor)] for tensor in given])
        for tensor, (source, port) in zip(node.outputs, found, strict=True):
            tensors[id(tensor)] = (source, port)
            # The outer model may know more of the shape than the nested one did by itself.
            outputs = walk.calls[source].outputs
            shape = tuple(tensor.shape)
            outputs[port] = merged(outputs.get(port), shape) or shape
        return
    key = f"{place.key}{operation.name}"
    if id(node) in walk.places:
        # What a model shares it may hold at several places.
        key = walk.keys.setdefault(id(operation), key)
    found_id = f"{place.path}{numbered(operation.name, call)}"
    facts = facts_of(walk, operation)
    config = facts["config"]
    if facts["operation"]:
        constants = constants_in(serialized([*args, *kwargs.values()]))
        config = config if constants is None else {**config, "args": constants}
    walk.calls[found_id] = Call(
        id=found_id,
        key=key,
        name=name_of(operation.name, "layer"),
        class_name=facts["class_name"],
        module=facts["module"],
        config=config,
        sources=tuple(tensors[id(tensor)] for tensor in flat([*args, *kwargs.values()])),
        words=tuple(word for word, value in [(None, args), *kwargs.items()] for _ in flat(value)),
        masks=tuple(masks),
        outputs={port: tuple(tensor.shape) for port, tensor in enumerate(node.outputs)},
        scope=place.steps,
        params=facts["params"],
    )
    tensors.update((id(tensor), (found_id, port)) for port, tensor in enumerate(node.outputs))


def model_inputs(graph: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
    """Return the tensors that a nested model is called with, in the order of its inputs."""
    first = args[0] if len(args) == 1 else list(args)
    names = [history(tensor).operation.name for _, tensor in named(inputs_of(graph))]
    if isinstance(first, dict) and set(first) == set(names):
        first = [first[name] for name in names]
    return [tensor for _, tensor in named([first, dict(kwargs)])]


def walk_row(walk: Walk, model: Any) -> tuple[list[tuple[str, str]], list[tuple[str, Source]]]:
    """Collect the layers of a Sequential model that was never built: nothing is known of sizes."""
    config = {"name": "input", "batch_shape": None}
    walk.calls["input"] = Call("input", "input", "input", "InputLayer", "keras.layers", config)
    before = "input"
    for layer in model.layers:
        facts = facts_of(walk, layer)
        walk.calls[layer.name] = Call(
            id=layer.name,
            key=layer.name,
            name=layer.name,
            class_name=facts["class_name"],
            module=facts["module"],
            config=facts["config"],
            sources=((before, 0),),
        )
        before = layer.name
    return [("input", "input")], [(before, (before, 0))]


# Facts of one layer or operation, and the tensors among what it is called with.


def facts_of(walk: Walk, operation: Any) -> dict[str, Any]:
    """Return class, module, configuration and parameters of a layer, asked for once."""
    if id(operation) in walk.facts:
        return walk.facts[id(operation)]
    data = described(operation)
    module = data.get("module")
    config = data.get("config")
    facts = {
        "class_name": data.get("class_name", type(operation).__name__),
        "module": module,
        "config": tidy(config) if isinstance(config, dict) else {},
        "operation": not hasattr(operation, "count_params"),
        "params": params_of(operation),
    }
    walk.facts[id(operation)] = facts
    return facts


def described(operation: Any) -> dict[str, Any]:
    """Return what Keras would save of a layer; its class alone where it cannot be saved."""
    said = said_of(operation)
    if said is not None:
        return {**said.described, "config": {**said.described["config"], "name": operation.name}}
    import keras

    try:
        data = keras.saving.serialize_keras_object(operation)
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        # A layer of the user's own that cannot be saved can still be drawn.
        return {"class_name": type(operation).__name__, "config": {"name": operation.name}}
    return data if isinstance(data, dict) else {}


def serialized(values: list[Any]) -> list[Any]:
    """Return arguments as Keras would save them."""
    import keras

    return list(keras.saving.serialize_keras_object(values))


def params_of(operation: Any) -> int | None:
    """Return the number of parameters that a layer says it has."""
    if not hasattr(operation, "count_params"):
        return 0
    return int(operation.count_params()) if operation.built else None


def numbered(name: str, call: int) -> str:
    """Return the id of a call, counted from 0."""
    return f"{name}@{call + 1}" if call else name


def named(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield tensors with the names of their ports, dictionaries in the order of their keys."""
    if is_tensor(value):
        yield key or history(value).operation.name, value
    elif isinstance(value, Mapping):
        for item in sorted(value):
            yield from named(value[item], item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from named(item, key)
