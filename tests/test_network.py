"""What was read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from net2fig.network import (
    Edge,
    Extent,
    Layer,
    Network,
    Port,
    Shape,
    count_params,
    extent,
    find_feature_axis,
)
from net2fig.rules.facts import count_parameters
from tests.group.nets import Builder


def layer(id: str, *outputs: Shape | None, **config: object) -> Layer:
    return Layer(id, id, "Dense", None, config, outputs)


def split() -> Network:
    """Return a network in which one layer has two outputs, and one reads both."""
    layers = (layer("in", (None, 8)), layer("two", (None, 3), (None, 5)), layer("sum", None))
    edges = (Edge("two", "sum", 0, 0), Edge("two", "sum", 1, 1), Edge("in", "two"))
    return Network("net", layers, edges, (Port("x", "in"),), (Port("y", "sum"),))


def test_a_layer_is_found_by_its_id() -> None:
    network = split()
    assert network["two"] is network.layers[1]
    assert "two" in network
    assert "three" not in network
    with pytest.raises(KeyError):
        network["three"]


def test_the_output_of_a_layer_is_its_first() -> None:
    assert split()["two"].output == (None, 3)
    assert split()["sum"].output is None
    assert layer("none").output is None


def test_an_edge_carries_the_tensor_of_its_port() -> None:
    network = split()
    assert [network.shape(edge) for edge in network.edges] == [(None, 3), (None, 5), (None, 8)]
    assert network.shape(Edge("two", "sum", 7)) is None


def test_networks_of_equal_content_are_equal() -> None:
    assert split() == split()
    assert hash(split().edges) == hash(split().edges)


def test_layers_that_share_weights_count_once() -> None:
    """Two layers whose names end in a number, as ids of later calls do, each called twice."""
    small, large = layer("scale@2", (None, 5)), layer("scale@4", (None, 50))
    calls = (
        replace(small, params=10, weights="scale@2"),
        replace(small, id="scale@2@2", params=10, weights="scale@2"),
        replace(large, params=100, weights="scale@4"),
        replace(large, id="scale@4@2", params=100, weights="scale@4"),
    )
    network = Network("", calls, (), (), ())
    assert network.params == 110
    assert count_parameters(network) == (110, 0)
    assert [each.weights_key for each in calls] == ["scale@2"] * 2 + ["scale@4"] * 2
    assert count_params(calls[:2]) == 10


def test_a_network_can_be_computed_on() -> None:
    net = Builder()
    x = net.input(32, 32, 3)
    y = net.conv(x, 8)
    network = net.network(net.merge("Multiply", y, y))
    graph = network.to_networkx()
    assert graph.name == "net"
    assert list(graph.nodes) == [one.id for one in network.layers]
    assert graph.nodes[y] == {
        "name": y,
        "class_name": "Conv2D",
        "op": "Conv2D",
        "config": dict(network[y].config),
        "shape": (None, 32, 32, 8),
        "params": None,
    }
    assert graph.number_of_edges(y, "multiply_1") == 2
    assert graph.edges[x, y, 0] == {"shape": (None, 32, 32, 3)}


@pytest.mark.parametrize(
    ("shape", "spatial", "features"),
    [
        ((None, 32, 32, 64), (32, 32), 64),
        ((None, None, None, 3), (None, None), 3),
        ((None, 10), (), 10),
        ((None, 100, 64), (100,), 64),
        ((None, 8, 16, 16, 4), (8, 16, 16), 4),
        ((None,), (), None),
        ((), (), None),
    ],
)
def test_a_shape_is_a_resolution_and_features(
    shape: Shape, spatial: tuple[int | None, ...], features: int | None
) -> None:
    assert extent(shape) == Extent(spatial, features)


def test_features_are_found_by_axes() -> None:
    assert extent((None, 3, 32, 48), "NCSS") == Extent((32, 48), 3)
    assert extent((None, 10), "NC") == Extent((), 10)
    assert extent((None, 64, 100), "NCT") == Extent((100,), 64)
    assert extent((None, 7, 5), "NTS") == Extent((7, 5), None)
    # Axes of another rank say nothing.
    assert extent((None, 100, 64), "NCSS") == Extent((100,), 64)
    assert [find_feature_axis(4), find_feature_axis(4, "NCSS"), find_feature_axis(3, "NTS")] == [
        3,
        1,
        2,
    ]


def test_the_class_is_the_default_operation() -> None:
    plain = layer("a", None)
    assert plain.op == plain.class_name == "Dense"
    other = replace(plain, class_name="Linear")
    assert (other.class_name, other.op) == ("Linear", "Dense")


def test_no_shape_has_no_extent() -> None:
    assert extent(None) is None


def test_a_known_extent() -> None:
    assert Extent((32, 48), 3).known
    assert not Extent((32, None), 3).known
    assert not Extent((32, 48)).known
    assert Extent((32, 48), 3).resolution == 48
    assert Extent((None, 48), 3).resolution == 48
    assert Extent((None, None), 3).resolution is None
    assert Extent((), 10).resolution is None


def tokens(*shapes: tuple[int | None, ...]) -> Network:
    """Return a chain of layers that return these shapes."""
    layers = tuple(
        Layer(f"l{number}", f"l{number}", "Reshape", None, {}, (shape,))
        for number, shape in enumerate(shapes)
    )
    edges = tuple(Edge(f"l{number}", f"l{number + 1}") for number in range(len(shapes) - 1))
    return Network("n", layers, edges, (Port("in", "l0"),), (Port("out", layers[-1].id),))


@pytest.mark.parametrize(
    ("shapes", "grid"),
    [
        ([(None, 14, 14, 8), (None, 196, 8)], (14, 14)),
        ([(None, 14, 14, 8), (None, 196, 8), (None, 197, 8), (None, 197, 4)], (14, 14)),
        ([(None, 14, 14, 8), (None, 196, 8), (None, 8, 196)], ()),
        ([(None, 14, 14, 8), (None, 14, 112)], ()),
        ([(None, 196, 8), (None, 196, 4)], ()),
        ([(None, None, None, 8), (None, None, 8)], ()),
        ([(None, 14, 14, 8), (None, 196, 8), (None, 14, 14, 8)], ()),
    ],
)
def test_tokens_know_the_grid_that_they_were_made_from(
    shapes: list[tuple[int | None, ...]], grid: tuple[int, ...]
) -> None:
    network = tokens(*shapes)
    found = network.tensor_extent(network.layers[-1].id)
    assert found is not None
    assert found.grid == grid
    if grid:
        assert found.resolution == max(grid)


def test_a_layer_without_weights_shares_none() -> None:
    pool = Layer("a", "a", "MaxPooling2D", None, {}, (), 0, weights="pool", op="MaxPooling2D")
    assert not pool.shared
    assert replace(pool, params=None).shared
    assert replace(pool, params=9).shared


def test_tokens_behind_a_pooling_inside_of_an_attention_have_its_grid() -> None:
    """The heads stand between the map and the tokens; a class token goes with them."""
    shapes = [
        ("in", "InputLayer", (None, 8, 8, 3)),
        ("heads", "Reshape", (None, 2, 64, 3)),
        ("map", "Reshape", (None, 8, 8, 3)),
        ("pool", "MaxPooling2D", (None, 4, 4, 3)),
        ("pooled", "Reshape", (None, 1, 17, 3)),
        ("tokens", "Reshape", (None, 17, 3)),
        ("others", "Reshape", (None, 20, 3)),
    ]
    layers = tuple(Layer(id, id, op, None, {}, (shape,)) for id, op, shape in shapes)
    edges = tuple(Edge(one.id, two.id) for one, two in pairwise(layers))
    network = Network("net", layers, edges, (Port("in", "in"),), (Port("out", "others"),))
    tokens, others = network.tensor_extent("tokens"), network.tensor_extent("others")
    assert tokens is not None
    assert tokens.grid == (4, 4)
    assert others is not None
    assert others.grid == ()


def test_tokens_in_another_order_are_those_of_the_picture() -> None:
    """On the way a reshape with more axes has as many places."""
    shapes = [
        ("in", "InputLayer", (None, 8, 8, 3)),
        ("axes", "Reshape", (None, 2, 4, 2, 4, 3)),
        ("order", "Reshape", (None, 1, 64, 3)),
        ("tokens", "Reshape", (None, 64, 3)),
        ("units", "Max", (None, 1, 16, 3)),
        ("pooled", "Reshape", (None, 16, 3)),
    ]
    layers = tuple(Layer(id, id, op, None, {}, (shape,)) for id, op, shape in shapes)
    edges = tuple(Edge(one.id, two.id) for one, two in pairwise(layers))
    network = Network("net", layers, edges, (Port("in", "in"),), (Port("out", "pooled"),))
    tokens, pooled = network.tensor_extent("tokens"), network.tensor_extent("pooled")
    assert tokens is not None
    assert tokens.grid == (8, 8)
    assert pooled is not None
    assert pooled.grid == (4, 4)


def test_learned_queries_are_as_high_as_a_square_of_as_many_beside_a_picture() -> None:
    """A hundred queries are not as high as a hundred rows of pixels."""
    layers = tuple(
        Layer(id, id, "Op", None, {}, (shape,))
        for id, shape in (("in", (None, 8, 8, 3)), ("queries", (None, 99, 3)), ("out", (None, 3)))
    )
    edges = (Edge("in", "out", 0, 0), Edge("queries", "out", 0, 1))
    network = Network("net", layers, edges, (Port("in", "in"),), (Port("out", "out"),))
    queries = network.tensor_extent("queries")
    assert queries is not None
    assert queries.resolution == 10
    alone = Network("net", layers[1:], edges[1:], (), (Port("out", "out"),))
    assert alone.tensor_extent("queries") == Extent((99,), 3)
