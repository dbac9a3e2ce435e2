"""Points where data fork or join, put between the blocks of an outline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from net2fig.outline import ENTRY, EXIT, Block, Link, Outline


def is_point(block: Block) -> bool:
    """Tell whether a block is a point."""
    return block.kind == "point"


def _make_point(id: str) -> Block:
    return Block(id, "", "point", (), None)


def add_points(
    body: Outline, joins: Callable[[Block], bool] = lambda _: False, *, is_body: bool = True
) -> tuple[list[Block], list[Link]]:
    """Return blocks and links with points put in, still in a topological order.

    A point stands where a body begins and ends, if it is one, behind each block that several read,
    and before each block with several inputs that `joins` says.
    """
    fork = {b.id: f"{b.id}@fork" for b in body.blocks if len(body.out_of(b.id)) > 1}
    join = {b.id: f"{b.id}@join" for b in body.blocks if len(body.into(b.id)) > 1 and joins(b)}
    blocks, links = [], []
    inputs = Counter(link.entry for link in body.out_of(ENTRY))
    entries = dict.fromkeys(inputs, ENTRY)
    if is_body:
        blocks.append(_make_point(ENTRY))
    for number in sorted(number for number, readers in inputs.items() if readers > 1):
        entries[number] = f"{ENTRY}@fork{number or ''}"
        blocks.append(_make_point(entries[number]))
        links.append(Link(ENTRY, entries[number], None, number))
    for block in body.blocks:
        if block.id in join:
            blocks.append(_make_point(join[block.id]))
            links.append(Link(join[block.id], block.id, None))
        blocks.append(block)
        if block.id in fork:
            blocks.append(_make_point(fork[block.id]))
            links.append(Link(block.id, fork[block.id], block.output))
    if sum(not link.exit for link in body.into(EXIT)) > 1:
        join[EXIT] = f"{EXIT}@join"
        blocks.append(_make_point(join[EXIT]))
        links.append(Link(join[EXIT], EXIT, None))
    if is_body:
        blocks.append(_make_point(EXIT))
    for link in body.links:
        source = entries[link.entry] if link.source == ENTRY else fork.get(link.source, link.source)
        entry = link.entry if source == ENTRY else 0
        target = EXIT if link.exit else join.get(link.target, link.target)
        links.append(Link(source, target, link.extent, entry, link.exit))
    return blocks, links
