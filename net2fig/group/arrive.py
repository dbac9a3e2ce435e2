"""Say what reaches each block after the layers that are hidden before it.

A link says what leaves its source. Where a hidden layer turns a vector into something with a
resolution (Reshape), the next glyph begins with that resolution, not with the vector.

Ensures: nothing changes but `Block.arrives` and `Block.params`; `leaves` are what the network
itself gives out, hidden layers at its end included.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from net2fig.network import Edge, Extent, Network, count_params
from net2fig.outline import Block


def with_arrivals(blocks: Iterable[Block], network: Network) -> tuple[Block, ...]:
    """Return the blocks, each with the extent of its first input."""
    first: dict[str, Edge] = {}
    for edge in network.edges:
        first.setdefault(edge.target, edge)

    def arriving(block: Block) -> Extent | None:
        edge = next((first[id] for id in block.layers if id in first), None)
        return None if edge is None else network.extent(edge)

    return tuple(
        replace(block, arrives=arriving(block), params=_params(block, network)) for block in blocks
    )


def _params(block: Block, network: Network) -> int | None:
    """Return how many parameters the layers of a block have, those that are shared once."""
    return count_params(network[id] for id in block.layers)


def leaving(network: Network) -> tuple[Extent | None, ...]:
    """Return the extents of the network's outputs, in their order."""
    return tuple(network.tensor_extent(port.layer, port.tensor) for port in network.outputs)
