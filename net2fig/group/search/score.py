"""What a group is worth: by how much it makes the figure and its legend smaller.

gain = glyphs before − glyphs after, neighbours folded − (glyphs of the body + 2) − variants

The 2 is what a definition costs beside its glyphs: its own glyph and the sign of equality.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from net2fig.group.assemble import group_node
from net2fig.group.fold import runs
from net2fig.group.graph import SPLIT, Graph, Node

OVERHEAD = 2
"""What a definition costs in the legend beside the glyphs of its body."""

KNOWN = 1
"""What it costs for a residual block, which readers know before they look."""

FREE = "no-shortcut"
"""The variant that costs nothing: a block is met without its shortcut where none is possible."""

Body = tuple[int, ...]
"""The classes of what follows one another in the branch of a residual block."""

MAKERS = ("dense", "conv", "pointwise")
"""The entries whose layers make a condition of what they read, all parts of it at once."""

BRACKET = 1
"""What a bracket costs beside the glyphs that it holds."""


class Occurrence(Struct, frozen=True):
    """Where a group would stand: its nodes in topological order, the exit last.

    `core` holds what a variant has in common with its group, where there are variants.
    """

    keys: tuple[str, ...]
    size: int
    variant: str = ""
    core: frozenset[str] = frozenset()


class Candidate(Struct, frozen=True):
    """A group that might be made, with its occurrences in order.

    `body` is the one branch of a residual block, `narrow` what it is without a pointwise
    convolution at an end; else they are empty. `later` holds what will join the group
    once all blocks are found; until then it only counts for the gain.
    """

    occurrences: tuple[Occurrence, ...]
    size: int
    body: Body = ()
    later: tuple[Occurrence, ...] = ()
    narrow: tuple[Body, ...] = ()
    overhead: int = OVERHEAD

    def most(self) -> int:
        """Return a bound on the gain: all occurrences folded into one."""
        found = (*self.occurrences, *self.later)
        return sum(occurrence.size for occurrence in found) - 1 - self.size - self.overhead


def nodes_of(graph: Graph, candidate: Candidate, repeat_key: str) -> list[Node]:
    """Return the nodes that the occurrences would become."""
    return [node_of(graph, found, repeat_key) for found in candidate.occurrences]


def node_of(graph: Graph, found: Occurrence, repeat_key: str) -> Node:
    """Return the node that an occurrence would become, with the splits whose parts all go to it."""
    before = _list_splits(graph, found.keys)
    members = [graph.nodes[key] for key in (*before, *found.keys)]
    core = found.core | set(before) if found.core else found.core
    return group_node(graph, members, repeat_key, variant=found.variant, core=core)


def _list_splits(graph: Graph, keys: Sequence[str]) -> list[str]:
    """Return the splits of which nodes read all parts, and what makes a condition to be split."""
    inside = set(keys)
    read = dict.fromkeys(key for each in keys for key, _ in graph.nodes[each].sources)
    entering = [key for key in read if key not in inside]
    splits = [key for key in entering if _goes_to(graph, key, inside, (SPLIT,))]
    if len(splits) == len(entering):
        return splits
    makers = [
        source
        for key in splits
        for source, _ in graph.nodes[key].sources
        if _goes_to(graph, source, {key}, MAKERS)
    ]
    return [*makers, *splits]


def _goes_to(graph: Graph, key: str, readers: Collection[str], entries: Collection[str]) -> bool:
    """Tell whether a layer of certain entries is read by some nodes and nothing else."""
    node = graph.nodes.get(key)
    is_meant = node is not None and node.entry in entries and key not in graph.leaving()
    return is_meant and set(graph.readers(key)) <= set(readers)


def gain(graph: Graph, candidate: Candidate, *, brackets: bool = False) -> int:
    """Return by how many glyphs the figure and its legend would shrink.

    With `brackets`, equal neighbours would be drawn once without a group too: a group has to say
    more than that, which it does where it is met in several places.
    """
    place = {key: number for number, key in enumerate(graph.nodes)}
    found = [*candidate.occurrences, *candidate.later]
    if candidate.later:
        found.sort(key=lambda occurrence: place[occurrence.keys[-1]])
    groups = [node_of(graph, occurrence, "candidate") for occurrence in found]
    holder = {member.key: group.key for group in groups for member in group.members}
    made = runs(graph, groups, holder)
    before = sum(occurrence.size for occurrence in found)
    if brackets and not any(member.members for member in groups[0].members):
        before = sum(candidate.size + (BRACKET if len(run) > 1 else 0) for run in made)
    variants = {occurrence.variant for occurrence in found} - {"", FREE}
    return before - len(made) - candidate.size - candidate.overhead - len(variants)
