"""What volumes are for: chains and encoders with decoders, of maps, of about twenty cuboids.

Ensures: an outline in scope has maps to see; what is not in scope is told in words that say how
much of what there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from net2fig.compose.volumes.sizes import find_form
from net2fig.data.grammar import Grammar
from net2fig.data.styles import CIRCLE, SLAB, Limits, Volumes
from net2fig.graphs import longest_paths
from net2fig.outline import Outline

WORKS = "boxes show attention, trapezoids any network"
"""What is drawn instead of what has no maps."""
COARSER = "less detail or named groups make it fewer"
"""What helps where there is too much."""


def select_outlines(
    outlines: Iterable[Outline], grammar: Grammar, volumes: Volumes
) -> tuple[list[Outline], str]:
    """Return the outlines that volumes are for, and why the last of the others is none."""
    chosen, reason = [], ""
    for outline in outlines:
        obstacle = find_obstacle(outline, grammar, volumes)
        if obstacle:
            reason = obstacle
        else:
            chosen.append(outline)
    return chosen, reason


def find_obstacle(outline: Outline, grammar: Grammar, volumes: Volumes) -> str:
    """Return why an outline is not drawn as volumes; "" where it is."""
    limits = volumes.limits
    return _find_lack_of_maps(outline, limits) or _find_excess(outline, grammar, volumes)


def _find_lack_of_maps(outline: Outline, limits: Limits) -> str:
    """Tell of a network of vectors and of sequences, whose tokens may be those of a grid."""
    spatial = [b.output.spatial for b in outline.blocks if b.output and b.output.spatial]
    maps = sum(len(axes) > 1 for axes in spatial)
    if not maps or maps < limits.maps * len(spatial):
        return f"{maps} of its {len(outline.blocks)} blocks make maps of two axes; {WORKS}"
    return ""


def _find_excess(outline: Outline, grammar: Grammar, volumes: Volumes) -> str:
    """Tell of too many cuboids, or of too many ways beside each other; slabs are no burden."""
    limits = volumes.limits
    place = longest_paths({b.id: [x.source for x in outline.into(b.id)] for b in outline.blocks})
    homes = outline.homes if outline.parts else dict.fromkeys(place, 0)
    solid = [
        block
        for block in outline.blocks
        if block.kind != "sample" and find_form(block, grammar, volumes) not in (CIRCLE, SLAB)
    ]
    cuboids = max(Counter(homes[block.id] for block in solid).values(), default=0)
    if cuboids > limits.glyphs:
        level = f"at the level {outline.level!r}"
        return f"it takes {cuboids} cuboids {level}, more than {limits.glyphs}; {COARSER}"
    beside = Counter((homes[block.id], place[block.id]) for block in solid)
    most = max(beside.values(), default=0)
    if most > limits.beside:
        return f"{most} cuboids would stand beside each other, more than {limits.beside}; {COARSER}"
    past = Counter(
        homes[link.source] for link in outline.links if place[link.target] - place[link.source] > 1
    )
    skips = max(past.values(), default=0)
    if skips > limits.skips:
        return f"{skips} lines would lead past cuboids, more than {limits.skips}; {COARSER}"
    return ""
