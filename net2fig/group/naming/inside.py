"""Note what a figure would hide of the inside of a group: resolutions, windows and features.

The body of a group stands for occurrences of many sizes, so it has no numbers. Where more features,
or lesser resolutions, are met inside than anywhere in the drawing, a note gives them. The units of
dense layers within are no features of an image, and are left out.

Requires: the extents of all layers that are drawn, in groups as well.
Ensures: nothing is noted that the drawing shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from net2fig.group.graph import ATTENTION, CONCATENATE, UP, Graph, Node
from net2fig.network import Extent

Found = tuple[str, Mapping[str, Any]]
"""The kind of a note, and its values."""

SHARE = 2 / 3
"""A resolution falls where so much of it is left at most: what a border takes is no step."""


def most_features(graph: Graph) -> int:
    """Return the greatest number of features, with a resolution, that leaves what is drawn."""
    return max((_features(graph.output(key)) for key in graph.nodes), default=0)


def inside(graph: Graph, nodes: Sequence[Node], most: int) -> Iterator[Found]:
    """Yield what to note of the inside of a group, by its occurrences.

    `most` is the greatest number of features that the drawing shows.
    """
    least, steps = descent = _descent(graph, nodes[0])
    # What an attention makes of its keys on the side is no way down.
    attends = any(leaf.block.kind == ATTENTION for leaf in _leaves(nodes[0]))
    if steps > 1 and not attends and all(_descent(graph, node) == descent for node in nodes[1:]):
        yield "descent", {"spatial": least, "steps": steps, "by": _find_ways_down(nodes[0])}
    if windows := _list_windows(nodes):
        yield "windows", {"tokens": windows}
    outer = [node for node in nodes if node.key in graph.nodes]
    widths: dict[bool, int] = {}
    for leaf in (leaf for node in outer for leaf in _leaves(node)):
        dense = leaf.block.kind == "dense"
        widths[dense] = max(widths.get(dense, 0), _features(graph.output(leaf.key)))
    # How wide dense layers are inside is not told; then nothing less is the most.
    features = widths.get(False, 0)
    if features > most and features >= widths.get(True, 0):
        yield "features-inside", {"features": features}


def _list_windows(nodes: Sequence[Node]) -> tuple[int, ...]:
    """Return among how many tokens each attends, where some have more; the least is one window."""
    counts = []
    for node in nodes:
        # What a class token attends to is put beside the others, and no window.
        joined = {
            key for each in node.members if each.entry == CONCATENATE for key, _ in each.sources
        }
        for member in node.members:
            if member.block.kind == ATTENTION:
                inner = 0 if member.key in joined else _count_tokens(member)
                counts.append((inner, _count_tokens(node)))
    are_windows = all(1 < inner <= outer for inner, outer in counts)
    if not are_windows or all(inner == outer for inner, outer in counts):
        return ()
    return tuple(sorted({inner for inner, _ in counts}))


def _count_tokens(node: Node) -> int:
    output = node.block.output
    return prod(axis or 0 for axis in output.spatial) if output else 0


def _features(extent: Extent | None) -> int:
    return (extent.features or 0) if extent is not None and extent.spatial else 0


def _leaves(node: Node) -> Iterator[Node]:
    """Yield the layers of a group, of those in it as well, in topological order."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        waiting.extend(reversed(one.members))
        if not one.members:
            yield one


def _is_border(node: Node) -> bool:
    """Tell whether what a layer leaves away is the border alone."""
    return node.block.kind == "conv" and not node.block.attributes.changes_resolution


def _find_ways_down(node: Node) -> tuple[str, ...]:
    """Return by what the resolution falls inside of a group: "pool", "stride", or both."""
    falling = [leaf for leaf in _leaves(node) if leaf.changes_resolution and leaf.block.kind != UP]
    ways = {"pool" if leaf.block.kind == "pool" else "stride" for leaf in falling}
    return tuple(sorted(ways))


def _descent(graph: Graph, node: Node) -> tuple[tuple[int | None, ...], int]:
    """Return the least resolution inside of a group, and in how many steps it is reached."""
    steps: dict[str, int] = {}
    least: Extent | None = None
    for member in _leaves(node):
        out = graph.output(member.key)
        if out is None or out.resolution is None or out.resolution < 2:
            continue
        counts: dict[bool, int] = {}
        for source, port in member.sources:
            before = graph.extents.get((source, port))
            falls = (
                before is not None
                and before.resolution is not None
                and len(before.spatial) == len(out.spatial)
                # Tokens that are transposed have another axis, not another resolution.
                and bool(before.grid) == bool(out.grid)
                and out.resolution <= before.resolution * SHARE
                and not _is_border(member)
            )
            # What a side path brings back up, such as the keys of an attention, is no step.
            rises = before is not None and (before.resolution or 0) < out.resolution
            counts[rises] = max(counts.get(rises, 0), steps.get(source, 0) + falls)
        steps[member.key] = counts.get(False, counts.get(True, 0))
        if least is None or out.resolution < (least.resolution or 0):
            least = out
    return least.spatial if least else (), max(steps.values(), default=0)
