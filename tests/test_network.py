"""What was read."""

from __future__ import annotations

import pytest

from net2fig.network import Edge, Extent, Layer, Network, Port, Shape, extent
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


def test_channels_are_first_where_a_layer_says_so() -> None:
    first = Network("", (layer("a", None, data_format="channels_first"),), (), (), ())
    last = Network("", (layer("a", None, data_format="channels_last"),), (), (), ())
    assert first.channels_first
    assert not last.channels_first
    assert not split().channels_first


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


def test_channels_first_puts_the_features_before_the_axes() -> None:
    assert extent((None, 3, 32, 48), channels_first=True) == Extent((32, 48), 3)
    assert extent((None, 10), channels_first=True) == Extent((), 10)
    # A sequence has its features last, whatever the convolutions do.
    assert extent((None, 100, 64), channels_first=True) == Extent((100,), 64)


def test_no_shape_has_no_extent() -> None:
    assert extent(None) is None


def test_what_is_known_of_an_extent() -> None:
    assert Extent((32, 48), 3).known
    assert not Extent((32, None), 3).known
    assert not Extent((32, 48)).known
    assert Extent((32, 48), 3).resolution == 48
    assert Extent((None, 48), 3).resolution == 48
    assert Extent((None, None), 3).resolution is None
    assert Extent((), 10).resolution is None
