"""Placeholders: dashed frames where samples of input and output would stand.

Ensures: with frames, every input block is a frame and every output leads to one; without, the
outline is left as it is.
"""

from __future__ import annotations

from dataclasses import replace

from net2fig.options import Options
from net2fig.outline import Block, Link, Outline
from net2fig.template import Template

OUTPUT = "output@"


def framed(outline: Outline, template: Template, options: Options) -> Outline:
    """Return the outline with frames, where they are wanted."""
    mode = "always" if options.sample else options.placeholders or template.placeholders
    if not wanted(outline, mode):
        return outline
    inputs = {id for _, id in outline.inputs}
    blocks = [
        replace(block, type="input", kind="sample") if block.id in inputs else block
        for block in outline.blocks
    ]
    links = list(outline.links)
    for number, (name, id) in enumerate(outline.outputs):
        end = outline[id]
        frame = Block(f"{OUTPUT}{number}", "output", "sample", (), end.output, name=name)
        blocks.append(frame)
        links.append(Link(id, frame.id, end.output))
    return replace(outline, blocks=tuple(blocks), links=tuple(links))


def wanted(outline: Outline, mode: str) -> bool:
    """Tell whether inputs and outputs are drawn as dashed frames.

    By itself only where the output has a resolution, as an image or a mask has: then a reader
    expects a sample there, and the frame is as high as the glyph beside it.
    """
    if mode != "auto":
        return mode == "always"
    ends = [outline[id].output for _, id in (*outline.inputs, *outline.outputs)]
    return bool(ends) and all(end is not None and len(end.spatial) > 1 for end in ends)


def is_output_frame(block: Block) -> bool:
    """Tell whether a block is the frame of an output."""
    return block.kind == "sample" and block.id.startswith(OUTPUT)


def port_names(outline: Outline) -> dict[str, str]:
    """Return the names to print: those of inputs and outputs, where there are several."""
    named: dict[str, str] = {}
    if len(outline.inputs) > 1:
        named.update((id, name) for name, id in outline.inputs)
    if len(outline.outputs) > 1:
        frames = [block for block in outline.blocks if is_output_frame(block)]
        ends = [(block.id, block.name) for block in frames]
        named.update(ends or ((id, name) for name, id in outline.outputs))
    return named
