"""The shapes that the author says of the inputs, where the model leaves them open.

Requires: the calls of a network, its inputs in their order, shapes by name or in that order.
Ensures: calls whose inputs have the axes that were said; what a model says itself is not changed,
and an error tells where the two contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from net2fig.errors import UsageError, one_of, suggestion

if TYPE_CHECKING:
    from net2fig.input_shapes import InputShape
    from net2fig.read.assemble import Call

OPTION = "--input-shape"


def by_input(shapes: Sequence[InputShape], names: Sequence[str]) -> dict[str, InputShape]:
    """Return the shape of each input that one was said of."""
    found: dict[str, InputShape] = {}
    for shape in shapes:
        if shape.name is not None:
            if shape.name not in names:
                message = f"unknown input: {shape.name!r} in {OPTION} {one_of(names)}"
                raise UsageError(message, hint=suggestion(shape.name, names))
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
    for name, shape in by_input(shapes, list(ids)).items():
        call = calls[ids[name]]
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
        config = {**call.config, "batch_shape": list(full)}
        changed[call.id] = replace(call, config=config, outputs={**call.outputs, 0: full})
    return changed


def fits(own: Sequence[int | None], said: Sequence[int | None]) -> bool:
    """Tell whether two shapes agree where both know an axis.

    >>> fits((None, None, 3), (224, 224, None)), fits((28, 28), (28, 28, 1))
    (True, False)
    """
    return len(own) == len(said) and all(
        axis is None or other is None or axis == other
        for axis, other in zip(own, said, strict=True)
    )
