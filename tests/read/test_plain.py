"""net2fig's own JSON loses nothing and is the same every time."""

from __future__ import annotations

from net2fig.errors import Notice
from net2fig.network import Edge, Layer, Network, Port
from net2fig.read.plain import dump, load


def test_load_returns_what_dump_wrote() -> None:
    """Every field of a network survives."""
    a = Layer("a", "a", "InputLayer", None, {"batch_shape": [None, 8]}, ((None, 8),), 0)
    b = Layer("n/b", "b", "Dense", "keras.layers", {"units": 2}, (None, (3,)), 18, ("n",), True)
    network = Network(
        "net",
        (a, b),
        (Edge("a", "n/b"),),
        (Port("x", "a"),),
        (Port("y", "n/b", 1),),
        "net.keras",
        "saved",
        (Notice("dead-layer", "gone: 'c'"),),
    )
    assert load(dump(network)) == network
    assert dump(load(dump(network))) == dump(network)
