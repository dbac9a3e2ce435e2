"""Brackets beneath runs that are drawn once: the room that they need."""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.layout import Node
from net2fig.outline import Bracket

TURN = 2.4
"""How far the ends of a bracket are turned up."""
CLEAR = 1.6
"""Between captions and a bracket, and between it and its count."""


def reserve_brackets(
    nodes: tuple[Node, ...], brackets: tuple[Bracket, ...], badge: float
) -> tuple[Node, ...]:
    """Return nodes that reserve the room of the brackets beneath them, with a `badge` so high.

    Those of a run reach equally far down where they stand on one line, as a run mostly does.
    """
    run_of = {id: run for run in brackets for id in run.blocks}
    depths: dict[tuple[str, ...], float] = {}
    for node in nodes:
        if node.id in run_of:
            blocks = run_of[node.id].blocks
            depths[blocks] = max(depths.get(blocks, 0.0), _half_height(node) + node.below)
    room = CLEAR + TURN + CLEAR + badge + 1.0
    return tuple(
        replace(
            node,
            below=depths[run_of[node.id].blocks] - _half_height(node) + room,
            label=max(node.label, node.width),
        )
        if node.id in run_of
        else node
        for node in nodes
    )


def _half_height(node: Node) -> float:
    """Return half the height of a node with one line on each side."""
    return max(node.left, node.right) / 2
