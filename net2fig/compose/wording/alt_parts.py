"""A figure of several models in sentences: each model in as many as there is room for.

Requires: an outline whose parts share no link.
Ensures: the name of every part, and at least the first sentence about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from net2fig.compose.wording import prose
from net2fig.compose.wording.alt import LONGEST, describe
from net2fig.data.grammar import Grammar
from net2fig.network import Network
from net2fig.options.types import Style
from net2fig.outline import Outline


def describe_parts(
    network: Network,
    outline: Outline,
    grammar: Grammar,
    styles: Mapping[str, Style] | None = None,
) -> str:
    """Return the alternative text of a network with any number of parts."""
    if not network.parts:
        return describe(network, outline, grammar, styles)
    text = f"{prose.capitalize(prose.spell_number(len(network.parts)))} models."
    room = (LONGEST - len(text)) // len(network.parts)
    for name, part, drawn in split_parts(network, outline):
        lead = f" {name}: "
        text += lead + describe(part, drawn, grammar, styles, room - len(lead))
    return text


def split_parts(network: Network, outline: Outline) -> Iterator[tuple[str, Network, Outline]]:
    """Yield each part with its name: its network, and what is drawn of it."""
    for part in network.parts:
        own = set(part.layers)
        blocks = tuple(b for b in outline.blocks if own.intersection(b.layers))
        ids = {block.id for block in blocks}
        frames = {link.target for link in outline.links if link.source in ids} - ids
        shown = ids | frames
        numbers = [n for n, (_, id) in enumerate(outline.outputs) if id in ids]
        yield (
            part.name,
            replace(network, layers=tuple(network[id] for id in part.layers), parts=()),
            replace(
                outline,
                blocks=tuple(block for block in outline.blocks if block.id in shown),
                links=tuple(link for link in outline.links if link.target in shown),
                inputs=tuple(port for port in outline.inputs if port[1] in ids),
                outputs=tuple(outline.outputs[n] for n in numbers),
                leaves=tuple(outline.leaves[n] for n in numbers if n < len(outline.leaves)),
                groups=tuple(g for g in outline.groups if any(g.name == b.type for b in blocks)),
                left_out=(),
                parts=(),
            ),
        )
