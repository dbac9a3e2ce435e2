"""The graph of a small network, and its labelled tree."""

from __future__ import annotations

from net2fig.data.grammar import load_grammar
from net2fig.group.graph import Graph
from net2fig.group.hiding.hide import hide
from net2fig.group.search.signatures import Classes, Line, labelled_tree
from net2fig.network import Network
from net2fig.options.table import Options


def graph_of(network: Network) -> Graph:
    """Return the graph of what is drawn at the level `layers`."""
    return hide(network, load_grammar(), Options(), "layers").graph


def tree_of(network: Network) -> tuple[Graph, Line]:
    """Return the graph of a network and its tree."""
    graph = graph_of(network)
    return graph, labelled_tree(graph, Classes())
