"""Note what reads the side outputs of a run, for which a figure has one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net2fig.group.graph import SIDE, Graph, Node
from net2fig.group.naming.inside import Found
from net2fig.group.runs.nested import find_nested


def find_side_merges(graph: Graph) -> list[Node]:
    """Return the merges that read side outputs, in groups as well."""
    found = []
    waiting = list(graph.nodes.values())
    while waiting:
        node = waiting.pop()
        waiting += node.members
        if not node.members and any(port == SIDE for _, port in node.sources):
            found.append(node)
    return found


def note_sides(merges: Sequence[Node], nodes: Sequence[Node]) -> Iterator[Found]:
    """Yield how many side outputs of a group are merged, and by what."""
    keys = {node.key for node in nodes}
    counts: dict[str, set[int]] = {}
    for merge in merges:
        count = sum(port == SIDE and key in keys for key, port in merge.sources)
        if count:
            counts.setdefault(merge.block.op, set()).add(count)
    for op, found in counts.items():
        yield "side", {"op": op} | ({"count": found.pop()} if len(found) == 1 else {})


def note_nested(graph: Graph, nodes: Sequence[Node]) -> Iterator[Found]:
    """Yield that the occurrences of a group join nested skips, where some fold that do."""
    keys = {node.key for node in nodes if graph.nodes.get(node.key) is node}
    if any(keys.issuperset(nested.units) for nested in find_nested(graph)):
        yield "nested", {}
