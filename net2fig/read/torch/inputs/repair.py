"""Other inputs to try, by what went wrong with one.

    a layer got 3 features and has weights for 80         an axis of 3 becomes 80
    a layer reads tensors of rank 4 and got rank 5        an axis of 1 is left out
    a shape of 168 x 64 was asked of the input            the input is 168 x 64
    so many numbers were flattened, and others are read   the image is larger or smaller

Requires: inputs, and the error of a run with them.
Ensures: inputs that differ in what the error tells, the likely ones first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import prod
from types import TracebackType
from typing import Any

from msgspec.structs import replace

from net2fig.read.torch.inputs.feed import FLOAT, WHOLE, Feed, InputSpec
from net2fig.read.torch.inputs.guessing import IMAGE_SIZES, STEPS, WIDTHS
from net2fig.read.torch.leaves import get_library_class

MOST = 2**20
"""Longer axes are not tried."""

Change = tuple[tuple[int, ...], ...]
"""Other axes of one input, the likely ones first."""

NUMBER = r"(\d+)"
PAIRS = (
    rf"size of tensor a \({NUMBER}\) must match the size of tensor b \({NUMBER}\)",
    rf"sizes? of tensors must match.*expected size {NUMBER} but got size {NUMBER}",
    rf"sum exactly to {NUMBER} \(.*split_sizes=\[([\d, ]+)\]",
    rf"input\.size\(-1\) must be equal to input_size\. expected {NUMBER}, got {NUMBER}",
)
"""Errors that tell two sizes, one of which should be the other; several sizes are added."""

WANTS_WHOLE = r"int32/int64|LongTensor|Long, Int|scalar types? .*Long|tensors used as indices"
WANTS_FLOAT = (
    r"not implemented for '(Long|Int)'|floating point|found Long|got Long|Long for argument"
)
"""Errors that tell which numbers a function wants."""

VIEW = r"shape '\[([-\d, ]+)\]' is invalid for input of size"
PRODUCT = r"\(?\[?\d+[x, ]+(\d+)\]? (?:and|x) \[?(\d+)[x, ]+\d+\]?"
UNPACKED = r"(?:not enough|too many) values to unpack \(expected (\d+)"


def repair_feed(feed: Feed, error: BaseException) -> Iterator[Feed]:
    """Yield feeds that differ from one with which a run failed."""
    yield from change_kinds(feed, error)
    for place, spec in enumerate(feed.specs):
        seen = {spec.axes}
        for axes in change_axes(spec, error):
            if axes not in seen and all(0 < each <= MOST for each in axes):
                seen.add(axes)
                specs = list(feed.specs)
                specs[place] = replace(spec, axes=axes)
                yield replace(feed, specs=tuple(specs))


def change_kinds(feed: Feed, error: BaseException) -> Iterator[Feed]:
    """Yield feeds with whole numbers where a run wanted some, the last input first, or without."""
    text = str(error)
    old, new = (FLOAT, WHOLE) if re.search(WANTS_WHOLE, text) else (WHOLE, FLOAT)
    if old == WHOLE and not re.search(WANTS_FLOAT, text):
        return
    for place in reversed(range(len(feed.specs))):
        spec = feed.specs[place]
        if spec.kind == old:
            for axes in dict.fromkeys((spec.axes, (STEPS[0],), spec.axes[:1])):
                specs = [*feed.specs]
                specs[place] = replace(spec, kind=new, axes=axes)
                yield replace(feed, specs=tuple(specs))


def change_axes(spec: InputSpec, error: BaseException) -> Iterator[tuple[int, ...]]:
    """Yield other axes for an input."""
    text = " ".join(str(error).split()).lower()
    layer, shape = find_layer(error.__traceback__)
    if layer is not None:
        yield from fit_layer(spec, layer, shape)
    for pattern in PAIRS:
        match = re.search(pattern, text)
        if match:
            one, two = (sum(map(int, each.split(","))) for each in match.groups())
            yield from swap_sizes(spec.axes, one, two)
            yield from swap_sizes(spec.axes, two, one)
    match = re.search(VIEW, text)
    if match and spec.kind == FLOAT:
        asked = [abs(int(each)) for each in match[1].split(",")]
        while len(asked) > 1 and asked[0] == 1:
            asked = asked[1:]
        yield tuple(asked)
        yield (prod(asked),)
        yield tuple(asked[1:]) or (1,)
    match = re.search(PRODUCT, text)
    if match:
        yield from scale_axes(spec, int(match[1]), int(match[2]))
    match = re.search(UNPACKED, text)
    if match:
        yield from change_rank(spec, int(match[1]) - 1)


def find_layer(trace: TracebackType | None) -> tuple[Any, tuple[int, ...]]:
    """Return the layer of PyTorch in which an error was raised, and the shape that it got."""
    found: tuple[Any, tuple[int, ...]] = (None, ())
    while trace is not None:
        names = trace.tb_frame.f_locals
        owner = names.get("self")
        value = names.get("input", names.get("x"))
        if hasattr(owner, "_parameters") and get_library_class(owner) is not None:
            shape = getattr(value, "shape", None)
            found = (owner, tuple(shape)) if isinstance(shape, tuple) else found
        trace = trace.tb_next
    return found


def fit_layer(spec: InputSpec, layer: Any, shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield axes with which a layer may get what it reads."""
    name = type(layer).__name__
    rank = int(match[1]) + 2 if (match := re.search(r"([123])d$", name)) else 0
    first = bool(rank)
    names = ("in_channels", "in_features", "input_size", "num_features", "embed_dim")
    wanted = next((getattr(layer, each) for each in names if hasattr(layer, each)), 0)
    if rank and len(shape) != rank:
        yield from change_rank(spec, len(spec.axes) + rank - len(shape))
    if type(wanted) is not int or not wanted or not shape:
        return
    got = shape[1] if first and len(shape) > 1 else shape[-1]
    if got == wanted:
        return
    if not rank:
        yield (wanted,)
    if wanted in spec.axes:
        # The features are elsewhere.
        place = spec.axes.index(wanted)
        rest = [each for at, each in enumerate(spec.axes) if at != place]
        yield (wanted, *rest)
        yield (*rest, wanted)
    yield from swap_sizes(spec.axes, got, wanted)
    yield from scale_axes(spec, got, wanted)
    if spec.axes and got % spec.axes[-1] == 0 and wanted % max(got // spec.axes[-1], 1) == 0:
        yield (*spec.axes[:-1], wanted * spec.axes[-1] // got)
    # What the code adds to the features, such as those of another input.
    for at in {0, len(spec.axes) - 1} if spec.axes else ():
        size = spec.axes[at] + wanted - got
        yield (*spec.axes[:at], size, *spec.axes[at + 1 :])


def swap_sizes(axes: tuple[int, ...], old: int, new: int) -> Iterator[tuple[int, ...]]:
    """Yield axes in which one size is another: the last such axis, each of them, all of them."""
    places = [at for at, each in enumerate(axes) if each == old]
    for at in reversed(places):
        yield (*axes[:at], new, *axes[at + 1 :])
    if len(places) > 1:
        yield tuple(new if each == old else each for each in axes)


def scale_axes(spec: InputSpec, got: int, wanted: int) -> Iterator[tuple[int, ...]]:
    """Yield images or sequences that are larger or smaller, as flattened features are."""
    if spec.kind != FLOAT or len(spec.axes) < 2 or not got or not wanted:
        return
    channels, *sides = spec.axes
    factor = (wanted / got) ** (1 / len(sides))
    side = sides[0] * factor
    near = sorted(IMAGE_SIZES if len(sides) > 1 else WIDTHS, key=lambda each: abs(each - side))
    for each in dict.fromkeys((round(side), *near[:5])):
        yield (channels, *(each for _ in sides))
    if len(sides) > 1:
        # Only one of the sides may be free.
        yield (channels, max(1, round(sides[0] * wanted / got)), *sides[1:])


def change_rank(spec: InputSpec, rank: int) -> Iterator[tuple[int, ...]]:
    """Yield axes with another rank: an axis of one, or the features, come or go."""
    axes = spec.axes
    if rank < 0 or abs(rank - len(axes)) > 2:
        return
    if rank < len(axes):
        drop = len(axes) - rank
        yield axes[drop:]
        yield axes[:rank]
    elif axes and rank > len(axes):
        more = (1,) * (rank - len(axes))
        yield (*more, *axes)
        yield (*axes, *more)
        yield (*(8 for _ in more), *axes)
        yield (*axes, *(axes[-1] for _ in more))
