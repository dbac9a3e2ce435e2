"""Tells what a file of PyTorch or ONNX holds: a program, or what works in its place.

Requires: a file; its suffix tells little.
Ensures: nothing is unpickled or executed; only names in the pickle are read, up to a limit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from net2fig.errors import ModelError
from net2fig.network import Network
from net2fig.read.calls import list_names
from net2fig.read.exported.archive import DamageError, list_members, read_member
from net2fig.read.exported.known_weights import find_known
from net2fig.read.exported.pickles import (
    find_content,
    is_module,
    iterate_modules,
    list_weights,
    pairs_of,
    read_pickles,
)
from net2fig.read.limits import parse_json

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

MAX_PICKLE = 2**24
"""How much of a pickle is looked at, in bytes."""

MAX_HEADER = 2**24
"""The maximum size of the header of safetensors."""

MAX_NAME = 80
"""The maximum length of a name in a message."""

WEIGHTS = "draw the code that builds the model: net2fig model.py:Net"
CODE = "draw the code, or the module in memory: net2fig.draw(model)"


def detect_contents(path: Path) -> str | None:
    """Return the format of a file by its contents; None if they are of no format known here."""
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(b"PK"):
        return "exported"
    # The version of the format, and the name of a producer or a graph.
    if re.match(rb"\x08[\x01-\x20][\x10\x12\x1a\x3a\x42]", start):
        return "onnx"
    return None


def read_exported(path: Path, *, shapes: Sequence[InputShape] = ()) -> Network:
    """Return the network of an exported program, or raise an error that says what a file holds."""
    if detect_contents(path) == "onnx":
        from net2fig.read.onnx.reader import read_onnx

        return read_onnx(path, shapes=shapes)
    if is_program(path):
        return read_pt2(path)
    if is_torchscript(path):
        from net2fig.read.torchscript.reader import read_torchscript

        return read_torchscript(path, shapes=shapes)
    raise explain_file(path)


def read_pt2(path: Path) -> Network:
    """Return the network of an exported program."""
    from net2fig.read.exported.program import build_calls, build_network, open_axes
    from net2fig.read.exported.pt2 import LATER, has_open_axes, read_graph, read_program

    module = read_graph(path)
    program = read_program(module, path)
    parts = build_calls(program)
    if has_open_axes(module):
        longer = build_calls(read_program(module, path, longer=LATER))
        parts.calls = open_axes(parts.calls, longer.calls)
    return build_network(program, parts, path.name, "saved")


def is_program(path: Path) -> bool:
    """Tell whether a file is an archive with an exported program."""
    from net2fig.read.exported.pt2 import GRAPH

    try:
        return any(GRAPH.fullmatch(name) for name in list_members(path))
    except DamageError:
        return False


def is_torchscript(path: Path) -> bool:
    """Tell whether a file is an archive with code of TorchScript."""
    try:
        inner = [name.partition("/")[2] for name in list_members(path)]
    except DamageError:
        return False
    return "data.pkl" in inner and any(name.startswith("code/") for name in inner)


def explain_file(path: Path) -> ModelError:
    """Return the error for a file, with what it holds."""
    with path.open("rb") as file:
        start = file.read(16)
    if path.suffix.lower() == ".safetensors":
        return refuse(path, *describe_safetensors(path))
    if start.startswith(b"PK"):
        return explain_archive(path)
    if start[:1] == b"\x80":
        with path.open("rb") as file:
            return refuse(path, *describe_pickle(file.read(MAX_PICKLE), path.name))
    return refuse(path, "no data that net2fig knows", CODE)


def refuse(path: Path, what: str, hint: str) -> ModelError:
    """Return the error that says what a file holds."""
    return ModelError(f"unsupported file: {path.name} holds {what}", hint=hint)


def explain_archive(path: Path) -> ModelError:
    """Return the error for an archive of PyTorch."""
    try:
        names = list_members(path)
        found = next((name for name in names if name.endswith("data.pkl")), None)
        if found is None:
            return refuse(path, "no data that net2fig knows", CODE)
        data = read_member(path, found, MAX_PICKLE)
    except DamageError as error:
        text = f"invalid file: {path.name} is truncated or damaged ({error})"
        return ModelError(text, hint="copy or download it again")
    return refuse(path, *describe_pickle(data, path.name))


def describe_pickle(data: bytes, where: str) -> tuple[str, str]:
    """Return what a pickle holds, and a hint."""
    try:
        content = find_content(read_pickles(data, where))
    except ValueError:
        return "a pickle that is truncated or damaged", "copy or download it again"
    except ModelError:
        return "a pickle of too many values", CODE
    return describe_content(content)


def describe_content(content: Any) -> tuple[str, str]:
    """Return what an inert value is, and a hint: a whole module names its class."""
    if is_module(content):
        return describe_module(content)
    weights = list_weights(content)
    if weights:
        return f"{describe_weights(weights)}, but not the network", suggest_source(weights)
    pairs = pairs_of(content)
    for key, value in pairs:
        if is_module(value):
            what, hint = describe_module(value)
            return f"a checkpoint with {shorten(key)!r}, {what}", hint
    for key, value in pairs:
        weights = list_weights(value)
        if weights:
            others = [other for other, _ in pairs if other != key]
            more = f" beside {list_names(map(shorten, others))}" if others else ""
            what = f"a checkpoint with {describe_weights(weights)} as {shorten(key)!r}{more}"
            return f"{what}, but not the network", suggest_source(weights)
    return "a pickle, which net2fig does not unpickle", CODE


def describe_module(module: Any) -> tuple[str, str]:
    """Return what a pickled module is, and a hint."""
    every = list(iterate_modules(module))
    path, size = every[0][0], sum(size for _, size in every)
    file, _, name = path.rpartition(".")
    place = f"{file.rpartition('.')[2]}.py" if file not in ("__main__", "") else "model.py"
    numbers = f"{len(every)} modules, {size:,} parameters"
    return (
        f"a pickled {shorten(path)} ({numbers}), which net2fig does not unpickle",
        f"draw its code: net2fig {shorten(place)}:{shorten(name)}, or the module in memory",
    )


def describe_weights(weights: Mapping[str, int]) -> str:
    """Return what a dictionary of weights holds."""
    tops = dict.fromkeys(key.partition(".")[0] for key in weights)
    numbers = f"{len(weights)} tensors, {sum(weights.values()):,} numbers"
    known = find_known(weights)
    if known is not None:
        whose = f"the weights of {known.library.partition('.')[0]}'s {known.name}"
        changed = " with another last layer" if known.is_changed else ""
        return f"{whose}{changed} ({numbers})"
    return f"weights ({numbers}) of {list_names(map(shorten, tops))}"


def suggest_source(weights: Mapping[str, int]) -> str:
    """Return the hint for weights: what builds the model that they belong to."""
    known = find_known(weights)
    if known is None:
        return WEIGHTS
    return f"draw the model that has them: net2fig {known.source} -o figure.pdf"


def shorten(text: str) -> str:
    """Return a name of a file on one line, with a bounded length."""
    return "".join(char if char.isprintable() else "?" for char in text[:MAX_NAME])


def describe_safetensors(path: Path) -> tuple[str, str]:
    """Return what a file of safetensors holds, and a hint: its header is JSON."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        text = file.read(size) if size <= MAX_HEADER else b""
    try:
        header = parse_json(text, path.name)
    except ModelError:
        header = None
    if not isinstance(header, dict):
        return "no data that net2fig knows", WEIGHTS
    weights: dict[str, int] = {}
    for key, value in header.items():
        shape = value.get("shape") if isinstance(value, dict) else None
        if isinstance(shape, list) and all(type(each) is int for each in shape[:16]):
            weights[key] = math.prod(shape[:16])
    if not weights:
        return "no tensors", WEIGHTS
    return f"{describe_weights(weights)}, but not the network", suggest_source(weights)
