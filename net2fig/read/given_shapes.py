"""The shapes that the author says of the inputs, where the model leaves them open.

Of a layer without a rule (a Lambda, a class of one's own) they may be said as well, by its name.

Requires: the calls of a network, its inputs in their order, shapes by name or in that order.
Ensures: calls whose inputs have the axes that were said; what a model says itself is not changed,
and an error tells where the two contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from net2fig.errors import Notice, UsageError, one_of, suggestion
from net2fig.rules.params import UNKNOWN
from net2fig.rules.shapes import has_rule

if TYPE_CHECKING:
    from net2fig.network import Network
    from net2fig.options.input_shapes import InputShape
    from net2fig.read.calls import Call

OPTION = "--input-shape"

NAMED = 3
"""How many layers a notice names."""


def by_input(
    shapes: Sequence[InputShape], names: Sequence[str], others: Sequence[str] = ()
) -> dict[str, InputShape]:
    """Return the shape of each input that one was said of, and of each of the `others`."""
    found: dict[str, InputShape] = {}
    for shape in shapes:
        if shape.name is not None:
            if shape.name not in names and shape.name not in others:
                choices = [*names, *others[:NAMED]]
                message = f"unknown input: {shape.name!r} in {OPTION} {one_of(choices)}"
                raise UsageError(message, hint=suggestion(shape.name, choices))
            found[shape.name] = shape
    free = [name for name in names if name not in found]
    unnamed = [shape for shape in shapes if shape.name is None]
    if len(unnamed) > len(free):
        count = f"{len(names)} input{'' if len(names) == 1 else 's'}"
        raise UsageError(
            f"invalid input shape: {unnamed[len(free)]!s} in {OPTION}"
            f" (the model has {count}: {', '.join(map(repr, names))})"
        )
    return found | dict(zip(free, unnamed, strict=False))


def with_given(
    calls: Mapping[str, Call], inputs: Sequence[tuple[str, str]], shapes: Sequence[InputShape]
) -> dict[str, Call]:
    """Return the calls, those of the inputs with the shapes that were said."""
    changed = dict(calls)
    ids = dict(inputs)
    others = [id for id, call in calls.items() if may_be_said(call)]
    for name, shape in by_input(shapes, list(ids), others).items():
        call = calls[ids.get(name, name)]
        own = call.outputs.get(0)
        if own is None:
            full: tuple[int | None, ...] = (None, *shape.axes)
        elif fits(own[1:], shape.axes):
            axes = zip(own[1:], shape.axes, strict=True)
            full = (own[0], *(said if axis is None else axis for axis, said in axes))
        else:
            text = "x".join("?" if axis is None else str(axis) for axis in own[1:])
            raise UsageError(
                f"invalid input shape: {shape!s} in {OPTION} (the model says {text} of {name!r})",
                hint="only axes that the model leaves open can be said",
            )
        config = {**call.config, "batch_shape": list(full)} if name in ids else call.config
        changed[call.id] = replace(call, config=config, outputs={**call.outputs, 0: full})
    return changed


def may_be_said(call: Call) -> bool:
    """Tell whether what a layer returns is known to the author alone."""
    unruled = call.op in UNKNOWN or not has_rule(call.op)
    return not (call.is_input or call.is_operation or call.outputs) and unruled


def untold(network: Network) -> Notice | None:
    """Return what is to be said of layers whose shape nobody knows though that of their input is.

    >>> from net2fig.network import Network
    >>> untold(Network("n", (), (), (), ()))
    """
    lost = {layer.id for layer in network.layers if layer.output is None}
    later = {edge.target for edge in network.edges if edge.source in lost}
    fed = {edge.target for edge in network.edges}
    first = [layer for layer in network.layers if layer.id in (lost & fed) - later]
    if not first:
        return None
    names = ", ".join(f"{layer.id!r} ({layer.class_name})" for layer in first[:NAMED])
    more = f" and {len(first) - NAMED} more" if len(first) > NAMED else ""
    text = f"the shape is not known of what is returned by {names}{more}"
    return Notice("unknown-shape", f"{text}; say it: {OPTION} {first[0].id}=…")


def fits(own: Sequence[int | None], said: Sequence[int | None]) -> bool:
    """Tell whether two shapes agree where both know an axis.

    >>> fits((None, None, 3), (224, 224, None)), fits((28, 28), (28, 28, 1))
    (True, False)
    """
    return len(own) == len(said) and all(
        axis is None or other is None or axis == other
        for axis, other in zip(own, said, strict=True)
    )
