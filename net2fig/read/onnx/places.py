"""Where operations are that an exporter has put in, folded or left without a class.

Requires: operations in order, with the places that the file tells.
Ensures: each has a place, as far as what is around it tells one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from net2fig.read.exported.places import Place
from net2fig.read.onnx.evaluate import Operation
from net2fig.read.onnx.scopes import MAX_FRAMES
from net2fig.read.torch.leaves import LIBRARY
from net2fig.read.torch.trace import Frame

Scope = tuple[Frame, ...]

_RENAMED = re.compile(r"onnx::Conv(Transpose)?_\d+")
"""The names of weights that PyTorch's exporter has folded a batch normalisation into."""

WEIGHT = ".weight"
"""The end of the names of weights."""

ATTENTION_WEIGHTS = ("in_proj_weight", "in_proj_bias")
"""The weights that only PyTorch's attention has."""

PROJECTIONS = (".out_proj.weight", ".out_proj.bias")
"""The weights of the projection for its result."""


def is_folded(operation: Operation, weights: Sequence[str], place: Place) -> bool:
    """Tell whether the exporter has folded a batch normalisation into a convolution."""
    if operation.op not in ("Conv", "ConvTranspose") or not weights:
        return False
    if any(_RENAMED.fullmatch(name) for name in weights):
        return True
    last = place.frames[-1] if place.frames else Frame("", "")
    return "batchnorm" in (last.class_name or last.path.rpartition("/")[2]).lower()


def move_place(place: Place, weights: Sequence[str]) -> Place:
    """Return the place of a convolution that bears that of what was folded into it."""
    name = next((each for each in weights if each.endswith(WEIGHT)), "")
    if not name or not place.frames or not place.frames[-1].class_name:
        return place
    own = name.removesuffix(WEIGHT)
    around = place.frames[:-1]
    frame = Frame(own, "", "", place.frames[-1].call)
    return replace(place, frames=(*around, frame), function="", target="")


def fill_places(
    operations: Sequence[Operation], places: list[Place], renumber: dict[int, int]
) -> list[Place]:
    """Return the places with those of operations that the exporter has put in.

    They are in the modules that are around all that they read and all that reads them, past others
    of their kind.
    """
    inputs = [place.known or operations[at].op == "Input" for at, place in enumerate(places)]
    before: list[list[Scope]] = [[] for _ in places]
    after: list[list[Scope]] = [[] for _ in places]
    sources = [
        [renumber[value.origin[0]] for value in each.inputs if value is not None and value.origin]
        for each in operations
    ]
    for number, known in enumerate(inputs):
        for source in sources[number]:
            scope = places[source].frames if inputs[source] else find_common(before[source])
            before[number].append(scope)
        if known:
            before[number] = []
    for number in range(len(places) - 1, -1, -1):
        scope = places[number].frames if inputs[number] else find_common(after[number])
        for source in sources[number]:
            after[source].append(scope)
    return [
        place
        if inputs[number]
        else replace(place, frames=find_common([*before[number], *after[number]]))
        for number, place in enumerate(places)
    ]


def find_by_weights(place: Place, weights: Sequence[str]) -> Place:
    """Return the place of an operation that the name of its weight tells, if nothing else does.

    Earlier exporters do not write scopes.
    """
    name = next((each for each in weights if each.endswith(WEIGHT)), "")
    if place.known or not name:
        return place
    parts = name.removesuffix(WEIGHT).split(".")[:MAX_FRAMES]
    paths = [".".join(parts[: depth + 1]) for depth in range(len(parts))]
    return Place(tuple(Frame(path, "") for path in paths))


def find_common(scopes: Sequence[tuple[Frame, ...]]) -> tuple[Frame, ...]:
    """Return the calls that scopes begin with."""
    depth = 0
    while all(len(scope) > depth and scope[depth] == scopes[0][depth] for scope in scopes or [()]):
        depth += 1
    return scopes[0][:depth] if scopes else ()


def name_attention(places: list[Place], names: Iterable[str]) -> list[Place]:
    """Return the places in which attention of PyTorch has its class: its weights tell.

    It has a projection for its result that is not called as a module.
    """
    called = {frame.path for place in places for frame in place.frames}
    paths = {name.rpartition(".")[0] for name in names if name.endswith(ATTENTION_WEIGHTS)}
    projections = {name.rpartition(".")[0] for name in names if name.endswith(PROJECTIONS)}
    paths |= {path.removesuffix(".out_proj") for path in projections - called}

    def complete(frame: Frame) -> Frame:
        """Return a frame with its class."""
        if frame.path not in paths or frame.class_name:
            return frame
        return Frame(frame.path, "MultiheadAttention", f"{LIBRARY}modules.activation", frame.call)

    return [replace(each, frames=tuple(map(complete, each.frames))) for each in places]
