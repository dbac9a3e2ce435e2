"""Calls of layers → Network: order, liveness, shapes and parameters, the same for every reader.

Requires: every source of a call names another call of the mapping.
Ensures: the layers stand in a topological order that depends on the graph alone (depth first from
the outputs, inputs in their order), so two readers of one model give the same value; every layer
leads to an output; edges are ordered by target and input number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from net2fig.errors import ModelError, Notice
from net2fig.network import Edge, Layer, Network, Port, Shape
from net2fig.rules.nested import depth
from net2fig.rules.params import count
from net2fig.rules.shapes import SEVERAL, infer, merged

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

LAYER_LIMIT = 200_000
"""More calls than this are refused."""

PARAMETERS = {"query": 0, "value": 1, "key": 2}
"""Parameters that are commonly passed by keyword and in any order; the rules know this one."""

WRAPPER = "TimeDistributed"
"""What may hold a model."""

NAMED = 5
"""How many layers a notice names."""

LOSSES = frozenset({"AddLoss", "AddMetric"})
"""Classes of Keras 2 that stand in a graph for what is trained on, not for what is computed."""

SPEAKING = ("loss", "metric")
"""Words in the name of an output that make it doubtful."""

Source = tuple[str, int]
"""The tensor that a call returned: the call's id and which of its tensors."""


class Call(Struct, frozen=True):
    """One call of a layer as a reader found it.

    `key` is the same for every call of one layer. `words` are the keywords that the sources were
    passed by. `masks` are tensors that say which steps count; no edge is drawn for them.
    `outputs` holds the shapes that the source states, by tensor. `params` is what it states, None
    where the rules shall say it.
    """

    id: str
    key: str
    name: str
    class_name: str
    module: str | None
    config: Mapping[str, Any]
    sources: tuple[Source, ...] = ()
    words: tuple[str | None, ...] = ()
    masks: tuple[Source, ...] = ()
    outputs: dict[int, Shape] = field(default_factory=dict)
    scope: tuple[str, ...] = ()
    params: int | None = None

    @property
    def is_input(self) -> bool:
        """Whether the call stands for an input of the network."""
        return self.class_name == "InputLayer"

    @property
    def is_operation(self) -> bool:
        """Whether this is an operation on tensors and no layer: its module says so."""
        return ".ops." in f".{self.module or ''}."


def assemble(
    name: str,
    calls: Mapping[str, Call],
    inputs: Sequence[tuple[str, str]],
    outputs: Sequence[tuple[str, Source]],
    *,
    source: str,
    reader: str,
    notices: Sequence[Notice] = (),
    given_shapes: Sequence[InputShape] = (),
) -> Network:
    """Return the network that the calls make up; `inputs` and `outputs` name its ports.

    `given_shapes` are what the author said of inputs that the model leaves open.
    """
    if len(calls) > LAYER_LIMIT:
        message = f"unsupported model: {len(calls)} layers in {source} (at most {LAYER_LIMIT})"
        raise ModelError(message)
    if given_shapes:
        # Most models say what goes in: they are read without these rules.
        from net2fig.read.given_shapes import with_given

        calls = with_given(calls, inputs, given_shapes)
    order = ordered(calls, [tensor for _, (tensor, _) in outputs], source)
    goals = [source for _, source in outputs]
    shapes = shaped([calls[id] for id in order], goals, again=bool(given_shapes))
    uses = Counter(calls[id].key for id in order)
    network = Network(
        name=name,
        layers=tuple(layer_of(calls[id], shapes, uses) for id in order),
        edges=tuple(
            Edge(source_id, id, source_port, port)
            for id in order
            for port, (source_id, source_port) in enumerate(calls[id].sources)
        ),
        inputs=tuple(Port(port, id) for port, id in inputs if id in shapes),
        outputs=tuple(Port(port, id, tensor) for port, (id, tensor) in outputs),
        source=source,
        reader=reader,
        notices=(*notices, *advice(calls, inputs, shapes)),
    )
    network = replace(network, notices=(*network.notices, *doubts(network)))
    if all(layer.class_name == "InputLayer" for layer in network.layers):
        message = f"missing layers: the model {network.name!r} in {source} has none"
        raise ModelError(message, hint="nothing stands between what goes in and what comes out")
    if not depth.get() and any(call.class_name == WRAPPER for call in calls.values()):
        # Few models have one: the others are read without the module.
        from net2fig.read.keras.unwrap import unwrapped

        return unwrapped(network)
    return network


def ordered(calls: Mapping[str, Call], goals: Sequence[str], source: str) -> list[str]:
    """Return the ids of the calls that lead to `goals`, each after all that it needs."""
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
    # `ring` runs against the data, from what needs to what is needed.
    shown = [*reversed(ring[:NAMED])]
    names = " → ".join(repr(id) for id in [*shown, shown[0]])
    return ModelError(
        f"invalid model: its layers form a cycle, {names}, in {source}",
        hint="a layer cannot use its own output; save the model again",
    )


