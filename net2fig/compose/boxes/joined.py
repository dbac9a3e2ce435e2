"""Layers that authors write in one box: a sum and its norm, the dense layers of a feed-forward net.

Ensures: blocks are joined only where no other block reads what lies between them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from net2fig.network import Extent
from net2fig.outline import Block, Link, Outline

ADD_NORM, FEED_FORWARD = "Add & Norm", "Feed forward"
"""The names of joined blocks."""


class Joined(Struct, frozen=True):
    """An outline with joined blocks, and the blocks that each stands for, by its id."""

    outline: Outline
    runs: Mapping[str, tuple[Block, ...]]

    def name(self, block: Block) -> str:
        """Return the name of a joined block, "" for any other."""
        if block.id not in self.runs:
            return ""
        return ADD_NORM if block.kind == "norm" else FEED_FORWARD


def join_blocks(outline: Outline, sums: Collection[str]) -> Joined:
    """Return the outline with joined blocks; `sums` are the operations that add."""
    runs = [*_list_sums(outline, sums), *_list_feed_forwards(outline)]
    into = {id: run[-1].id for run in runs for id in (block.id for block in run)}
    joined = {run[-1].id: _join(run) for run in runs}
    blocks = tuple(
        joined.get(block.id, block)
        for block in outline.blocks
        if into.get(block.id, block.id) == block.id
    )
    links = tuple(
        replace(link, source=into.get(link.source, link.source), target=_end(link, into))
        for link in outline.links
        if into.get(link.source, "") != into.get(link.target, link.target)
    )
    return Joined(replace(outline, blocks=blocks, links=links), {run[-1].id: run for run in runs})


def _end(link: Link, into: Mapping[str, str]) -> str:
    return into.get(link.target, link.target)


def _join(run: tuple[Block, ...]) -> Block:
    """Return one block for a run."""
    layers = tuple(id for block in run for id in block.layers)
    counts = [block.params for block in run if block.params is not None]
    params = sum(counts) if len(counts) == len(run) else None
    return replace(run[-1], layers=layers, params=params, arrives=run[0].arrives)


def _follow(outline: Outline, block: Block) -> Block | None:
    """Return the only reader of a block that reads nothing else."""
    links = outline.out_of(block.id)
    if len(links) != 1 or links[0].exit or block.count > 1 or block.shared:
        return None
    known = {each.id: each for each in outline.blocks}
    reader = known.get(links[0].target)
    if reader is None or reader.count > 1 or reader.shared or len(outline.into(reader.id)) != 1:
        return None
    return reader


def _is_end(outline: Outline, block: Block) -> bool:
    """Tell whether an output of the network is that of a block."""
    return any(id == block.id for _, id in outline.outputs)


def _list_sums(outline: Outline, sums: Collection[str]) -> Iterator[tuple[Block, ...]]:
    """Yield each sum with the norm that alone reads it."""
    for block in outline.blocks:
        if block.is_group or block.op not in sums or _is_end(outline, block):
            continue
        reader = _follow(outline, block)
        if reader is not None and reader.kind == "norm":
            yield block, reader


def _list_feed_forwards(outline: Outline) -> Iterator[tuple[Block, ...]]:
    """Yield dense layers in a row that leave as many features as they read, with others between."""
    taken: set[str] = set()
    for block in outline.blocks:
        if block.kind != "dense" or block.id in taken:
            continue
        run = [block]
        while (reader := _follow(outline, run[-1])) and reader.kind == "dense":
            if _is_end(outline, run[-1]):
                break
            run.append(reader)
        taken.update(each.id for each in run)
        extents = [link.extent for link in outline.into(block.id)]
        arriving = extents[0] if len(extents) == 1 else None
        if len(run) > 1 and _is_feed_forward(arriving, run):
            yield tuple(run)


def _is_feed_forward(arriving: Extent | None, run: list[Block]) -> bool:
    """Tell whether dense layers work on each step of a sequence, and leave it as it was."""
    extents = [block.output for block in run]
    if arriving is None or not arriving.spatial or None in extents:
        return False
    steady = all(extent is not None and extent.spatial == arriving.spatial for extent in extents)
    features = [extent.features for extent in extents if extent is not None]
    return steady and arriving.features == features[-1] != features[0]
