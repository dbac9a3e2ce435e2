"""`.onnx` files → Network, as data: neither onnx nor PyTorch is needed, and no weights are loaded.

Requires: a file, of which only its own bytes are read: files for external data are never opened.
Ensures: the network of the file. Axes that it leaves open stay so, unless their sizes are given.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from net2fig.errors import ModelError
from net2fig.network import Network
from net2fig.read.exported.program import Program, build_calls, build_network, open_axes
from net2fig.read.onnx.evaluate import Walk
from net2fig.read.onnx.model import Dim, Model, Parser
from net2fig.read.onnx.translate import translate

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

BATCH = 2
"""The batch where the file leaves it open."""

SIZE, OTHER = 224, 288
"""Sizes of other open axes: two runs tell which axes depend on them."""


def read_onnx(path: Path, *, shapes: Sequence[InputShape] = ()) -> Network:
    """Return the network of an ONNX file, with the given shapes for open inputs."""
    model = parse_file(path)
    given = match_inputs(model, shapes)
    parts = build_calls(make_program(model, path, given, SIZE))
    program = make_program(model, path, given, SIZE)
    if has_open_axes(model, given):
        other = build_calls(make_program(model, path, given, OTHER))
        parts.calls = open_axes(parts.calls, other.calls)
    return build_network(program, parts, path.name, "saved")


def parse_file(path: Path) -> Model:
    """Return the contents of a file, without weights."""
    problem = ""
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        return Parser(path.name).model(memoryview(data))
    except (ValueError, IndexError) as error:
        problem = str(error)
    raise ModelError(
        f"invalid ONNX file: {path.name} is damaged, or none ({problem})",
        hint="copy or export it again",
    )


Given = dict[str, tuple[int | None, ...]]


def match_inputs(model: Model, shapes: Sequence[InputShape]) -> Given:
    """Return the shapes that are given for inputs, by their names."""
    if not shapes:
        return {}
    from net2fig.read.given_shapes import match_shapes

    held = {tensor.name for tensor in model.graph.tensors}
    names = [port.name for port in model.graph.inputs if port.name not in held]
    return {name: shape.axes for name, shape in match_shapes(shapes, names).items()}


def has_open_axes(model: Model, given: Given) -> bool:
    """Tell whether an input has an axis beside the batch whose length is not known."""
    return any(
        not isinstance(size, int) and choose_size(given, port.name, axis, size, None) is None
        for port in model.graph.inputs
        for axis, size in enumerate(port.shape or ())
        if axis
    )


def choose_size(given: Given, name: str, axis: int, size: Dim, default: int | None) -> int | None:
    """Return the length of an axis of an input: stated, given, or the default."""
    if isinstance(size, int) and size > 0:
        return size
    axes = given.get(name, ())
    found = axes[axis - 1] if 0 < axis <= len(axes) else None
    return default if found is None else found


def get_batch(model: Model) -> int:
    """Return the length of the batch axis."""
    for port in model.graph.inputs:
        if port.shape and isinstance(port.shape[0], int) and port.shape[0] > 0:
            return port.shape[0]
        if port.shape:
            return BATCH
    return BATCH


def make_program(model: Model, path: Path, given: Given, size: int) -> Program:
    """Return the program for a size of the axes that are open."""
    batch = get_batch(model)

    def get_size(name: str, axis: int, stated: Dim) -> int | None:
        """Return the length of an axis of an input, or of a tensor that the file states."""
        if not name:
            return stated if isinstance(stated, int) else None
        return choose_size(given, name, axis, stated, size if axis else batch)

    evaluation = Walk(model, path.name, get_size).run()
    return translate(model, evaluation, path, batch)
