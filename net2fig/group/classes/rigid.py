"""Calls of the author's classes as groups, where the search finds no blocks: in rigid parts.

In a feature pyramid, several paths leave between the blocks of the encoder, and no node is passed
by all data. There the author's classes tell where a block begins and ends.

Requires: the scopes of layers, whose steps name the class of each call around a layer.
Ensures: a call becomes a group if it has one way in and one way out and joins parallel paths; and
if there are several calls of its class, alike but for a projection, one of them in a rigid part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from net2fig.group.assemble import Spec, group_node
from net2fig.group.graph import Graph, Node, contract, entering, exits
from net2fig.group.naming.class_names import VAGUE
from net2fig.group.search.blocks import PROJECTED
from net2fig.group.search.cones import form, regions
from net2fig.group.search.signatures import Classes, labelled_tree
from net2fig.network import Network, Step
from net2fig.outline import Origin

Scope = tuple[Step, ...]
Variants = list[tuple[str, frozenset[str]]]
Alike = tuple[list[list[Node]], Variants]

MOST = 24
"""The most nodes of a block."""


def class_blocks(
    graph: Graph, network: Network, taken: Sequence[str]
) -> tuple[Graph, dict[str, Spec]]:
    """Return the graph with the calls of classes in rigid parts contracted, and their groups."""
    if not any(layer.scope for layer in network.layers):
        return graph, {}
    rigid = {key for region in regions(labelled_tree(graph, Classes())) for key in region.keys}
    specs: dict[str, Spec] = {}
    for name, (calls, variants) in _alike(graph, network, rigid).items():
        if name in taken:
            continue
        repeat_key = f"class {name}"
        specs[repeat_key] = Spec(name.strip("_"), origin=Origin("model"))
        groups = [
            group_node(
                graph,
                nodes,
                repeat_key,
                name=specs[repeat_key].name,
                variant=variant,
                core=core,
            )
            for nodes, (variant, core) in zip(calls, variants, strict=True)
        ]
        graph = contract(graph, groups)
    return graph, specs


def _alike(graph: Graph, network: Network, rigid: set[str]) -> dict[str, Alike]:
    """Return the calls that are blocks, by class, with the variant and the core of each.

    Where the calls of a class are not alike, or one is too long, those of the classes inside count.
    """
    members = _list_members(graph, network)
    unlike = {scope[-1].class_name for scope, nodes in members.items() if len(nodes) > MOST}
    outer = _calls(graph, members, rigid, ()).keys()
    every = Counter(scope[-1].class_name for scope in members)
    while True:
        calls = _calls(graph, members, rigid, unlike)
        variants = {name: _variants(graph, each) for name, each in calls.items()}
        alike = {
            name: (calls[name], found)
            for name, found in variants.items()
            if found is not None
            and len(found) > 1
            # The search finds the blocks of a class of which only some calls are blocks.
            and (name in outer or len(found) == every[name])
        }
        if len(alike) == len(calls):
            return alike
        unlike |= calls.keys() - alike.keys()


def _list_members(graph: Graph, network: Network) -> dict[Scope, list[Node]]:
    """Return the nodes of each call, those in calls inside of it as well."""
    members: dict[Scope, list[Node]] = {}
    for node in graph.nodes.values():
        scope = () if node.members else network[node.block.layers[0]].scope
        for depth in range(1, len(scope) + 1):
            members.setdefault(scope[:depth], []).append(node)
    return members


def _calls(
    graph: Graph,
    members: Mapping[Scope, list[Node]],
    rigid: set[str],
    unlike: Collection[str],
) -> dict[str, list[list[Node]]]:
    """Return the nodes of each call that may be a block, by class, the outer of nested ones."""
    found: dict[str, list[list[Node]]] = {}
    used: set[str] = set()
    for scope in sorted(members, key=len):
        name, nodes = scope[-1].class_name, members[scope]
        keys = {node.key for node in nodes}
        is_free = bool(name) and name not in (*VAGUE, *unlike) and not keys & used
        if is_free and _is_block(graph, nodes):
            found.setdefault(name, []).append(nodes)
            used |= keys
    return {
        name: calls
        for name, calls in found.items()
        if any(node.key in rigid for nodes in calls for node in nodes)
    }


def _is_block(graph: Graph, nodes: Sequence[Node]) -> bool:
    """Tell whether nodes have one way in, one way out, and parallel paths that are joined."""
    keys = [node.key for node in nodes]
    joins = any(len(node.sources) > 1 for node in nodes)
    return (
        len(nodes) > 1 and joins and len(entering(nodes)) == 1 and exits(graph, keys) == keys[-1:]
    )


def _variants(graph: Graph, calls: Sequence[Sequence[Node]]) -> Variants | None:
    """Return the variant and the core of each call; None if the calls differ in more."""
    forms = [form(graph, [node.key for node in nodes]) for nodes in calls]
    smallest = min(set(forms), key=len)
    base: Mapping[str, int] = Counter(key for key, _ in smallest)
    found = []
    for nodes, each in zip(calls, forms, strict=True):
        extra = Counter(key for key, _ in each)
        extra.subtract(base)
        if any(count < 0 for count in extra.values()):
            return None
        more = {key for key, count in extra.items() if count}
        added = [node for node in nodes if node.repeat_key in more]
        if not all(node.block.kind == "conv" for node in added):
            return None
        core = frozenset(node.key for node in nodes if node not in added)
        found.append((PROJECTED if added else "", core if len(set(forms)) > 1 else frozenset()))
    return found
