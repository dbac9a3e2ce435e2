"""Calls of the author's classes as groups, inner classes first.

    class C2f:  conv → Bottleneck ×n → concatenate → conv      called 8 times, n is 1 or 2

What the author made a class of is one thing to them, even where its calls differ: in how often an
inner block follows itself, in a projection beside it, in a shortcut that it lacks.

Requires: the scopes of layers, whose steps name the class of each call around a layer.
Ensures: a class is a group only if all its calls that hold several nodes are one, with one way in
and one way out. Calls that differ in how often an inner block follows itself have repeat keys of
their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.group.assemble import group_node
from net2fig.group.classes.class_calls import HOLDERS
from net2fig.group.fold import runs
from net2fig.group.graph import ADD, SIDE, Graph, Node, contract, entering, exits
from net2fig.group.runs.turns import find_turns, fold_members, form_of
from net2fig.group.search.blocks import NO_SHORTCUT, PROJECTED
from net2fig.group.search.score import OVERHEAD
from net2fig.group.search.unique_blocks import LEAST, SHARE
from net2fig.network import Network, Step

Scope = tuple[Step, ...]

MOST = 24
"""The most nodes of a body."""


class Call(Struct, frozen=True):
    """The nodes of a call, and how it differs from the others of its class."""

    nodes: tuple[Node, ...]
    turns: str = ""
    variant: str = ""
    core: frozenset[str] = frozenset()


def called_groups(
    graph: Graph, network: Network | None, *, once: bool = False
) -> tuple[Graph, dict[str, str]]:
    """Return the graph with the calls of classes contracted, and their classes by repeat key.

    With `once`, what is called once is a group as well, if it joins parallel paths and is neither
    small nor most of the network.
    """
    names: dict[str, str] = {}
    scopes = _list_scopes(graph, network)
    depths: dict[str, int] = {}
    for scope in scopes:
        depths[scope[-1].class_name] = max(depths.get(scope[-1].class_name, 0), len(scope))
    for name in sorted(depths, key=lambda name: -depths[name]):
        if not name or name in HOLDERS:
            continue
        held = [ids for scope, ids in scopes.items() if scope[-1].class_name == name]
        found = _list_calls(graph, held)
        graph, calls = _as_combs(graph, found)
        alike = _compare(graph, calls) if _are_units(graph, calls) else None
        is_single = len(calls) == 1
        pays = is_single and once and _is_part(graph, calls[0])
        if alike is None or not (pays if is_single else _gains(graph, alike)):
            continue
        groups = [
            group_node(
                graph,
                call.nodes,
                f"class {name}{call.turns}",
                name=name,
                variant=call.variant,
                core=call.core,
            )
            for call in alike
        ]
        names |= {group.repeat_key: name for group in groups}
        graph = contract(graph, groups)
    return graph, names


def _list_scopes(graph: Graph, network: Network | None) -> dict[Scope, set[str]]:
    """Return the layers that are drawn of each call, those in calls inside of it as well."""
    scopes: dict[Scope, set[str]] = {}
    if network is None or not any(layer.scope for layer in network.layers):
        return scopes
    present = {id for node in graph.nodes.values() for id in node.block.layers}
    for layer in network.layers:
        if layer.id in present:
            for depth in range(1, len(layer.scope) + 1):
                scopes.setdefault(layer.scope[:depth], set()).add(layer.id)
    return scopes


def _list_calls(graph: Graph, held: Sequence[set[str]]) -> list[tuple[Node, ...]]:
    """Return the nodes of each call that holds several; none if a node holds a part of a call."""
    holder = {id: key for key, node in graph.nodes.items() for id in node.block.layers}
    place = {key: number for number, key in enumerate(graph.nodes)}
    calls = []
    for ids in held:
        keys = sorted({holder[id] for id in ids}, key=place.__getitem__)
        nodes = tuple(graph.nodes[key] for key in keys)
        if any(not ids.issuperset(node.block.layers) for node in nodes):
            return []
        if len(nodes) > 1:
            calls.append(nodes)
    return calls


def _as_combs(
    graph: Graph, calls: Sequence[Sequence[Node]]
) -> tuple[Graph, list[tuple[Node, ...]]]:
    """Return the graph in which merges read the equal groups of a chain by their sides."""
    nodes, extents = dict(graph.nodes), dict(graph.extents)
    for call in calls:
        inside = {node.key: node for node in call if node.members}
        for node in call:
            read = [key for key, port in node.sources if key in inside and not port]
            chain = [
                (one, two)
                for one in read
                for two in read
                if inside[one].repeat_key == inside[two].repeat_key
                and any(source == one for source, _ in inside[two].sources)
            ]
            units = {key for pair in chain for key in pair}
            if node.block.kind != "merge" or not units:
                continue
            sources = tuple((key, SIDE if key in units else port) for key, port in node.sources)
            nodes[node.key] = replace(node, sources=sources)
            extents |= {(key, SIDE): extents.get((key, 0)) for key in units}
    changed = replace(graph, nodes=nodes, extents=extents)
    return changed, [tuple(nodes[node.key] for node in call) for call in calls]


def _are_units(graph: Graph, calls: Sequence[Sequence[Node]]) -> bool:
    """Tell whether calls have one way in and one way out each.

    What joins a skip, such as a step of a decoder, is no unit without what the skip leads past.
    """
    if not calls or any(node.block.kind == "input" for call in calls for node in call):
        return False
    return all(
        len(entering(call)) == 1 and exits(graph, [node.key for node in call]) == [call[-1].key]
        for call in calls
    )


def _compare(graph: Graph, calls: Sequence[Sequence[Node]]) -> list[Call] | None:
    """Return in what the calls of a class differ; None if they are not one thing."""
    bodies = [fold_members(graph, group_node(graph, call, "call")) for call in calls]
    forms = [form_of(body) for body in bodies]
    usual = max(forms, key=forms.count)
    alike = [body for body, form in zip(bodies, forms, strict=True) if form == usual]
    turns = find_turns(alike)
    if turns is None or max(map(len, bodies)) > MOST:
        return None
    if forms.count(usual) == len(forms):
        numbers = turns.numbers or ("",) * len(calls)
        return [
            Call(tuple(call), f" {number}".rstrip())
            for call, number in zip(calls, numbers, strict=True)
        ]
    if turns.numbers:
        return None
    base = calls[forms.index(usual)]
    pairs = zip(calls, forms, strict=True)
    found = [_differ(base, call, is_usual=form == usual) for call, form in pairs]
    known = [call for call in found if call is not None]
    return known if len(known) == len(found) else None


def _differ(base: Sequence[Node], call: Sequence[Node], *, is_usual: bool) -> Call | None:
    """Return a call that is usual, or has a projection more or a shortcut less than the usual."""
    join = base[-1]
    core = frozenset(node.key for node in call if node.entry != ADD)
    if is_usual:
        return Call(tuple(call), core=core)
    more, less = (Counter(node.repeat_key for node in nodes) for nodes in (call, base))
    extra, missing = more - less, less - more
    if not missing and join.entry == ADD:
        added = _list_added(call, extra)
        is_projection = len(added) == extra.total() and all(
            node.block.kind == "conv" for node in added
        )
        left = core - {node.key for node in added}
        return Call(tuple(call), variant=PROJECTED, core=left) if is_projection else None
    if not extra and missing == Counter({join.repeat_key: 1}) and join.entry == ADD:
        return Call(tuple(call), variant=NO_SHORTCUT, core=core)
    return None


def _list_added(call: Sequence[Node], extra: Mapping[str, int]) -> list[Node]:
    """Return the layers of a projection: of equal ones those that read what comes in."""
    added = []
    for repeat_key, count in extra.items():
        equal = [node for node in call if node.repeat_key == repeat_key]
        if len(equal) > count:
            # The first of them begins the branch.
            ways = set(entering(call))
            equal = [node for node in equal[1:] if ways.issuperset(node.sources)]
        added += equal
    return added


def _is_part(graph: Graph, call: Sequence[Node]) -> bool:
    """Tell whether a call made once is a part of the network, and more than a few layers."""
    joins = any(len(set(node.sources)) > 1 for node in call)
    layers = sum(len(node.block.layers) for node in graph.nodes.values())
    mine = sum(len(node.block.layers) for node in call)
    return joins and len(call) >= LEAST and mine <= SHARE * layers


def _gains(graph: Graph, calls: Sequence[Call]) -> bool:
    """Tell whether the groups make figure and legend smaller, or hold parallel paths."""
    if any(len(set(node.sources)) > 1 for call in calls for node in call.nodes):
        return True
    groups = [group_node(graph, call.nodes, "call", core=call.core) for call in calls]
    holder = {member.key: group.key for group in groups for member in group.members}
    before = sum(len(fold_members(graph, group)) for group in groups)
    body = min(len(fold_members(graph, group)) for group in groups)
    return before - len(runs(graph, groups, holder)) - body - OVERHEAD > 0
