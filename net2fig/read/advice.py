"""Notices about a network: what did not get into it, and what may not be what the author meant.

They are the same for every reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from net2fig.errors import Notice
from net2fig.network import Layer, Network
from net2fig.read.calls import Call, listed

LOSSES = frozenset({"AddLoss", "AddMetric"})
"""Classes of Keras 2 that stand in a graph for what is trained on, not for what is computed."""

SPEAKING = ("loss", "metric")
"""Words in the name of an output that make it doubtful."""

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
    """Return the names of layers with weights that are used again, or of the models around them."""
    scopes = dict.fromkeys(layer.scope for layer in network.layers)
    again = {
        tuple(step.name for step in scope[: depth + 1])
        for scope in scopes
        for depth, last in enumerate(scope)
        if last.call > 1
    }
    found: dict[str, None] = {}
    for layer in network.layers:
        if layer.shared and layer.params != 0:
            path = layer.models
            depths = range(1, len(path) + 1)
            held = next((path[:depth] for depth in depths if path[:depth] in again), None)
            found["/".join(held or (*path, layer.name))] = None
    return list(found)
