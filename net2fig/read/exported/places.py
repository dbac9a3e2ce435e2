"""Where in the code an operation of an exported program is.

Requires: the calls of modules around each operation, by paths and classes, as far as known.
Ensures: modules that only hold others are marked, as they are when the code is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from net2fig.read.torch.leaves import CONTAINERS, HOLDERS, LIBRARY
from net2fig.read.torch.trace import Frame

_MARKED = re.compile(r"(.*)@(\d+)")


class Place(Struct, frozen=True):
    """Where in the code an operation is: the calls around it, and the function that it is part of.

    `function` is a name for this one call of it, `target` the function as PyTorch calls it. `known`
    is false where the file tells nothing, as of what an exporter has put in.
    """

    frames: tuple[Frame, ...] = ()
    function: str = ""
    target: str = ""
    known: bool = True


def make_frame(path: str, class_name: str) -> Frame:
    """Return the frame of a call of a module; a mark in its path counts the calls."""
    match = _MARKED.fullmatch(path)
    module, _, name = class_name.rpartition(".")
    is_container = name in HOLDERS and module.startswith(LIBRARY)
    path, call = (match[1], int(match[2][:6]) + 1) if match else (path, 1)
    return Frame(path, name, module, call, is_container)


# Modules that only hold others.


def find_holders(places: Sequence[Place]) -> list[Place]:
    """Return the places in which modules that only call others in turn are marked.

    The parts of a `Sequential` have numbers for names, and it computes nothing itself.
    """
    inner: dict[str, set[str]] = {}
    busy: set[str] = set()
    for place in places:
        paths = [frame.path for frame in place.frames]
        busy.update(paths[-1:])
        for around, path in pairwise(paths):
            inner.setdefault(around, set()).add(path)
    holders = {
        around
        for around, paths in inner.items()
        if around not in busy and all(path.removeprefix(f"{around}.").isdigit() for path in paths)
    }
    return [mark_holders(place, holders) for place in places]


def mark_holders(place: Place, holders: set[str]) -> Place:
    """Return a place whose holders are marked."""
    frames = tuple(
        Frame(frame.path, frame.class_name, frame.module, frame.call, True)
        if frame.path in holders
        else frame
        for frame in place.frames
    )
    return Place(frames, place.function, place.target, place.known)


def is_library_layer(frame: Frame) -> bool:
    """Tell whether a call is one of a layer of PyTorch."""
    return frame.module.startswith(LIBRARY) and frame.class_name not in CONTAINERS
