"""Placeholders: dashed frames where samples of input and output would stand.

Ensures: with frames, every input that is an image is one and every output leads to one; without,
the outline is left as it is.
"""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.compose.wording.ports import choose_port_names
from net2fig.network import Extent
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.outline import Block, Link, Outline

OUTPUT = "output@"
WORD = "word"
"""The type of an output for which a word stands: of a merge, which is too small to be an end."""


def add_frames(outline: Outline, page: Page, options: Options) -> Outline:
    """Return the outline with what stands for its inputs and outputs, where it is wanted."""
    mode = "always" if options.sample else page.placeholders
    if has_frames(outline, mode):
        framed = {
            id for _, id in outline.inputs if mode == "always" or _is_image(outline[id].output)
        }
        ends = dict.fromkeys(range(len(outline.outputs)), "output")
    elif mode == "auto" and options.glyphs != "volumes":
        framed, ends = set(), dict.fromkeys(_list_bare_ends(outline), WORD)
    else:
        return outline
    blocks = [
        replace(block, type="input", kind="sample") if block.id in framed else block
        for block in outline.blocks
    ]
    links = list(outline.links)
    for number, type in ends.items():
        name, id = outline.outputs[number]
        end, leaf = outline[id], find_leaf(outline, number)
        frame = Block(f"{OUTPUT}{number}", type, "sample", (), leaf, name=name, arrives=leaf)
        blocks.append(frame)
        links.append(Link(id, frame.id, end.output))
    return replace(outline, blocks=tuple(blocks), links=tuple(links))


def _list_bare_ends(outline: Outline) -> list[int]:
    """Return the outputs that are merges which nothing else reads."""
    ends = enumerate(id for _, id in outline.outputs)
    return [n for n, id in ends if outline[id].kind == "merge" and not outline.out_of(id)]


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


def name_ports(outline: Outline) -> dict[str, str]:
    """Return the names of ports, by the frames and blocks beneath which they stand."""
    frames = {
        int(block.id.removeprefix(OUTPUT)): block.id
        for block in outline.blocks
        if is_output_frame(block)
    }
    return choose_port_names(outline, frames)