def shaped(
    calls: Sequence[Call], goals: Sequence[Source], *, again: bool = False
) -> dict[str, tuple[Shape | None, ...]]:
    """Return the shapes of all outputs, stated ones first, the others by the rules of shapes.py.

    Layers of a nested model are stated for the nested model alone, often without height and
    width: there the rules fill in what the outer network knows. With `again` everywhere: more is
    known of the inputs than the model says.
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
            not (call.scope or again) or all(None not in shape[1:] for shape in stated.values())
        )
        found: Sequence[Shape | None] = ()
        if not complete or call.class_name in SEVERAL:
            into = given(call, shapes)
            found = infer(call.class_name, call.config, into, operation=call.is_operation)
        shapes[call.id] = tuple(
            merged(stated.get(port), get(found, port)) for port in range(max(number, len(found)))
        )
    return shapes


def given(call: Call, shapes: Mapping[str, tuple[Shape | None, ...]]) -> list[Shape | None]:
    """Return the shapes that come in, in the order of the parameters of an attention layer."""
    into = [get(shapes[id], port) for id, port in call.sources]
    if any(word in PARAMETERS for word in call.words):
        places = [PARAMETERS.get(word or "", -1) for word in call.words]
        into = [shape for _, shape in sorted(zip(places, into, strict=True), key=lambda it: it[0])]
    return into


def get(shapes: Sequence[Shape | None], port: int) -> Shape | None:
    """Return the shape of a port, None where there is none."""
    return shapes[port] if port < len(shapes) else None


def layer_of(
    call: Call, shapes: Mapping[str, tuple[Shape | None, ...]], uses: Mapping[str, int]
) -> Layer:
    """Return the layer that a call becomes."""
    into = given(call, shapes)
    params = call.params
    if params is None:
        params = 0 if call.is_operation else count(call.class_name, call.config, into)
    return Layer(
        id=call.id,
        name=call.name,
        class_name=call.class_name,
        module=call.module,
        config=call.config,
        outputs=shapes[call.id],
        params=params,
        scope=call.scope,
        shared=uses[call.key] > 1,
    )


# What the author should know, the same for every reader.


def listed(names: Iterable[str]) -> str:
    """Return names as they stand in a notice.

    >>> listed("abcdefg")
    "'a', 'b', 'c', 'd', 'e' and 2 more"
    """
    every = list(names)
    more = f" and {len(every) - NAMED} more" if len(every) > NAMED else ""
    return ", ".join(map(repr, every[:NAMED])) + more


# Before the network is put together: what does not get into it.


def advice(
    calls: Mapping[str, Call], inputs: Sequence[tuple[str, str]], alive: Mapping[str, Any]
) -> Iterator[Notice]:
    """Yield what is to be said of open inputs and of calls that lead to no output."""
    if not all(calls[id].outputs for _, id in inputs):
        text = "the shape of the input is not known: the model was never built"
        yield Notice("unknown-shape", f"{text}; say it: --input-shape")
    dead = [id for id in calls if id not in alive]
    if not dead:
        return
    masking = only_for([id for call in calls.values() for id, _ in call.masks], calls, alive)
    masking = {id for id in masking if calls[id].is_operation}
    losses = [id for id in dead if calls[id].class_name in LOSSES]
    trained = {*losses, *only_for(losses, calls, alive)} - masking
    left = [id for id in dead if id not in masking and id not in trained]
    if trained:
        names = listed(id for id in dead if id in trained)
        yield Notice("loss-left-out", f"left out what only computes a loss or a metric: {names}")
    if left:
        yield Notice("dead-layer", f"left out what leads to no output: {listed(left)}")


def only_for(ends: Iterable[str], calls: Mapping[str, Call], alive: Mapping[str, Any]) -> set[str]:
    """Return the calls that some calls need, these included, and no output does."""
    found: set[str] = set()
    stack = [id for id in ends if id not in alive]
    while stack:
        id = stack.pop()
        if id not in found:
            found.add(id)
            stack.extend(near for near, _ in calls[id].sources if near not in alive)
    return found


# Of the finished network: what may not be what the author meant.


def doubts(network: Network) -> Iterator[Notice]:
    """Yield what is to be said of outputs that look like losses, and of layers used again."""
    for port in network.outputs:
        layer = network[port.layer]
        why = doubtful(layer, layer.outputs[port.tensor])
        if why:
            yield Notice(
                "loss-output",
                f"the output {port.name!r} looks like a loss or a metric, {why}: "
                "name the model that ends before it",
            )
    if any(None in layer.outputs for layer in network.layers):
        # Most models are known to the end.
        from net2fig.read.given_shapes import untold

        notice = untold(network)
        if notice is not None:
            yield notice
    names = shared_names(network)
    if names:
        yield Notice("shared-layer", f"used more than once, with the same weights: {listed(names)}")


def doubtful(layer: Layer, shape: Sequence[int | None] | None) -> str:
    """Return why an output is no result of a network; empty where it may be one."""
    if shape == ():
        return "one number for a whole batch"
    if shape is not None and len(shape) > 1 and shape[-1] != 1:
        # A softmax that is called "loss" is none: a loss is one number for each sample.
        return ""
    words = f"{layer.name} {layer.class_name}".lower()
    return next((f"as {layer.name!r} is called" for word in SPEAKING if word in words), "")


def shared_names(network: Network) -> list[str]:
    """Return the names of what is used again and has weights: of the outermost model, or a layer.

    A call of a model after the first is numbered in the scopes of its layers: `encoder@2`.
    """
    scopes = dict.fromkeys(layer.scope for layer in network.layers)
    again = {
        tuple(step.partition("@")[0] for step in scope[: depth + 1])
        for scope in scopes
        for depth, name in enumerate(scope)
        if "@" in name
    }
    found: dict[str, None] = {}
    for layer in network.layers:
        if layer.shared and layer.params != 0:
            path = tuple(step.partition("@")[0] for step in layer.scope)
            depths = range(1, len(path) + 1)
            held = next((path[:depth] for depth in depths if path[:depth] in again), None)
            found["/".join(held or (*path, layer.name))] = None
    return list(found)
