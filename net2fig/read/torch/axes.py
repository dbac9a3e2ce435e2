"""Which axis of a tensor is the batch, which holds the features, and which are places.

The batch is found by running with another batch, places by running with larger images: an axis
whose length changes is one. Where a model allows no other sizes, the features are where the layers
expect them: convolutions have them before the places, dense layers after.

Requires: the records of a run, and their shapes in other runs of the same calls.
Ensures: for each tensor, the batch axis and the axis of features; None where there is none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

from net2fig.network import BATCH, FEATURES, SPACE, STEP, Shape
from net2fig.read.torch.trace import Origin, Record

Sizes = tuple[int, ...]

BATCH_SIZE = 2
"""The usual batch of a run: one may be treated in its own way."""


MOST_ASKED = 400
"""How many tensors are followed to find where layers expect the features."""


class Roles(Struct, frozen=True):
    """The axes of a tensor that are the batch and the features."""

    batch: int | None = None
    features: int | None = None


_DIMENSIONS = re.compile(r"([123])d(?:_with_indices)?$", re.IGNORECASE)

FEATURES_FIRST = frozenset(
    {
        *("BatchNorm", "GroupNorm", "group_norm", "instance_norm", "batch_norm", "Upsample"),
        *("interpolate", "PixelShuffle", "pixel_shuffle", "PixelUnshuffle", "pixel_unshuffle"),
        *("grid_sample", "LocalResponseNorm", "ChannelShuffle", "local_response_norm"),
        *("FrozenBatchNorm2d", "SyncBatchNorm", "upsample"),
    }
)
"""Layers and functions that expect the features before the places, beside those "…2d"."""

FEATURES_LAST = frozenset(
    {
        *("Linear", "linear", "LayerNorm", "layer_norm", "RMSNorm", "rms_norm", "Embedding"),
        *("embedding", "EmbeddingBag", "LSTM", "GRU", "RNN", "MultiheadAttention", "matmul"),
        *("bmm", "baddbmm", "scaled_dot_product_attention", "einsum", "Bilinear"),
    }
)
"""Layers and functions that expect the features in the last axis."""

REDUCTIONS = frozenset(
    {
        *("mean", "sum", "amax", "amin", "max", "min", "std", "var", "prod", "logsumexp"),
        *("argmax", "argmin", "any", "all", "norm"),
    }
)

RESHAPES = frozenset(
    {
        *("view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "Flatten"),
        *("Unflatten", "view_as", "reshape_as", "ravel", "unbind"),
    }
)

TRANSPOSITIONS = frozenset(
    {
        *("permute", "transpose", "swapaxes", "swapdims", "movedim", "moveaxis"),
        *("t", "get:T", "get:mT", "adjoint"),
    }
)
"""Functions that reorder axes."""


def find_roles(
    records: Sequence[Record],
    batches: Sequence[Sequence[Shape]] | None,
    places: Sequence[Sequence[Shape]] | None,
    *,
    is_single: bool = False,
) -> list[list[Roles]]:
    """Return the roles of the axes of every output; the shapes in other runs are None if unknown.

    `batches` are the shapes with another batch, `places` those with larger images. The batch holds
    a single sample if `is_single` is true.
    """
    readers = find_readers(records)
    found: list[list[Roles]] = []
    for number, record in enumerate(records):
        roles = []
        for port, shape in enumerate(record.outputs):
            batch = _find_batch(record, number, port, shape, batches, found)
            if is_single and record.target != "InputLayer":
                batch = _find_single(shape, batch)
            other = None if places is None else places[number][port]
            features = find_fixed_axis(shape, other, batch)
            if features is None:
                features = find_features(records, number, port, found, readers)
            roles.append(Roles(batch, None if features == batch else features))
        found.append(roles)
    return found


def _find_batch(
    record: Record,
    number: int,
    port: int,
    shape: Shape,
    batches: Sequence[Sequence[Shape]] | None,
    found: Sequence[Sequence[Roles]],
) -> int | None:
    if batches is not None:
        changed = list_changes(shape, batches[number][port])
        return changed[0] if changed else None
    for source, tensor in record.sources:
        batch = found[source][tensor].batch
        if batch is not None and len(shape) > batch:
            return batch
    return 0 if shape and (record.target == "InputLayer" or record.sources) else None


def _find_single(shape: Shape, batch: int | None) -> int | None:
    """Return the axis of a batch of one sample: where it was, or the first that is as long."""
    if batch is not None and batch < len(shape) and shape[batch] == 1:
        return batch
    return next((axis for axis, size in enumerate(shape) if size == 1), None)


def list_changes(shape: Shape, other: Shape) -> list[int]:
    """Return the axes in which two shapes of one rank differ.


    >>> list_changes((2, 3, 8, 8), (2, 3, 16, 16))
    [2, 3]
    """
    if len(shape) != len(other):
        return []
    return [axis for axis, sizes in enumerate(zip(shape, other, strict=True)) if len({*sizes}) > 1]


def find_fixed_axis(shape: Shape, other: Shape | None, batch: int | None) -> int | None:
    """Return the only axis beside the batch that keeps its length for larger images; else None."""
    if other is None or len(other) != len(shape):
        return None
    changed = list_changes(shape, other)
    fixed = [axis for axis in range(len(shape)) if axis != batch and axis not in changed]
    return fixed[0] if len(fixed) == 1 and len(changed) > (batch in changed) else None


def find_readers(records: Sequence[Record]) -> Mapping[Origin, list[int]]:
    """Return the records that read each tensor."""
    readers: dict[Origin, list[int]] = {}
    for number, record in enumerate(records):
        for source in record.sources:
            readers.setdefault(source, []).append(number)
    return readers


# Features by rule.


def expected_axis(record: Record, rank: int) -> int | None:
    """Return the axis where a layer expects the features; None if it expects none."""
    names = (record.target, *(name for name in record.bases if name not in ("Module", "object")))
    for name in names:
        match = _DIMENSIONS.search(name)
        if match and rank > int(match[1]):
            return rank - int(match[1]) - 1
        if name in FEATURES_FIRST:
            return min(1, rank - 1)
        if name in FEATURES_LAST:
            return rank - 1
    return None


def find_features(
    records: Sequence[Record],
    number: int,
    port: int,
    found: Sequence[Sequence[Roles]],
    readers: Mapping[Origin, list[int]],
) -> int | None:
    """Return the axis of features of an output, by the layer or by its inputs."""
    record = records[number]
    shape = sizes_of(record.outputs[port])
    rank = len(shape)
    if not rank:
        return None
    expected = expected_axis(record, rank)
    if expected is not None:
        return expected
    if not record.sources:
        asked = ask_readers(records, (number, port), readers)
        return asked if asked is not None else (1 if rank > 3 else rank - 1)
    inputs = [
        (sizes_of(records[source].outputs[tensor]), found[source][tensor].features)
        for source, tensor in record.sources
    ]
    known = [each for each in inputs if each[1] is not None] or inputs
    main = next((each for each in known if each[0] == shape), None)
    main = main or next((each for each in known if len(each[0]) == rank), known[0])
    if record.target in RESHAPES and len(main[0]) == 2 < rank:
        # A vector that becomes a map: nothing in it tells which axis holds the features.
        asked = ask_readers(records, (number, port), readers)
        if asked is not None or rank > 3:
            return 1 if asked is None else asked
    return follow_axis(record, main[0], main[1], shape)


def ask_readers(
    records: Sequence[Record],
    tensor: Origin,
    readers: Mapping[Origin, list[int]],
    depth: int = 8,
    asked_before: set[Origin] | None = None,
) -> int | None:
    """Return where the first layers that read a tensor expect its features."""
    known = set() if asked_before is None else asked_before
    if tensor in known or len(known) > MOST_ASKED:
        return None
    known.add(tensor)
    shape = sizes_of(records[tensor[0]].outputs[tensor[1]])
    for reader in readers.get(tensor, ()):
        record = records[reader]
        expected = expected_axis(record, len(shape))
        if expected is not None:
            return expected
        for port, out in enumerate(record.outputs):
            if record.target in TRANSPOSITIONS:
                order = find_order(record, len(shape))
                asked = (
                    ask_readers(records, (reader, port), readers, depth - 1, known)
                    if depth
                    else None
                )
                if order and asked is not None:
                    return order[asked]
            elif depth and sizes_of(out) == shape:
                asked = ask_readers(records, (reader, port), readers, depth - 1, known)
                if asked is not None:
                    return asked
    return None


def follow_axis(record: Record, before: Sizes, axis: int | None, after: Sizes) -> int | None:
    """Return where an axis of the input is in the output of a function."""
    rank = len(after)
    if axis is None:
        return rank - 1
    if record.target in TRANSPOSITIONS:
        order = find_order(record, rank)
        return order.index(axis) if order else axis
    if record.target in REDUCTIONS and len(before) > rank:
        gone = normalize(record.config.get("dim"), len(before))
        kept = [each for each in range(len(before)) if each not in gone]
        return kept.index(axis) if axis in kept and len(kept) == rank else rank - 1
    if len(before) == rank and record.target not in RESHAPES:
        return axis
    if math.prod(before) == math.prod(after):
        return follow_reshape(before, axis, after)
    if rank > len(before):
        return axis + rank - len(before)
    return follow_selection(before, axis, after)


def find_order(record: Record, rank: int) -> list[int]:
    """Return for each axis of the output the axis of the input; empty if it is unknown."""
    config, order = record.config, list(range(rank))
    if record.target == "permute":
        dims = normalize(config.get("dims"), rank)
        return dims if sorted(dims) == order else []
    if record.target in ("movedim", "moveaxis"):
        source, place = (normalize(config.get(word), rank) for word in ("source", "destination"))
        rest = [axis for axis in order if axis not in source]
        for axis, where in sorted(zip(source, place, strict=False), key=lambda pair: pair[1]):
            rest.insert(where, axis)
        return rest if sorted(rest) == order else []
    if record.target in ("get:T", "t"):
        return order[::-1]
    if record.target in ("get:mT", "adjoint"):
        one, two = rank - 2, rank - 1
    else:
        one, two = (next(iter(normalize(config.get(word), rank)), -1) for word in ("dim0", "dim1"))
    if min(one, two) < 0 or rank < 2:
        return []
    order[one], order[two] = order[two], order[one]
    return order


def follow_reshape(before: Sizes, axis: int, after: Sizes) -> int:
    """Return where an axis is after a change of the shape.

    Of an axis that is split, the last part counts if it was the last axis, else the first.

    >>> follow_reshape((2, 64, 8, 8), 1, (2, 64, 64)), follow_reshape((2, 9, 64), 2, (2, 9, 4, 16))
    (1, 3)
    """
    for ins, outs in match_axes(before, after):
        if axis in ins:
            if not outs:
                break
            real = [each for each in outs if after[each] > 1] or outs
            if len(ins) == 1 and axis != len(before) - 1:
                return real[0]
            if len(ins) > 1 and len(outs) > 1:
                return real[0] if axis == ins[0] else real[-1]
            return real[-1]
    return len(after) - 1


def match_axes(before: Sizes, after: Sizes) -> Iterable[tuple[list[int], list[int]]]:
    """Yield groups of axes before and after a change of the shape that hold the same numbers."""
    one = two = 0
    while one < len(before) or two < len(after):
        ins, outs = [one] if one < len(before) else [], [two] if two < len(after) else []
        one, two = one + len(ins), two + len(outs)
        left = math.prod(before[each] for each in ins)
        right = math.prod(after[each] for each in outs)
        while left != right and (one < len(before) or two < len(after)):
            if (left < right and one < len(before)) or two >= len(after):
                left, ins, one = left * before[one], [*ins, one], one + 1
            else:
                right, outs, two = right * after[two], [*outs, two], two + 1
        yield ins, outs


def follow_selection(before: Sizes, axis: int, after: Sizes) -> int:
    """Return where an axis is after others were selected from; the last if it is gone."""
    best = max(
        combinations(range(len(before)), len(after)),
        key=lambda kept: sum(before[each] == size for each, size in zip(kept, after, strict=True)),
        default=(),
    )
    return best.index(axis) if axis in best else len(after) - 1


def normalize(value: object, rank: int) -> list[int]:
    """Return axes as numbers from 0; all of them if none is given."""
    if value is None:
        return list(range(rank))
    items = value if isinstance(value, (list, tuple)) else [value]
    return [
        each % rank for each in items if isinstance(each, int) and rank and -rank <= each < rank
    ]


def sizes_of(shape: Shape) -> Sizes:
    """Return a shape whose axes are all known."""
    return tuple(0 if size is None else size for size in shape)


# Shapes as the network has them: the batch first, of any size.


def move_batch(shape: Shape, roles: Roles, batch: int = BATCH_SIZE) -> tuple[Shape, str]:
    """Return a shape with the batch first, and the roles of its axes; `batch` is its length.

    Other axes that the batch was joined with are axes of their own, as they are for one sample.

    >>> move_batch((7, 2, 64), Roles(1, 2)), move_batch((2, 8, 5, 5), Roles(0, 1))
    (((None, 7, 64), 'NTC'), ((None, 8, 5, 5), 'NCSS'))
    >>> move_batch((8, 49, 96), Roles(0, 2))
    ((None, 4, 49, 96), 'NSSC')
    """
    if not shape:
        return (), ""
    rest = [axis for axis in range(len(shape)) if axis != roles.batch]
    if roles.batch is None and len(shape) > 1 and shape[0] == 1 and roles.features != 0:
        # A tensor that is the same for all samples.
        rest = rest[1:]
    first = 0 if roles.batch is None else shape[roles.batch] or 0
    joined = first // batch if first % batch == 0 and first > batch else 0
    if rest == [] and joined:
        # All numbers of the batch in one axis.
        return (None, joined), "NC"
    places = len(rest) - (roles.features in rest) + bool(joined)
    letter = STEP if places == 1 else SPACE
    letters = [FEATURES if axis == roles.features else letter for axis in rest]
    if len(rest) == 1 and not joined:
        letters = [FEATURES]
    sizes = (*((joined,) if joined else ()), *(shape[axis] for axis in rest))
    return (None, *sizes), BATCH + (letter if joined else "") + "".join(letters)
