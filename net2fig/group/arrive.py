"""Say what reaches each block after the layers that are hidden before it.

A link says what leaves its source. Where a hidden layer turns a vector into something with a
resolution (Reshape), the next glyph begins with that resolution, not with the vector.

Ensures: nothing changes but `Block.arrives`; `leaves` are what the network itself gives out, hidden
layers at its end included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from net2fig.network import Extent, Network, extent
from net2fig.outline import Block


def with_arrivals(blocks: Iterable[Block], network: Network) -> tuple[Block, ...]:
    """Return the blocks, each with the extent of its first input."""
    first: dict[str, Extent | None] = {}
    channels_first = network.channels_first
    for edge in network.edges:
        if edge.target not in first:
            first[edge.target] = extent(network.shape(edge), channels_first)
    return tuple(
        replace(block, arrives=next((first[id] for id in block.layers if id in first), None))
        for block in blocks
    )


def leaving(network: Network) -> tuple[Extent | None, ...]:
    """Return the extents of the network's outputs, in their order."""
    channels_first = network.channels_first
    shapes = (
        network[port.layer].outputs[port.tensor : port.tensor + 1] for port in network.outputs
    )
    return tuple(extent(shape[0] if shape else None, channels_first) for shape in shapes)
