"""Say a graph as an outline: blocks, links, ports."""

from __future__ import annotations

from net2fig.group.graph import SIDE, Graph
from net2fig.outline import ENTRY, Block, Link


def blocks_of(graph: Graph) -> tuple[Block, ...]:
    """Return the blocks of a graph."""
    return tuple(node.block for node in graph.nodes.values())


def links_of(graph: Graph) -> tuple[Link, ...]:
    """Return the links of a graph, ordered by target and input."""
    return tuple(
        Link(
            tensor[0],
            node.key,
            graph.extents.get(tensor),
            tensor[1] * (tensor[0] == ENTRY),
            count=graph.nodes[tensor[0]].block.count if tensor[1] == SIDE else 1,
        )
        for node in graph.nodes.values()
        for tensor in node.sources
    )
