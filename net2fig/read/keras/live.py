"""A Keras model in memory → Network, by walking its operations, nodes and tensors.

Nothing is saved meanwhile, so that this reader can verify the one for files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from net2fig.errors import Notice
from net2fig.network import Network, Shape, Step
from net2fig.read.assemble import assemble
from net2fig.read.calls import ATTENTION_MASK, Call, CallOutput, get_call_flags
from net2fig.read.keras.architecture import MASKS, make_nested_reader, read_wrapped_model
from net2fig.read.keras.custom.sizes import take_size_arguments
from net2fig.read.keras.facts import find_facts
from net2fig.read.keras.remake import get_line
from net2fig.read.keras.symbolic import get_shape, is_tensor, iterate_tensors
from net2fig.read.keras.tf_functions import get_function_call
from net2fig.read.keras.trace import (
    Steps,
    get_calls,
    get_history,
    trace_layer,
    trace_model,
)
from net2fig.read.keras.trace_inputs import OPEN_BATCH, OPEN_SIZE
from net2fig.read.keras.unwrap import unwrap_models
from net2fig.read.plain_json import find_constants, parse_name
from net2fig.rules.shapes import fill_unknown_axes

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

# Keras has no public way to walk its graph. These, and two in trace.py, are the only private names
# in use.
get_inputs = attrgetter("_inputs_struct")
get_outputs = attrgetter("_outputs_struct")
get_nodes = attrgetter("_nodes_by_depth")


KERAS = ("keras.src.", "keras.models", "tf_keras.src.", "keras.engine.")
"""Prefixes of the modules that define the class `Model`, by version."""


def is_keras2(model: Any) -> bool:
    """Tell whether a model is one of Keras 2, by the module of its class `Model`."""
    return any(
        base.__name__ == "Model" and ".engine." in base.__module__ for base in type(model).__mro__
    )


def is_keras_model(value: Any) -> bool:
    """Tell whether a value is a model of Keras 2 or 3, without importing Keras."""
    return any(
        base.__name__ == "Model" and base.__module__.startswith(KERAS)
        for base in type(value).__mro__
    )


class LiveCollector(Struct):
    """The calls collected so far, with the facts and the places of layers."""

    calls: dict[str, Call] = field(default_factory=dict)
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    places: dict[int, tuple[Steps, int]] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    distinct: dict[int, str] = field(default_factory=dict)
    sized: set[int] = field(default_factory=set)

    def locate(self, node: Any, graph_nodes: set[int], nesting: Nesting) -> tuple[Nesting, int]:
        """Return the nesting of a call, and its number among the calls of its layer, from 0."""
        if id(node) in self.places:
            steps, call = self.places[id(node)]
            for name, number in steps:
                nesting = nesting.enter(name, number)
            return nesting, call
        calls = [id(other) for other in get_calls(node.operation) if id(other) in graph_nodes]
        return nesting, calls.index(id(node))

    def open_layer(self, operation: Any, args: Any, kwargs: Any) -> Any:
        """Return the graph of a custom layer that contains others; None for any other layer."""
        traced = (
            trace_layer(operation, args, kwargs) if get_function_call(operation) is None else None
        )
        if traced is None:
            return None
        graph, trace = traced
        self.places |= trace.places
        self.names |= trace.names
        self.distinct |= trace.distinct
        self.sized |= set(trace.places) if trace.is_sized else set()
        return graph

    def list_shapes(self, node: Any) -> dict[int, Shape]:
        """Return the shapes of the tensors that a call returns, as far as they are known."""
        known = {port: get_shape(each) for port, each in enumerate(node.outputs)}
        sized = id(node) in self.sized
        return {
            port: self.open_axes(shape) if sized else shape
            for port, shape in known.items()
            if shape is not None
        }

    def open_axes(self, shape: Shape) -> Shape:
        """Return a shape with its open axes open."""
        batch, *axes = shape or (None,)
        first = None if batch in (OPEN_BATCH, OPEN_SIZE) else batch
        return (first, *(None if axis == OPEN_SIZE else axis for axis in axes))


class Nesting(Struct, frozen=True):
    """The models and layers that contain a call."""

    path: str = ""
    key: str = ""
    steps: tuple[Step, ...] = ()

    def enter(self, name: str, call: int, class_name: str = "") -> Nesting:
        """Return the nesting inside a call of a nested model."""
        step = Step(name, class_name, call + 1)
        return Nesting(f"{self.path}{step.id}/", f"{self.key}{name}/", (*self.steps, step))


def read_live(
    model: Any, *, source: str = "", reader: str = "live", shapes: Sequence[InputShape] = ()
) -> Network:
    """Return the network of a Keras model, with the given shapes for open inputs."""
    if is_keras2(model):
        from net2fig.read.keras.keras2 import read_keras2

        source = source or parse_name(model.name, "model")
        return read_keras2(model, source=source, reader=reader, shapes=shapes)
    collector = LiveCollector()
    graph = graph_of(model)
    outer_tensors = shapes
    if graph is None and hasattr(model, "layers") and is_sequential(model):
        inputs, outputs = collect_sequential(collector, model)
    else:
        if graph is None:
            graph, trace = trace_model(model, shapes)
            collector.places, collector.names = trace.places, trace.names
            collector.notices += [Notice("drawn-whole", text) for text in trace.unopened.values()]
            outer_tensors = ()
        sources = collect_graph(collector, graph, Nesting(), None)
        inputs = [
            (port, get_history(tensor).operation.name)
            for port, tensor in iterate_ports(get_inputs(graph))
        ]
        ports = [port for port, _ in iterate_ports(get_outputs(graph))]
        outputs = list(zip(ports, sources, strict=True))
    network = assemble(
        parse_name(model.name, "model"),
        collector.calls,
        inputs,
        outputs,
        source=source or parse_name(model.name, "model"),
        reader=reader,
        notices=collector.notices,
        given_shapes=outer_tensors,
        read_nested=make_nested_reader(),
    )
    return unwrap_models(network, read_wrapped_model)


def is_sequential(model: Any) -> bool:
    """Tell whether a layer is a Sequential model."""
    import keras

    return isinstance(model, keras.Sequential)


def graph_of(model: Any) -> Any:
    """Return the functional model with the graph of a model; None if it has no graph."""
    inner = getattr(model, "_functional", None)
    if inner is not None:
        return inner
    return model if hasattr(model, "_nodes_by_depth") else None


# Graphs, in the order of Keras' node depths.


def collect_graph(
    collector: LiveCollector,
    graph: Any,
    nesting: Nesting,
    outer_tensors: Sequence[CallOutput] | None,
) -> list[CallOutput]:
    """Collect the calls of a graph; return the sources of its outputs.

    `outer_tensors` replace the inputs of a nested model; None for the outermost model.
    """
    tensors: dict[int, CallOutput] = {}
    if outer_tensors is not None:
        inputs = [tensor for _, tensor in iterate_ports(get_inputs(graph))]
        tensors.update((id(t), source) for t, source in zip(inputs, outer_tensors, strict=True))
    by_depth = get_nodes(graph)
    graph_nodes = {id(node) for nodes in by_depth.values() for node in nodes}
    for depth in sorted(by_depth, reverse=True):
        for node in by_depth[depth]:
            if outer_tensors is not None and node.is_input:
                continue
            collect_node(collector, node, graph_nodes, nesting, tensors)
    return [tensors[id(tensor)] for _, tensor in iterate_ports(get_outputs(graph))]


def collect_node(
    collector: LiveCollector,
    node: Any,
    graph_nodes: set[int],
    nesting: Nesting,
    tensors: dict[int, CallOutput],
) -> None:
    """Collect one call of a layer or of a nested model, and record the tensors that it returns."""
    operation = node.operation
    nesting, call = collector.locate(node, graph_nodes, nesting)
    function_call = get_function_call(operation) or node.arguments
    args, kwargs = function_call.args, dict(function_call.kwargs)
    stated = {key: kwargs[key] for key in kwargs if key not in MASKS or key == ATTENTION_MASK}
    masks = [
        tensors[id(t)] for key in MASKS & set(kwargs) for t in iterate_tensors(kwargs.pop(key))
    ]
    masks += [tensors[id(t)] for t in iterate_tensors(getattr(function_call, "sizes", []))]
    graph = graph_of(operation)
    if graph is not None:
        outer_tensors = model_inputs(graph, args, kwargs)
    else:
        # A layer that is opened may hand its mask on.
        graph, outer_tensors = (
            collector.open_layer(operation, args, stated),
            list(iterate_tensors([args, stated])),
        )
    if graph is not None and len([*iterate_ports(get_outputs(graph))]) == len(node.outputs):
        inputs = [tensors[id(tensor)] for tensor in outer_tensors]
        name = collector.names.get(id(operation), operation.name)
        inner = nesting.enter(name, call, type(operation).__name__)
        collect_nested(collector, node, graph, inner, inputs, tensors)
        return
    args, kwargs, sizes = take_size_arguments(operation, args, kwargs)
    masks += [tensors[id(t)] for t in iterate_tensors(sizes)]
    key = f"{nesting.key}{collector.distinct.get(id(operation), operation.name)}"
    if id(node) in collector.places:
        # A model may hold a shared layer at several places.
        key = collector.keys.setdefault(id(operation), key)
    call_id = f"{nesting.path}{make_call_id(operation.name, call)}"
    facts = find_facts(collector.facts, operation)
    config = {**facts["config"], **get_call_flags(stated)}
    if facts["operation"]:
        constants = find_constants(serialize_all([*args, *kwargs.values()]))
        config = config if constants is None else {**config, "args": constants}
    collector.calls[call_id] = Call(
        id=call_id,
        key=key,
        name=parse_name(operation.name, "layer"),
        class_name=facts["class_name"],
        module=facts["module"],
        config=config,
        sources=tuple(tensors[id(tensor)] for tensor in iterate_tensors([*args, *kwargs.values()])),
        words=tuple(
            word for word, value in [(None, args), *kwargs.items()] for _ in iterate_tensors(value)
        ),
        masks=tuple(masks),
        outputs=collector.list_shapes(node),
        scope=nesting.steps,
        params=facts["params"],
        stated_op=facts["op"],
        line=get_line(operation),
    )
    tensors.update((id(tensor), (call_id, port)) for port, tensor in enumerate(node.outputs))


def collect_nested(
    collector: LiveCollector,
    node: Any,
    graph: Any,
    nesting: Nesting,
    inputs: list[CallOutput],
    tensors: dict[int, CallOutput],
) -> None:
    """Collect the calls of a nested model, and record the tensors that it returns."""
    sources = collect_graph(collector, graph, nesting, inputs)
    for tensor, (source, port) in zip(node.outputs, sources, strict=True):
        tensors[id(tensor)] = (source, port)
        # The outer model may know more of the shape than the nested one.
        outputs = collector.calls[source].outputs
        shape = get_shape(tensor)
        if shape is not None:
            outputs[port] = fill_unknown_axes(outputs.get(port), shape) or shape


def model_inputs(graph: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
    """Return the tensors that a nested model is called with, in the order of its inputs."""
    first = args[0] if len(args) == 1 else list(args)
    names = [get_history(tensor).operation.name for _, tensor in iterate_ports(get_inputs(graph))]
    if isinstance(first, dict) and set(first) == set(names):
        first = [first[name] for name in names]
    return [tensor for _, tensor in iterate_ports([first, dict(kwargs)])]


def collect_sequential(
    collector: LiveCollector, model: Any
) -> tuple[list[tuple[str, str]], list[tuple[str, CallOutput]]]:
    """Collect the layers of a Sequential model that was never built, without shapes."""
    config = {"name": "input", "batch_shape": None}
    collector.calls["input"] = Call("input", "input", "input", "InputLayer", "keras.layers", config)
    previous = "input"
    for layer in model.layers:
        facts = find_facts(collector.facts, layer)
        collector.calls[layer.name] = Call(
            id=layer.name,
            key=layer.name,
            name=layer.name,
            class_name=facts["class_name"],
            module=facts["module"],
            config=facts["config"],
            sources=((previous, 0),),
        )
        previous = layer.name
    return [("input", "input")], [(previous, (previous, 0))]


# Tensors among arguments.


def serialize_all(values: list[Any]) -> list[Any]:
    """Return arguments as Keras saves them."""
    import keras

    return list(keras.saving.serialize_keras_object(values))


def make_call_id(name: str, call: int) -> str:
    """Return the id of a call, whose number counts from 0."""
    return f"{name}@{call + 1}" if call else name


def iterate_ports(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield tensors with the names of their ports, those of dictionaries sorted by key."""
    if is_tensor(value):
        yield key or get_history(value).operation.name, value
    elif isinstance(value, Mapping):
        for item in sorted(value):
            yield from iterate_ports(value[item], item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from iterate_ports(item, key)
