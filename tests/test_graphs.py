"""Union–find, bottlenecks, longest paths and dominators, against networkx."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from net2fig.graphs import (
    DisjointSets,
    bottlenecks,
    choose_grid,
    components,
    dominators,
    longest_paths,
)


@st.composite
def dags(draw: st.DrawFn) -> dict[int, list[int]]:
    """Return what each node reads, of the nodes before it."""
    count = draw(st.integers(1, 12))
    return {
        node: sorted(draw(st.sets(st.integers(0, node - 1), max_size=3))) if node else []
        for node in range(count)
    }


def graph_of(sources: dict[int, list[int]]) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(sources)
    graph.add_edges_from((source, node) for node, read in sources.items() for source in read)
    return graph


def test_the_least_number_stands_for_a_set() -> None:
    sets = DisjointSets(5)
    assert sets.join(4, 2)
    assert not sets.join(2, 4), "they are together already"
    assert (sets.root(4), sets.root(3), len(sets)) == (2, 3, 5)
    assert sets.sets() == [[0], [1], [2, 4], [3]]


def test_components_keep_the_order_and_ignore_what_is_outside() -> None:
    assert components("cab", [("a", "c"), ("b", "x")]) == [["c", "a"], ["b"]]


@given(dags())
def test_components(sources: dict[int, list[int]]) -> None:
    links = [(source, node) for node, read in sources.items() for source in read]
    found = components(list(sources), links)
    assert [set(part) for part in found] == sorted(
        nx.weakly_connected_components(graph_of(sources)), key=min
    )


def test_an_edge_jumps_over_what_is_no_bottleneck() -> None:
    # 0 → 1 → 2 → 3, 0 → 2
    assert bottlenecks(range(4), [2, 2, 3, 3], 0) == [0, 2, 3]
    assert bottlenecks(range(4), [2, 2, 3, 3], 2) == [2, 3], "2 reads from outside"


@given(dags())
def test_bottlenecks_lie_on_every_path(sources: dict[int, list[int]]) -> None:
    graph = graph_of(sources)
    last = len(sources)
    graph.add_edges_from(("in", node) for node in sources if not sources[node])
    graph.add_edges_from((node, "out") for node in sources if graph.out_degree(node) == 0)
    reach = [max(n if n != "out" else last for n in graph.successors(p)) for p in sources]
    entry = max(node for node in sources if not sources[node])
    without = {
        node: nx.has_path(graph.subgraph(set(graph) - {node}), "in", "out") for node in sources
    }
    assert bottlenecks(range(last), reach, entry) == [n for n in sources if not without[n]]


def test_a_node_without_weight_lengthens_no_path() -> None:
    sources = {"a": [], "b": ["a"], "c": ["b", "outside"]}
    assert longest_paths(sources) == {"a": 1, "b": 2, "c": 3}
    assert longest_paths(sources, lambda key: key != "b") == {"a": 1, "b": 1, "c": 2}


@given(dags())
def test_longest_paths(sources: dict[int, list[int]]) -> None:
    paths = longest_paths(sources)
    assert max(paths.values()) == nx.dag_longest_path_length(graph_of(sources)) + 1
    assert all(paths[node] == 1 for node, read in sources.items() if not read)


@given(dags())
def test_dominators(sources: dict[int, list[int]]) -> None:
    graph = graph_of(sources)
    graph.add_edges_from((-1, node) for node in sources if not sources[node])
    found = dominators({node: read or [-1] for node, read in sources.items()}, -1)
    assert {k: v for k, v in found.items() if k != -1} == {
        node: above for node, above in nx.immediate_dominators(graph, -1).items() if node != -1
    }
    assert dominators(sources, -1) == found, "what reads nothing is read as the root's"


def test_of_maps_with_as_many_places_tokens_have_the_squarest() -> None:
    """Windows and the places in each are no map."""
    assert choose_grid([], [(64, 49), (56, 56)], 3136) == (56, 56)
    assert choose_grid([], [(56, 56), (64, 49)], 3136) == (56, 56)
