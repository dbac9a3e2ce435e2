"""Sets the input shapes that the user gives for a model that leaves them open.

Shapes can also be given for layers without a rule (a Lambda, a custom class), by name.

Requires: the calls of a network, its inputs in order, shapes by name or in that order.
Ensures: inputs have the given axes. Axes that the model states are not changed; a contradiction is
an error.
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

MAX_NAMES = 3
"""The maximum number of layers in a notice."""


def match_shapes(
    shapes: Sequence[InputShape], names: Sequence[str], others: Sequence[str] = ()
) -> dict[str, InputShape]:
    """Return the given shape of each input, and of each of the `others`."""
    matched: dict[str, InputShape] = {}
    for shape in shapes:
        if shape.name is not None:
            if shape.name not in names and shape.name not in others:
                choices = [*names, *others[:MAX_NAMES]]
                message = f"unknown input: {shape.name!r} in {OPTION} {one_of(choices)}"
                raise UsageError(message, hint=suggestion(shape.name, choices))
            matched[shape.name] = shape
    free = [name for name in names if name not in matched]
    unnamed = [shape for shape in shapes if shape.name is None]
    if len(unnamed) > len(free):
        count = f"{len(names)} input{'' if len(names) == 1 else 's'}"
        raise UsageError(
            f"invalid input shape: {unnamed[len(free)]!s} in {OPTION}"
            f" (the model has {count}: {', '.join(map(repr, names))})"
        )
    return matched | dict(zip(free, unnamed, strict=False))


def set_input_shapes(
    calls: Mapping[str, Call], inputs: Sequence[tuple[str, str]], shapes: Sequence[InputShape]
) -> dict[str, Call]:
    """Return the calls with the given shapes for inputs."""
    changed = dict(calls)
    ids = dict(inputs)
    others = [id for id, call in calls.items() if accepts_shape(call)]
    for name, shape in match_shapes(shapes, list(ids), others).items():
        call = calls[ids.get(name, name)]
        stated = call.outputs.get(0)
        if stated is None:
            full: tuple[int | None, ...] = (None, *shape.axes)
        elif is_compatible(stated[1:], shape.axes):
            axes = zip(stated[1:], shape.axes, strict=True)
            full = (stated[0], *(size if axis is None else axis for axis, size in axes))
        else:
            text = "x".join("?" if axis is None else str(axis) for axis in stated[1:])
            raise UsageError(
                f"invalid input shape: {shape!s} in {OPTION} (the model has {text} for {name!r})",
                hint="only axes that the model leaves open can be given",
            )
        config = {**call.config, "batch_shape": list(full)} if name in ids else call.config
        changed[call.id] = replace(call, config=config, outputs={**call.outputs, 0: full})
    return changed


def accepts_shape(call: Call) -> bool:
    """Tell whether only the author knows the output shape of a layer."""
    unruled = call.op in UNKNOWN or not has_rule(call.op)
    return not (call.is_input or call.is_operation or call.outputs) and unruled


def make_unknown_shape_notice(network: Network) -> Notice | None:
    """Return a notice about layers of unknown shape whose input shape is known; None without any.


    >>> from net2fig.network import Network
    >>> make_unknown_shape_notice(Network("n", (), (), (), ()))
    """
    unknown = {layer.id for layer in network.layers if layer.output is None}
    later = {edge.target for edge in network.edges if edge.source in unknown}
    with_input = {edge.target for edge in network.edges}
    first = [layer for layer in network.layers if layer.id in (unknown & with_input) - later]
    if not first:
        return None
    names = ", ".join(f"{layer.id!r} ({layer.class_name})" for layer in first[:MAX_NAMES])
    more = f" and {len(first) - MAX_NAMES} more" if len(first) > MAX_NAMES else ""
    text = f"the output shape is not known of {names}{more}"
    return Notice("unknown-shape", f"{text}; give it: {OPTION} {first[0].id}=…")


def is_compatible(stated: Sequence[int | None], other_shape: Sequence[int | None]) -> bool:
    """Tell whether two shapes agree where both know an axis.

    >>> is_compatible((None, None, 3), (224, 224, None)), is_compatible((28, 28), (28, 28, 1))
    (True, False)
    """
    return len(stated) == len(other_shape) and all(
        axis is None or other is None or axis == other
        for axis, other in zip(stated, other_shape, strict=True)
    )
