"""Calls of layers → Network: order, liveness, shapes and parameters, the same for every reader.

Requires: every source of a call names another call of the mapping.
Ensures: the layers stand in a topological order that depends on the graph alone (depth first from
the outputs, inputs in their order), so two readers of one model give the same value; every layer
leads to an output; edges are ordered by target and input number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from net2fig.attributes import Attributes, ReadNested, attributes_of
from net2fig.errors import ModelError, Notice
from net2fig.network import Edge, Layer, Network, Port, Shape
from net2fig.read.advice import find_call_notices, find_network_notices
from net2fig.read.axes import set_axes
from net2fig.read.calls import LAYER_LIMIT, MAX_NAMES, PARAMETERS, Call, CallOutput
from net2fig.rules.params import count
from net2fig.rules.shapes import MULTIPLE_OUTPUTS, fill_unknown_axes, infer

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape


def assemble(
    name: str,
    calls: Mapping[str, Call],
    inputs: Sequence[tuple[str, str]],
    outputs: Sequence[tuple[str, CallOutput]],
    *,
    source: str,
    reader: str,
    notices: Sequence[Notice] = (),
    given_shapes: Sequence[InputShape] = (),
    read_nested: ReadNested | None = None,
) -> Network:
    """Return the network that the calls make up; `inputs` and `outputs` name its ports.

    `given_shapes` are the user's shapes for inputs that the model leaves open. `read_nested`
    reads the models that stand inside of layers.
    """
    if len(calls) > LAYER_LIMIT:
        message = f"unsupported model: {len(calls)} layers in {source} (at most {LAYER_LIMIT})"
        raise ModelError(message)
    if given_shapes:
        # Most models state their input shapes and do not need these rules.
        from net2fig.read.given_shapes import set_input_shapes

        calls = set_input_shapes(calls, inputs, given_shapes)
    order = order_calls(calls, [tensor for _, (tensor, _) in outputs], source)
    goals = [source for _, source in outputs]
    alive = [calls[id] for id in order]
    known = {call.id: attributes_of(call, read_nested) for call in alive}
    shapes = infer_shapes(alive, known, goals, again=bool(given_shapes))
    weights = shared_weights(alive)
    network = Network(
        name=name,
        layers=tuple(make_layer(call, known[call.id], shapes, weights) for call in alive),
        edges=tuple(
            Edge(source_id, id, source_port, port)
            for id in order
            for port, (source_id, source_port) in enumerate(calls[id].sources)
        ),
        inputs=tuple(Port(port, id) for port, id in inputs if id in shapes),
        outputs=tuple(Port(port, id, tensor) for port, (id, tensor) in outputs),
        source=source,
        reader=reader,
        notices=(*notices, *find_call_notices(calls, inputs, shapes)),
        lines={call.id: call.line for call in alive if call.line},
    )
    network = set_axes(network)
    network = replace(network, notices=(*network.notices, *find_network_notices(network)))
    if all(layer.class_name == "InputLayer" for layer in network.layers):
        message = f"missing layers: the model {network.name!r} in {source} has none"
        raise ModelError(message, hint="its inputs are its outputs")
    return network


def shared_weights(calls: Sequence[Call]) -> dict[str, str]:
    """Return the id of the first call for each key that is called more than once."""
    uses = Counter(call.key for call in calls)
    first: dict[str, str] = {}
    for call in calls:
        if uses[call.key] > 1:
            first.setdefault(call.key, call.id)
    return first


def order_calls(calls: Mapping[str, Call], goals: Sequence[str], source: str) -> list[str]:
    """Return the ids of the calls that lead to `goals`, each after the calls that it needs."""
    order: list[str] = []
    done: set[str] = set()
    open_: dict[str, None] = {}
    stack = [(goal, False) for goal in reversed(goals)]
    while stack:
        id, leaving = stack.pop()
        if leaving:
            del open_[id]
            done.add(id)
            order.append(id)
            continue
        if id in done:
            continue
        if id in open_:
            ring = list(open_)
            raise cycle(ring[ring.index(id) :], source)
        open_[id] = None
        stack.append((id, True))
        stack.extend((near, False) for near, _ in reversed(calls[id].sources) if near not in done)
    return order


def cycle(ring: Sequence[str], source: str) -> ModelError:
    """Return the error for layers that wait for each other."""
    # `ring` goes against the data, from a layer to its inputs.
    shown = [*reversed(ring[:MAX_NAMES])]
    names = " → ".join(repr(id) for id in [*shown, shown[0]])
    return ModelError(
        f"invalid model: its layers form a cycle, {names}, in {source}",
        hint="a layer cannot use its own output; save the model again",
    )


def infer_shapes(
    calls: Sequence[Call],
    known: Mapping[str, Attributes],
    goals: Sequence[CallOutput],
    *,
    again: bool = False,
) -> dict[str, tuple[Shape | None, ...]]:
    """Return the shapes of all outputs, stated ones first, the others by the rules of shapes.py.

    Layers of a nested model are stated for the nested model alone, often without height and
    width: there the rules fill in what the outer network knows. With `again`, they do so
    everywhere, since more is known about the inputs than the model states.
    """
    shapes: dict[str, tuple[Shape | None, ...]] = {}
    used = Counter[str]()
    for sources in (goals, *(call.sources for call in calls)):
        for id, port in sources:
            used[id] = max(used[id], port + 1)
    for call in calls:
        stated = call.outputs
        number = max(used[call.id], 1 + max(stated, default=0))
        complete = len(stated) == number and (
            bool(call.axes)
            or not (call.scope or again)
            or all(None not in shape[1:] for shape in stated.values())
        )
        inferred: Sequence[Shape | None] = ()
        if not complete or (known[call.id].op in MULTIPLE_OUTPUTS and not call.axes):
            into = collect_input_shapes(call, shapes)
            inferred = infer(known[call.id], into)
        shapes[call.id] = tuple(
            fill_unknown_axes(stated.get(port), get_shape(inferred, port))
            for port in range(max(number, len(inferred)))
        )
    return shapes


def collect_input_shapes(
    call: Call, shapes: Mapping[str, tuple[Shape | None, ...]]
) -> list[Shape | None]:
    """Return the input shapes, in the order of the parameters of an attention layer."""
    into = [get_shape(shapes[id], port) for id, port in call.sources]
    if any(word in PARAMETERS for word in call.words):
        places = [PARAMETERS.get(word or "", -1) for word in call.words]
        into = [shape for _, shape in sorted(zip(places, into, strict=True), key=lambda it: it[0])]
    return into


def get_shape(shapes: Sequence[Shape | None], port: int) -> Shape | None:
    """Return the shape of a port; None if there is none."""
    return shapes[port] if port < len(shapes) else None


def make_layer(
    call: Call,
    at: Attributes,
    shapes: Mapping[str, tuple[Shape | None, ...]],
    weights: Mapping[str, str],
) -> Layer:
    """Return the layer of a call."""
    params = count(at, collect_input_shapes(call, shapes)) if call.params is None else call.params
    return Layer(
        id=call.id,
        name=call.name,
        class_name=call.class_name,
        module=call.module,
        config=call.config,
        outputs=shapes[call.id],
        params=params,
        scope=call.scope,
        weights=weights.get(call.key, ""),
        axes=call.axes,
        op=at.op,
    )
