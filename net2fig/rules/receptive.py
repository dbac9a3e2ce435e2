"""Computes the receptive field: the input that one place of the last feature maps depends on.

Requires: a network. Windows with "same" padding depend on the size of their input; if it is
unknown, the usual position is assumed.
Ensures: for each axis the greatest extent over all local maps; `WHOLE` if a map depends on
everything (attention, recurrence, gates from global pooling); None if a layer has no rule. Global
pooling and dense layers after the maps do not count.
"""

from __future__ import annotations

from collections.abc import Sequence

from net2fig.attributes import Attributes, NoRule, attributes_of
from net2fig.network import Layer, Network, Shape
from net2fig.rules.receptive_axis import ReceptiveAxis, merge_axes
from net2fig.rules.receptive_rules import BY_KIND, POOLED, RULES, WHOLE, Input, State
from net2fig.rules.shapes import find_kind

Field = tuple[int, ...]

MIXING = frozenset({"attention", "recurrent"})
"""Kinds whose layers mix all places."""
JOINING = frozenset({"merge"})
BEGINNING = frozenset({"input"})


def receptive_field(network: Network) -> Field | str | None:
    """Return the receptive field of a network, along each axis of its input."""
    states: dict[str, State] = {}
    into: dict[str, list[Input]] = {}
    by_target: dict[str, list[tuple[str, Shape | None, str]]] = {}
    for edge in network.edges:
        source = (edge.source, network.shape(edge), network.axes(edge))
        by_target.setdefault(edge.target, []).append(source)
    for layer in network.layers:
        into[layer.id] = [
            Input(states[id], shape, axes) for id, shape, axes in by_target.get(layer.id, ())
        ]
        states[layer.id] = _state(layer, into[layer.id])
    met = states.values()
    if WHOLE in met:
        return WHOLE
    if None in met:
        return None
    maps = [state for state in met if isinstance(state, tuple)]
    if not maps:
        return WHOLE
    most = max(len(state) for state in maps)
    return tuple(
        max(state[axis].width for state in maps if len(state) > axis) for axis in range(most)
    )


def _state(layer: Layer, inputs: Sequence[Input]) -> State:
    """Return the receptive field of a layer's output."""
    if not inputs:
        axes = layer.extent()
        return tuple(ReceptiveAxis() for _ in axes.spatial) if axes and axes.spatial else POOLED
    at = attributes_of(layer)
    inside = at.wraps
    kind = find_kind(layer.op if inside is None else inside.op)
    states = [each.state for each in inputs]
    if WHOLE in states or kind in MIXING:
        return WHOLE
    if None in states:
        return None
    if kind in JOINING or len(states) > 1:
        return _joined(at, states, inputs[0])
    rule = RULES.get(layer.op) or (None if "wraps" in at else BY_KIND.get(kind or ""))
    if rule is None:
        # A layer without a rule that keeps the shape may still mix places.
        return POOLED if states[0] == POOLED else None
    try:
        return rule(at, inputs[0], layer.extent())
    except NoRule:
        return None


def has_rule(op: str) -> bool:
    """Tell whether the receptive field of an operation is known."""
    kind = find_kind(op) or ""
    return op in RULES or kind in {*BY_KIND, *MIXING, *JOINING, *BEGINNING}


def _joined(at: Attributes, states: Sequence[State], first: Input) -> State:
    """Return the receptive field of a merge: with a globally pooled input it is everything."""
    maps = [state for state in states if isinstance(state, tuple)]
    if len(maps) < len(states):
        return WHOLE if maps else POOLED
    axis = at.get("axis")
    if isinstance(axis, int) and first.shape and axis % len(first.shape) != first.feature_axis:
        return None
    if len({len(each) for each in maps}) > 1:
        return None
    try:
        return tuple(merge_axes(each) for each in zip(*maps, strict=True))
    except NoRule:
        return None
