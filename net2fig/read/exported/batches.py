"""Which axis of each tensor of an exported program is the batch, by what its functions do.

A program cannot be run with another batch. The batch axis of the inputs is followed through
transpositions, reshapings and reductions.

Requires: records in order.
Ensures: shapes that differ from those of the records in the batch axis alone, as if the program had
been run with another batch.
"""

from __future__ import annotations

from collections.abc import Sequence

from net2fig.network import Shape
from net2fig.read.torch.axes import (
    REDUCTIONS,
    RESHAPES,
    TRANSPOSITIONS,
    find_order,
    match_axes,
    normalize,
    sizes_of,
)
from net2fig.read.torch.trace import INPUT, Record

STATES = frozenset({"LSTM", "GRU", "RNN", "lstm", "gru", "rnn_tanh"})


def find_batches(records: Sequence[Record], size: int) -> list[list[Shape]]:
    """Return the shapes of all outputs with a batch larger by one; `size` is that of the inputs."""
    axes: list[list[int | None]] = []
    for record in records:
        ports = range(len(record.outputs))
        axes.append([find_axis(records, record, port, axes, size) for port in ports])
    return [
        [grow(shape, axis, size) for shape, axis in zip(record.outputs, found, strict=True)]
        for record, found in zip(records, axes, strict=True)
    ]


def grow(shape: Shape, axis: int | None, size: int) -> Shape:
    """Return a shape with a larger batch, which may be joined with other axes."""
    if axis is None or axis >= len(shape):
        return shape
    more = max((shape[axis] or size) // size, 1)
    return (*shape[:axis], (shape[axis] or 0) + more, *shape[axis + 1 :])


def find_axis(
    records: Sequence[Record],
    record: Record,
    port: int,
    axes: Sequence[Sequence[int | None]],
    size: int,
) -> int | None:
    """Return the batch axis of an output; None if it has none."""
    after = record.outputs[port]
    if record.target == INPUT:
        return 0 if after else None
    sources = [
        (records[source].outputs[number], axes[source][number]) for source, number in record.sources
    ]
    known = [(shape, axis) for shape, axis in sources if axis is not None]
    if not known and len(after) > 2:
        # What is computed from weights alone, for all samples.
        single = [axis for axis, length in enumerate(after) if length == size]
        return single[0] if len(single) == 1 else None
    if not known or not after:
        return None
    if port and record.target in STATES:
        return 1 if len(after) == 3 else 0
    before, axis = max(known, key=lambda pair: len(pair[0]))
    return follow(record, sizes_of(before), axis, sizes_of(after))


def follow(
    record: Record, before: tuple[int, ...], axis: int, after: tuple[int, ...]
) -> int | None:
    """Return where an axis of an input is in an output; None if it is gone."""
    rank = len(after)
    if record.target in TRANSPOSITIONS:
        order = find_order(record, rank)
        return order.index(axis) if order else min(axis, rank - 1)
    if record.target in REDUCTIONS and rank < len(before):
        return drop(axis, normalize(record.config.get("dim"), len(before)))
    if record.target == "squeeze" and "dim" in record.config:
        return drop(axis, normalize(record.config["dim"], len(before)))
    if record.target == "unsqueeze":
        added = normalize(record.config.get("dim"), rank)
        kept = [place for place in range(rank) if place not in added]
        return kept[axis] if axis < len(kept) else None
    if record.target in RESHAPES or record.target in ("Flatten", "expand"):
        return follow_sizes(before, axis, after)
    if rank < len(before) and record.target in ("getitem", "index_select"):
        dims = normalize(record.config.get("dim"), len(before))
        return drop(axis, dims[:1] if len(dims) == len(before) - rank else [])
    return axis if axis < rank else None


def drop(axis: int, gone: Sequence[int]) -> int | None:
    """Return where an axis is after others were taken away; None if it is one of these."""
    return None if axis in gone else axis - sum(each < axis for each in gone)


def follow_sizes(before: tuple[int, ...], axis: int, after: tuple[int, ...]) -> int | None:
    """Return where an axis is after a change of the shape: the first of those it is part of.

    >>> follow_sizes((50, 1, 256), 1, (50, 8, 32)), follow_sizes((1, 768, 14, 14), 0, (1, 768, 196))
    (1, 0)
    """
    for ins, outs in match_axes(before, after):
        if axis in ins:
            return outs[0] if outs else None
    return None
