"""Resolutions above cuboids: each is printed once where it changes.

Blocks of one resolution that hang together form a region. Its first map tells it: a slab stands
beside higher cuboids, where a text has no room.
"""

from __future__ import annotations

from net2fig.compose.diagram import DrawContext, is_sign
from net2fig.compose.labels import find_whole, format_link
from net2fig.compose.volumes.sizes import find_form
from net2fig.compose.wording import words
from net2fig.data.styles import BAR, MAP
from net2fig.graphs import DisjointSets
from net2fig.outline import Block, Link, Outline


def choose_titles(outline: Outline, context: DrawContext) -> dict[str, str]:
    """Return what stands above each block, by its id."""
    mode = context.options.labels.resolution
    if mode == "none":
        return {}
    texts = {block.id: _format(block, outline, mode) for block in outline.blocks}
    able = [
        block.id
        for block in outline.blocks
        if block.kind != "sample" and not is_sign(block, outline, context) and texts[block.id]
    ]
    if mode == "all":
        return {id: texts[id] for id in able}
    place = {block.id: number for number, block in enumerate(outline.blocks)}
    regions = DisjointSets(len(place))
    for link in outline.links:
        if texts[link.source] == texts[link.target]:
            regions.join(place[link.source], place[link.target])
    volumes = context.volumes
    assert volumes is not None
    grammar = context.style_book.grammar
    maps = [id for id in able if find_form(outline[id], grammar, volumes) in (MAP, BAR)]
    chosen: dict[int, str] = {}
    for id in [*maps, *able]:
        chosen.setdefault(regions.root(place[id]), id)
    return {id: texts[id] for id in chosen.values()}


def _format(block: Block, outline: Outline, mode: str) -> str:
    """Return the resolution of what leaves a block."""
    links = outline.out_of(block.id) or [Link(block.id, block.id, block.output)]
    if mode == "relative":
        share = words.format_shares(block.output, find_whole(outline))
        if share:
            return share
    return format_link(outline, links[0])
