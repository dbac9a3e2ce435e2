"""From layers to blocks: pairs of corresponding blocks, and the marked blocks.

Requires: the outlines of two networks, the pairs of their layers, the differences.
Ensures: pairs of blocks are in the order of both outlines; a block is marked if and only if a
difference is in it or in a layer that it hides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from net2fig.comparison.differences import ADDED, CHANGED, REMOVED, Difference
from net2fig.network import Network
from net2fig.outline import Block, Outline

BlockPair = tuple[str, str]


class BlockDifferences(Struct, frozen=True):
    """The pairs of blocks, by id, and the mark of every block that has one, for each figure.

    `homes` holds the block of every layer.
    """

    pairs: tuple[BlockPair, ...]
    first: Mapping[str, str]
    second: Mapping[str, str]
    homes: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})


def lift_differences(
    networks: tuple[Network, Network],
    outlines: tuple[Outline, Outline],
    pairs: Sequence[tuple[str, str]],
    differences: Sequence[Difference],
) -> BlockDifferences:
    """Return the pairs of blocks and their marks."""
    homes = find_blocks(networks[0], outlines[0]), find_blocks(networks[1], outlines[1])
    weights = Counter(
        (homes[0][a], homes[1][b]) for a, b in pairs if a in homes[0] and b in homes[1]
    )
    blocks = _pair_blocks(outlines, weights)
    changed = (
        {homes[0].get(id, "") for each in differences for id in each.first},
        {homes[1].get(id, "") for each in differences for id in each.second},
    )
    for one, two in blocks:
        if _is_unlike(outlines[0][one], outlines[1][two]):
            changed[0].add(one)
            changed[1].add(two)
        if one in changed[0] or two in changed[1]:
            changed[0].add(one)
            changed[1].add(two)
    paired_layers = {a for a, _ in pairs}, {b for _, b in pairs}
    paired = {one for one, _ in blocks}, {two for _, two in blocks}
    marks = [
        _choose_marks(
            outlines[side], changed[side], paired[side], paired_layers[side], (REMOVED, ADDED)[side]
        )
        for side in (0, 1)
    ]
    return BlockDifferences(blocks, marks[0], marks[1], homes)


def find_blocks(network: Network, outline: Outline) -> dict[str, str]:
    """Return the block of every layer; that of a hidden one is the block that its data comes from.

    If there is none, it is the block that its data goes to.
    """
    home = {id: block.id for block in outline.blocks for id in block.layers}
    for edge in network.edges:
        if edge.source in home:
            home.setdefault(edge.target, home[edge.source])
    for edge in reversed(network.edges):
        if edge.target in home:
            home.setdefault(edge.source, home[edge.target])
    return home


def _is_unlike(one: Block, two: Block) -> bool:
    return (one.type, one.count) != (two.type, two.count)


def _choose_marks(
    outline: Outline, changed: set[str], paired: set[str], paired_layers: set[str], one_sided: str
) -> dict[str, str]:
    """Return the marks of one figure: a block is only in it if none of its layers has a partner."""
    marks = {}
    for block in outline.blocks:
        if block.id not in paired and not paired_layers.intersection(block.layers):
            marks[block.id] = one_sided
        elif block.id in changed or block.id not in paired:
            marks[block.id] = CHANGED
    return marks


def _pair_blocks(
    outlines: tuple[Outline, Outline], weights: Mapping[BlockPair, int]
) -> tuple[BlockPair, ...]:
    """Return the pairs that have most layers in common, in the order of both outlines.

    best[i][j] = max(best[i-1][j], best[i][j-1], best[i-1][j-1] + weight(i, j))
    """
    firsts, seconds = (
        [block.id for block in outline.blocks if block.layers] for outline in outlines
    )
    rows: list[list[int]] = [[0] * (len(seconds) + 1)]
    for one in firsts:
        above, row = rows[-1], [0]
        for j, two in enumerate(seconds):
            weight = weights.get((one, two), 0)
            row.append(max(above[j + 1], row[j], above[j] + weight if weight else 0))
        rows.append(row)
    pairs: list[BlockPair] = []
    i, j = len(firsts), len(seconds)
    while i and j:
        weight = weights.get((firsts[i - 1], seconds[j - 1]), 0)
        if weight and rows[i][j] == rows[i - 1][j - 1] + weight:
            i, j = i - 1, j - 1
            pairs.append((firsts[i], seconds[j]))
        elif rows[i][j] == rows[i - 1][j]:
            i -= 1
        else:
            j -= 1
    return tuple(pairs[::-1])
