"""Tells what a file of PyTorch or ONNX holds: a program, or what works in its place.

Requires: a file; its suffix tells little.
Ensures: nothing is unpickled or executed; only names in the pickle are read, up to a limit.
"""

from __future__ import annotations

import io
import json
import pickletools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from net2fig.errors import ModelError
from net2fig.network import Network
from net2fig.read.exported.archive import DamageError, list_members, read_member

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

MAX_PICKLE = 2**24
"""How much of a pickle is looked at, in bytes."""

MAX_HEADER = 2**24
"""The maximum size of the header of safetensors."""

BUILTIN = ("torch", "collections", "numpy", "builtins", "__builtin__", "_codecs", "typing")
"""Packages whose names in a pickle are no class of a model."""

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


def explain_file(path: Path) -> ModelError:
    """Return the error for a file, with what it holds."""
    with path.open("rb") as file:
        start = file.read(16)
    if path.suffix.lower() == ".safetensors":
        return refuse(path, describe_safetensors(path), WEIGHTS)
    if start.startswith(b"PK"):
        return explain_archive(path)
    if start[:1] == b"\x80":
        with path.open("rb") as file:
            return refuse(path, *describe_pickle(file.read(MAX_PICKLE)))
    return refuse(path, "no data that net2fig knows", CODE)


def refuse(path: Path, what: str, hint: str) -> ModelError:
    """Return the error that says what a file holds."""
    return ModelError(f"unsupported file: {path.name} holds {what}", hint=hint)


def explain_archive(path: Path) -> ModelError:
    """Return the error for an archive of PyTorch."""
    try:
        names = list_members(path)
        inner = [name.partition("/")[2] for name in names]
        if any(name.startswith("code/") for name in inner):
            return refuse(path, "a TorchScript program, which net2fig does not read", CODE)
        found = next((name for name in names if name.endswith("data.pkl")), None)
        if found is None:
            return refuse(path, "no data that net2fig knows", CODE)
        data = read_member(path, found, MAX_PICKLE)
    except DamageError as error:
        text = f"invalid file: {path.name} is truncated or damaged ({error})"
        return ModelError(text, hint="copy or download it again")
    return refuse(path, *describe_pickle(data))


def describe_pickle(data: bytes) -> tuple[str, str]:
    """Return what a pickle holds, and a hint: a whole module names its class."""
    names = list(read_names(data))
    classes = [name for name in names if name.partition(".")[0] not in BUILTIN]
    layers = [name for name in names if name.startswith("torch.nn.modules.")]
    tensors = sum("_rebuild_tensor" in name for name in names)
    if layers:
        whole = (classes or layers)[0]
        module, _, name = whole.rpartition(".")
        hint = f"draw its code: net2fig {module.rpartition('.')[2]}.py:{name}"
        return f"a pickled {whole}, which net2fig does not unpickle", hint
    if tensors:
        return "weights of PyTorch, but not the network", WEIGHTS
    return "a pickle, which net2fig does not unpickle", CODE


def read_names(data: bytes) -> Iterator[str]:
    """Yield the classes and functions that a pickle names, without loading it."""
    texts: list[str] = []
    try:
        for code, argument, _ in pickletools.genops(io.BytesIO(data)):
            if code.name == "GLOBAL" and isinstance(argument, str):
                yield argument.replace(" ", ".")
            elif code.name == "STACK_GLOBAL" and len(texts) > 1:
                yield ".".join(texts[-2:])
            elif isinstance(argument, str):
                texts = [*texts[-1:], argument]
    except (ValueError, IndexError, OverflowError, MemoryError, UnicodeDecodeError, KeyError):
        return


def describe_safetensors(path: Path) -> str:
    """Return what a file of safetensors holds."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        text = file.read(size) if size <= MAX_HEADER else b""
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        return "no data that net2fig knows"
    number = len(header.keys() - {"__metadata__"})
    return f"weights ({number} tensors), but not the network"
