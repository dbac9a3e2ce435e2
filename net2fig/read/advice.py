"""Notices about a network: omitted layers, and results that the author may not intend.

They are the same for every reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from net2fig.errors import Notice
from net2fig.network import Layer, Network
from net2fig.read.calls import Call, list_names

LOSSES = frozenset({"AddLoss", "AddMetric"})
"""Classes of Keras 2 that add losses and metrics to a graph."""

LOSS_WORDS = ("loss", "metric")
"""Words in the name of an output that suggest a loss."""

# Before assembly: omitted calls.


def find_call_notices(
    calls: Mapping[str, Call], inputs: Sequence[tuple[str, str]], alive: Mapping[str, Any]
) -> Iterator[Notice]:
    """Yield notices about open inputs and about calls that lead to no output."""
    if not all(calls[id].outputs for _, id in inputs):
        text = "the shape of the input is not known: the model was never built"
        yield Notice("unknown-shape", f"{text}; give it with --input-shape")
    dead = [id for id in calls if id not in alive]
    if not dead:
        return
    masking = find_exclusive_calls(
        [id for call in calls.values() for id, _ in call.masks], calls, alive
    )
    masking = {id for id in masking if calls[id].is_operation}
    losses = [id for id in dead if calls[id].class_name in LOSSES]
    losses_only = {*losses, *find_exclusive_calls(losses, calls, alive)} - masking
    dropped = [id for id in dead if id not in masking and id not in losses_only]
    if losses_only:
        names = list_names(id for id in dead if id in losses_only)
        yield Notice(
            "loss-left-out", f"left out layers that only compute a loss or a metric: {names}"
        )
    if dropped:
        yield Notice("dead-layer", f"left out layers that lead to no output: {list_names(dropped)}")


def find_exclusive_calls(
    ends: Iterable[str], calls: Mapping[str, Call], alive: Mapping[str, Any]
) -> set[str]:
    """Return the calls that `ends` need, with these, and that no output needs."""
    exclusive: set[str] = set()
    stack = [id for id in ends if id not in alive]
    while stack:
        id = stack.pop()
        if id not in exclusive:
            exclusive.add(id)
            stack.extend(near for near, _ in calls[id].sources if near not in alive)
    return exclusive


# After assembly: results that the author may not intend.


def find_network_notices(network: Network) -> Iterator[Notice]:
    """Yield notices about outputs that look like losses, and about layers that are used again."""
    for port in network.outputs:
        layer = network[port.layer]
        reason = explain_doubt(layer, layer.outputs[port.tensor])
        if reason:
            yield Notice(
                "loss-output",
                f"the output {port.name!r} looks like a loss or a metric, {reason}: "
                "name the model that ends before it",
            )
    if any(None in layer.outputs for layer in network.layers):
        # The shapes of most models are known.
        from net2fig.read.given_shapes import make_unknown_shape_notice

        notice = make_unknown_shape_notice(network)
        if notice is not None:
            yield notice
    names = find_shared_names(network)
    if names:
        yield Notice(
            "shared-layer", f"used more than once, with the same weights: {list_names(names)}"
        )


def explain_doubt(layer: Layer, shape: Sequence[int | None] | None) -> str:
    """Return why an output looks like a loss; empty if it does not."""
    if shape == ():
        return "one number for a whole batch"
    if shape is not None and len(shape) > 1 and shape[-1] != 1:
        # A softmax called "loss" is not a loss, which is one number for each sample.
        return ""
    text = f"{layer.name} {layer.class_name}".lower()
    return next((f"as {layer.name!r} is called" for word in LOSS_WORDS if word in text), "")


def find_shared_names(network: Network) -> list[str]:
    """Return the names of layers with weights that are used again, or of the models around them."""
    scopes = dict.fromkeys(layer.scope for layer in network.layers)
    repeated = {
        tuple(step.name for step in scope[: depth + 1])
        for scope in scopes
        for depth, last in enumerate(scope)
        if last.call > 1
    }
    names: dict[str, None] = {}
    for layer in network.layers:
        if layer.shared and layer.params != 0:
            path = layer.models
            depths = range(1, len(path) + 1)
            shared_path = next((path[:depth] for depth in depths if path[:depth] in repeated), None)
            names["/".join(shared_path or (*path, layer.name))] = None
    return list(names)
