"""Say what reaches each block after the layers that are hidden before it.

A link says what leaves its source. Where a hidden layer turns a vector into something with a
resolution (Reshape), the next glyph begins with that resolution, not with the vector.

Ensures: nothing changes but `Block.arrives` and `Block.params`; `leaves` are what the network
itself gives out, hidden layers at its end included.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from net2fig.network import Edge, Extent, Network, extent
from net2fig.outline import Block


def with_arrivals(blocks: Iterable[Block], network: Network) -> tuple[Block, ...]:
    """Return the blocks, each with the extent of its first input."""
    first: dict[str, Edge] = {}
    for edge in network.edges:
        first.setdefault(edge.target, edge)
    channels_first = network.channels_first

    def arriving(block: Block) -> Extent | None:
        edge = next((first[id] for id in block.layers if id in first), None)
        return None if edge is None else extent(network.shape(edge), channels_first)

    return tuple(
        replace(block, arrives=arriving(block), params=_params(block, network)) for block in blocks
    )


def _params(block: Block, network: Network) -> int | None:
    """Return how many parameters the layers of a block have, each layer counted once."""
    layers = [network[id] for id in block.layers]
    counts = {
        (tuple(model.partition("@")[0] for model in layer.scope), layer.name): layer.params
        for layer in layers
    }
    known = [count for count in counts.values() if count is not None]
    return sum(known) if len(known) == len(counts) else None


def leaving(network: Network) -> tuple[Extent | None, ...]:
    """Return the extents of the network's outputs, in their order."""
    channels_first = network.channels_first
    shapes = (
        network[port.layer].outputs[port.tensor : port.tensor + 1] for port in network.outputs
    )
    return tuple(extent(shape[0] if shape else None, channels_first) for shape in shapes)
