"""The sizes of the tensors in a cell, by the words of its topology; "" where one is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from net2fig.attributes import Attributes, NoRule
from net2fig.compose.wording.words import TIMES
from net2fig.network import Layer, Shape

Sizes = Mapping[str, str]
Measure = Callable[[Layer, Attributes, Sequence[Shape | None]], Sizes]


def measure_recurrent(_layer: Layer, at: Attributes, shapes: Sequence[Shape | None]) -> Sizes:
    """Return the sizes in one step of a recurrent layer."""
    shape = shapes[0] if shapes else None
    features, units = shape[-1] if shape else None, at.whole("units")
    both = None if features is None else features + units
    return {"input": write(features), "state": write(units), "both": write(both)}


def measure_convolutional(layer: Layer, at: Attributes, shapes: Sequence[Shape | None]) -> Sizes:
    """Return the sizes in one step of a convolutional recurrent layer."""
    rank = int(at.op[-2])
    step = tuple(shapes[0][2:]) if shapes and shapes[0] else ()
    state = tuple(layer.output[-rank - 1 :]) if layer.output else ()
    return {
        "input": write(*put_last(step, at)) if len(step) == rank + 1 else "",
        "state": write(*put_last(state, at)),
        "both": "",
    }


def put_last(axes: tuple[int | None, ...], at: Attributes) -> tuple[int | None, ...]:
    """Return axes with the features last."""
    return (*axes[1:], axes[0]) if axes and at.channels_first else axes


def measure_wrapped(layer: Layer, at: Attributes, shapes: Sequence[Shape | None]) -> Sizes:
    """Return the sizes of a layer that reads a sequence in both directions."""
    shape = shapes[0] if shapes else None
    steps = (shape[1],) if shape and at.wrapped.flag("return_sequences") else ()
    units = at.wrapped.get("units")
    length = ("?",) if steps == (None,) else tuple(map(str, steps))
    return {
        "input": write(*shape[1:]) if shape else "",
        "one": TIMES.join((*length, str(units))) if isinstance(units, int) else "",
        "output": write(*layer.output[1:]) if layer.output else "",
    }


def measure_attention(layer: Layer, at: Attributes, shapes: Sequence[Shape | None]) -> Sizes:
    """Return the sizes in an attention: steps by features."""
    known = [shape for shape in shapes if shape and len(shape) == 3]
    if len(known) != len(shapes) or not known or layer.output is None:
        raise NoRule("its inputs are no sequences")
    if at.get("batch_first") is False:
        # Which axis is that of the steps, no shape tells.
        known = [(shape[0], None, shape[2]) for shape in known]
        layer = replace(layer, outputs=((None, None, layer.output[-1]),))
    query, memory = known[0], known[min(1, len(known) - 1)]
    third = known[-1] if len(known) > 2 else memory
    steps, reads = query[1], memory[1]
    heads = count_heads(at)["heads"]
    depth = at.get("key_dim") or at.get("head_dim")
    width = at.get("value_dim") or depth
    sizes = {
        "query": write(steps, query[2]),
        "value": write(reads, memory[2]),
        "key": write(reads, third[2]),
        "output": write(*(layer.output or ())[1:]),
        "scores": write(steps, reads),
    }
    if "heads" in at or "num_query_heads" in at:
        if not isinstance(depth, int) or not isinstance(width, int):
            raise NoRule("the depth of its heads is not known")
        sizes |= {
            "queries": write(steps, depth),
            "keys": write(reads, depth),
            "values": write(reads, width),
            "heads": write(steps, heads * width),
            "depth": str(depth),
        }
    return sizes


def count_heads(at: Attributes) -> dict[str, int]:
    """Return the numbers of heads of an attention."""
    heads = at.optional_whole("heads") or at.optional_whole("num_query_heads") or 1
    groups = at.optional_whole("num_key_value_heads") or heads
    return {"heads": heads, "groups": groups, "each": heads // groups}


def write(*axes: int | None) -> str:
    """Return sizes as they are printed.

    >>> write(50, 16), write(None, 16), write(None)
    ('50×16', 'L×16', '')
    """
    if not axes or axes == (None,):
        return ""
    return TIMES.join("L" if axis is None else str(axis) for axis in axes)


SIZES: Mapping[str, Measure] = {
    "recurrent": measure_recurrent,
    "convolutional": measure_convolutional,
    "wrapped": measure_wrapped,
    "attention": measure_attention,
}
"""How sizes follow from a layer, by the sort of its topology."""

COUNTS: Mapping[str, Callable[[Attributes], Mapping[str, int]]] = {"attention": count_heads}
