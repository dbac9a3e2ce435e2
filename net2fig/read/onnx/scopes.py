"""Which calls of modules are around an operation, by what the exporters write.

- PyTorch's exporter of graphs notes paths and classes of all modules.
- The one of TorchScript names nodes by the paths of the calls: `/layer1/layer1.0/conv1/Conv`, and a
  second call of a module with a number: `/relu_1/Relu`. It does not write classes.
- Others name nodes by scopes of their own.

Requires: operations in order.
Ensures: for each operation, the calls around it, the outermost first, and the function of PyTorch
that it is a part of; both empty where the file tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from net2fig.read.exported.places import Place, find_holders, make_frame
from net2fig.read.onnx.evaluate import Operation
from net2fig.read.torch.trace import Frame

MAX_FRAMES = 64
"""The maximum number of calls around an operation."""

_TEXTS = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")

_CALL = re.compile(r"(.+?)_(\d+)")


def find_places(
    operations: Sequence[Operation], weights: Sequence[Iterable[str]], *, torch: bool
) -> list[Place]:
    """Return the places of operations; `weights` are the names of those that each uses."""
    if any(operation.notes.get("name_scopes") for operation in operations):
        return find_holders([read_notes(operation) for operation in operations])
    names = [split_name(operation.name, torch=torch) for operation in operations]
    if not torch:
        names = drop_common(names)
    calls = find_repeated_calls(names, weights) if torch else {}
    join = join_path if torch else join_names
    places = [
        Place(
            (*read_functions(operation), *build_frames(segments, calls, join)),
            known=bool(segments) or operation.name.startswith("/"),
        )
        for operation, segments in zip(operations, names, strict=True)
    ]
    return find_holders(places) if torch else places


def read_functions(operation: Operation) -> list[Frame]:
    """Return the functions of the file around an operation, as calls of modules."""
    return [Frame(name, class_name) for name, class_name in operation.path if class_name]


def get_root_class(operations: Sequence[Operation]) -> str:
    """Return the class of the whole network; empty if it is not known."""
    for operation in operations:
        classes = read_list(operation.notes.get("class_hierarchy", ""))
        if classes:
            return classes[0].rpartition(".")[2]
    return ""


# Notes about paths and classes.


def read_list(text: str) -> list[str]:
    """Return the texts in a list as Python writes it.

    >>> read_list("['', 'layer1', 'add']")
    ['', 'layer1', 'add']
    """
    return [one or two for one, two in _TEXTS.findall(text)][: MAX_FRAMES + 2]


def read_notes(operation: Operation) -> Place:
    """Return the place that an exporter noted: the last of the paths is the function."""
    paths = read_list(operation.notes.get("name_scopes", ""))
    classes = read_list(operation.notes.get("class_hierarchy", ""))
    if len(paths) != len(classes) or len(paths) < 2:
        # What an optimization has put in has no place of its own.
        return Place(known=False)
    last = classes[-1]
    is_call = "." in last and not last.startswith(("aten", "torch.ops", "prim", "_operator"))
    if is_call:
        # The operation stands for a whole module.
        paths, classes = [*paths, ""], [*classes, ""]
    frames = [make_frame(path, name) for path, name in zip(paths[1:-1], classes[1:-1], strict=True)]
    return Place(tuple(frames), paths[-1], classes[-1])


# Names of nodes.


def split_name(name: str, *, torch: bool) -> tuple[str, ...]:
    """Return the scopes in the name of a node.


    >>> split_name("/layer1/layer1.0/Add", torch=True), split_name("Conv_3", torch=True)
    (('layer1', 'layer1.0'), ())
    """
    if torch and not name.startswith("/"):
        return ()
    parts = [part for part in name.replace(":", "/").split("/") if part]
    return tuple(parts[:-1][:MAX_FRAMES])


def drop_common(names: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the scopes without those that are around all operations."""
    scoped = [name for name in names if name]
    common = 0
    while len(scoped) > 1 and len({name[: common + 1] for name in scoped}) == 1:
        if len(scoped[0]) == common:
            break
        common += 1
    return [name[common:] for name in names]


def find_repeated_calls(
    names: Sequence[tuple[str, ...]], weights: Sequence[Iterable[str]]
) -> dict[tuple[str, ...], tuple[str, int]]:
    """Return the module and the number of its call for scopes that end with a number.

    A number counts calls if there is a scope without it beside, with the same weights.
    """
    used: dict[tuple[str, ...], set[str]] = {}
    for name, own in zip(names, weights, strict=True):
        for depth in range(1, len(name) + 1):
            used.setdefault(name[:depth], set()).update(own)
    found: dict[tuple[str, ...], tuple[str, int]] = {}
    for scope, own in used.items():
        match = _CALL.fullmatch(scope[-1])
        if match is None:
            continue
        first = (*scope[:-1], match[1])
        if first in used and used[first] == own:
            found[scope] = (match[1], int(match[2][:6]) + 1)
    return found


def build_frames(
    segments: tuple[str, ...],
    calls: Mapping[tuple[str, ...], tuple[str, int]],
    join: object,
) -> list[Frame]:
    """Return the calls of modules in the name of a node."""
    frames: list[Frame] = []
    last = ""
    for depth in range(1, len(segments) + 1):
        segment, call = calls.get(segments[:depth], (segments[depth - 1], 1))
        around = frames[-1].path if frames else ""
        path = join(around, last, segment)  # type: ignore[operator]
        frames.append(Frame(path, "", call=call))
        last = segment
    return frames


def join_path(around: str, last: str, segment: str) -> str:
    """Return the path of a module in one of a given path: "layer1.0" repeats "layer1".

    >>> join_path("layer1", "layer1", "layer1.0"), join_path("layer1.0", "layer1.0", "conv1")
    ('layer1.0', 'layer1.0.conv1')
    """
    if last and segment.startswith(f"{last}."):
        return around[: len(around) - len(last)] + segment
    return f"{around}.{segment}" if around else segment


def join_names(around: str, _last: str, segment: str) -> str:
    """Return the path of a scope inside another."""
    return f"{around}/{segment}" if around else segment
