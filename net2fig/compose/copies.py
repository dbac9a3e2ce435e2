"""Copies: what goes on, and past other blocks to a concatenation as well.

--[  ]--o----[  ]----[  ]--(=)--     A dashed line tells it from a way that begins at a fork, and
'- - - - - - - - -'          from what is added.
"""

from __future__ import annotations

from net2fig.data.grammar import Grammar
from net2fig.graphs import longest_paths
from net2fig.outline import Outline


def find_copies(outline: Outline, grammar: Grammar) -> set[int]:
    """Return the links that copy, by their place in the outline."""
    sources = {b.id: [link.source for link in outline.into(b.id)] for b in outline.blocks}
    place = longest_paths(sources)
    return {
        number
        for number, link in enumerate(outline.links)
        if not outline[link.target].is_group
        and grammar.entry(outline[link.target].op).copies
        and place[link.target] - place[link.source] > 1
        and len(outline.out_of(link.source)) > 1
    }
