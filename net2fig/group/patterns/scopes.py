"""Scopes as groups: a nested model, a layer of the author's own, a part of the names of layers.

An atom may name a scope by its name ("efficientnetb0"), its path ("encoder/block_1"), its class
("SEBlock"), or by a form of these ("se_block*", "efficientnetb0/*"); else the layers whose names
have a form ("block1_*").

Requires: a graph in topological order, the scopes of its layers.
Ensures: a region is what one call of a scope holds, the outer of nested ones; or one connected part
of the layers whose names have the form. Only regions with one way out are groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from net2fig.graphs import components
from net2fig.group.graph import Graph, Node, exits
from net2fig.group.search.cones import form
from net2fig.network import Network, Step
from net2fig.pattern import Atom, Series, fits_form, is_form

Scope = tuple[Step, ...]
Region = tuple[Node, ...]


def get_single_atom(pattern: Series) -> Atom | None:
    """Return the atom of a pattern that is one atom without conditions, which may name a scope."""
    atom = pattern.items[0] if len(pattern.items) == 1 and not pattern.entry else None
    is_plain = isinstance(atom, Atom) and not (atom.any or atom.kind or atom.where)
    return atom if isinstance(atom, Atom) and is_plain else None


def find_regions(graph: Graph, network: Network, text: str) -> tuple[list[Region], str]:
    """Return the regions that a text names, and why others are none."""
    regions: dict[Scope, list[Node]] = {}
    for node in graph.nodes.values():
        scope = _scope_of(node, network)
        for depth in range(1, len(scope) + 1):
            if _names(scope[:depth], text):
                regions.setdefault(scope[:depth], []).append(node)
                break
    found = list(regions.values()) or list(_connected(graph, text))
    closed = [tuple(nodes) for nodes in found if _has_one_exit(graph, nodes)]
    open_at = next((nodes for nodes in found if not _has_one_exit(graph, nodes)), None)
    if open_at is None:
        return closed, ""
    keys = [node.key for node in open_at]
    leaving = sorted(exits(graph, keys), key=keys.index)
    return closed, f"data leaves {text!r} at {len(leaving)} layers ({', '.join(leaving[:3])})"


def _scope_of(node: Node, network: Network) -> Scope:
    """Return the scope that holds all layers of a node."""
    scopes = [network[id].scope for id in node.block.layers]
    shared = takewhile(lambda steps: len(set(steps)) == 1, zip(*scopes, strict=False))
    return tuple(steps[0] for steps in shared)


def _names(scope: Scope, text: str) -> bool:
    """Tell whether a text names the innermost step of a scope."""
    text = text.removesuffix("/*")
    ids = [step.id for step in scope]
    words = (scope[-1].name, ids[-1], "/".join(ids), ".".join(ids), scope[-1].class_name)
    return text in words or fits_form(text, words)


def _connected(graph: Graph, text: str) -> Iterator[list[Node]]:
    """Yield the connected parts of the layers whose names have a form."""
    if not is_form(text):
        return
    chosen = {
        key: node
        for key, node in graph.nodes.items()
        if node.sources and fits_form(text, (node.block.name, *node.block.layers))
    }
    links = ((key, source) for key, node in chosen.items() for source, _ in node.sources)
    for part in components(list(chosen), links):
        yield [chosen[key] for key in part]


def _has_one_exit(graph: Graph, nodes: Sequence[Node]) -> bool:
    return exits(graph, (node.key for node in nodes)) == [nodes[-1].key]


def mark_forms(graph: Graph, regions: Sequence[Region]) -> list[int]:
    """Return for each region the number of its form, from 0, in the order of their first ones."""
    forms = [form(graph, [node.key for node in region]) for region in regions]
    numbers = {each: number for number, each in enumerate(dict.fromkeys(forms))}
    return [numbers[each] for each in forms]
