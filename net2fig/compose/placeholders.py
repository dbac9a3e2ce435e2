"""Placeholders: dashed frames where samples of input and output would stand.

Ensures: with frames, every input that is an image is one and every output leads to one; without,
the outline is left as it is.
"""

from __future__ import annotations

import re
from collections import Counter

from msgspec.structs import replace

from net2fig.network import Extent
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.outline import Block, Link, Outline

INPUT = "input"
"""The kind of an input, and its name where there is one."""
OUTPUT = "output@"
AUTOMATIC = re.compile(r"[\W_]|\d+$")
"""What does not count where a name is compared with that of a class: "conv2d_3"."""
UNNAMED = re.compile(r"(input|input_layer|keras_tensor)(_\d+)?")
"""The names that inputs have whose author gave them none."""


def add_frames(outline: Outline, page: Page, options: Options) -> Outline:
    """Return the outline with frames, where they are wanted."""
    mode = "always" if options.sample else page.placeholders
    if not has_frames(outline, mode):
        return outline
    inputs = {id for _, id in outline.inputs if mode == "always" or _is_image(outline[id].output)}
    blocks = [
        replace(block, type="input", kind="sample") if block.id in inputs else block
        for block in outline.blocks
    ]
    links = list(outline.links)
    for number, (name, id) in enumerate(outline.outputs):
        end, leaf = outline[id], find_leaf(outline, number)
        frame = Block(f"{OUTPUT}{number}", "output", "sample", (), leaf, name=name, arrives=leaf)
        blocks.append(frame)
        links.append(Link(id, frame.id, end.output))
    return replace(outline, blocks=tuple(blocks), links=tuple(links))


def has_frames(outline: Outline, mode: str) -> bool:
    """Tell whether outputs, and inputs like them, are drawn as dashed frames.

    By itself only where every output is an image or a mask: then a reader expects a sample there,
    and the frame is as high as the glyph beside it. An input that is a vector stays a glyph.
    """
    if mode != "auto":
        return mode == "always"
    ends = [find_leaf(outline, number) for number in range(len(outline.outputs))]
    return bool(ends) and all(_is_image(end) for end in ends)


def _is_image(extent: Extent | None) -> bool:
    """Tell whether something has two axes of resolution or more."""
    return extent is not None and len(extent.spatial) > 1


def find_leaf(outline: Outline, number: int) -> Extent | None:
    """Return what an output looks like, hidden layers at the end included."""
    if number < len(outline.leaves):
        return outline.leaves[number]
    return outline[outline.outputs[number][1]].output


def is_output_frame(block: Block) -> bool:
    """Tell whether a block is the frame of an output."""
    return block.kind == "sample" and block.id.startswith(OUTPUT)


def choose_port_names(outline: Outline) -> dict[str, str]:
    """Return the names to print: those of inputs and outputs, where a model has several.

    A single input that is no frame, which has its word inside, is called what it is.
    """
    names: dict[str, str] = {}
    for number in range(max(len(outline.parts), 1)):
        inputs = [port for port in outline.inputs if outline.homes[port[1]] == number]
        if len(inputs) == 1:
            names |= {id: INPUT for _, id in inputs if outline[id].kind == INPUT}
        if len(inputs) > 1:
            for place, (name, id) in enumerate(inputs, 1):
                names[id] = f"input {place}" if UNNAMED.fullmatch(name) else name
    ends = [block.id for block in outline.blocks if is_output_frame(block)]
    ends = ends or [id for _, id in outline.outputs]
    counts = Counter(outline.homes[id] for id in ends)
    for end, name in zip(ends, _name_outputs(outline), strict=True):
        if counts[outline.homes[end]] > 1:
            names[end] = name
    return names


def _name_outputs(outline: Outline) -> list[str]:
    """Return the names of the outputs.

    A nested head gives all its outputs its own name. Where it has several, they are called as the
    author called their layers, behind the name of the head where another has such a layer too.
    """
    own_names = [_find_own_name(outline, id) for _, id in outline.outputs]
    heads = [name for name, _ in outline.outputs]
    pairs = set(zip(heads, own_names, strict=True))
    names = []
    for head, own_name in zip(heads, own_names, strict=True):
        if not own_name or sum(each == head for each, _ in pairs) < 2:
            names.append(head)
        else:
            is_alone = sum(each == own_name for _, each in pairs) == 1
            names.append(own_name if is_alone else f"{head} {own_name}")
    return names


def _find_own_name(outline: Outline, id: str) -> str:
    """Return the name that an author gave to the layer of an output, "" if the class did."""
    block = outline[id]
    plain = AUTOMATIC.sub("", block.name).lower()
    is_automatic = any(plain == AUTOMATIC.sub("", word).lower() for word in (block.type, block.op))
    return "" if block.is_group or is_automatic else block.name
