"""Models inside of the model, as groups with the names that they bring along.

Requires: the layers of a nested model name it in their scope.
Ensures: a nested model is a group where all its calls are alike, have one way out, and one way in
or one node that reads all that comes in; those met once are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net2fig.group.assemble import Spec, group_node
from net2fig.group.graph import Graph, Node, contract, entering, exits
from net2fig.group.search.cones import form
from net2fig.network import Network, Step
from net2fig.outline import Origin

Scope = tuple[Step, ...]


def nested_groups(
    graph: Graph, network: Network, taken: Sequence[str]
) -> tuple[Graph, dict[str, Spec]]:
    """Return the graph with its repeated nested models contracted, and what these groups are.

    Names in `taken` are those of the author's own groups, which come first.
    """
    specs: dict[str, Spec] = {}
    for calls in _models(graph, network):
        name = calls[0][-1].name
        if name in taken or len(calls) < 2:
            continue
        members = _find_members(graph, network, calls)
        if not _alike(graph, members):
            continue
        repeat_key = f"nested {'/'.join(step.name for step in calls[0])}"
        specs[repeat_key] = Spec(_free(name, specs), origin=Origin("model"))
        groups = [
            group_node(graph, nodes, repeat_key, name=specs[repeat_key].name) for nodes in members
        ]
        graph = contract(graph, groups)
    return graph, specs


def _free(name: str, specs: dict[str, Spec]) -> str:
    used = {spec.name for spec in specs.values()}
    number = 2
    free = name
    while free in used:
        free, number = f"{name} {number}", number + 1
    return free


def _models(graph: Graph, network: Network) -> Iterator[list[Scope]]:
    """Yield the scopes of the calls of each nested model, inner models before outer."""
    scopes: dict[Scope, None] = {}
    for node in graph.nodes.values():
        scope = network[node.block.layers[0]].scope
        for depth in range(1, len(scope) + 1):
            scopes[scope[:depth]] = None
    calls: dict[tuple[str, ...], list[Scope]] = {}
    for scope in scopes:
        calls.setdefault(tuple(step.name for step in scope), []).append(scope)
    yield from sorted(calls.values(), key=lambda found: -len(found[0]))


def _find_members(graph: Graph, network: Network, calls: Sequence[Scope]) -> list[list[Node]]:
    """Return the nodes of each of some calls, all as deep, in one pass."""
    depth = len(calls[0])
    found: dict[Scope, list[Node]] = {scope: [] for scope in calls}
    for node in graph.nodes.values():
        scope = network[node.block.layers[0]].scope[:depth]
        if scope in found:
            found[scope].append(node)
    return [found[scope] for scope in calls]


def _alike(graph: Graph, calls: Sequence[Sequence[Node]]) -> bool:
    """Tell whether all calls can be groups, and are the same."""
    for nodes in calls:
        keys = [node.key for node in nodes]
        fed = [node for node in nodes if any(source not in keys for source, _ in node.sources)]
        sources = {source for source, _ in entering(nodes)}
        if len(nodes) < 2 or exits(graph, keys) != keys[-1:] or min(len(sources), len(fed)) != 1:
            return False
    return len({form(graph, [node.key for node in nodes]) for nodes in calls}) == 1
