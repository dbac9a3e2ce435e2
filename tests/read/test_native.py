"""net2fig's own JSON loses nothing and is the same every time."""

from __future__ import annotations

import json

import pytest

from net2fig.errors import ModelError, Notice
from net2fig.network import Edge, Layer, Network, Port, Step
from net2fig.read import native
from net2fig.read.native import dump, load


def test_load_returns_what_dump_wrote() -> None:
    """Every field of a network survives."""
    a = Layer("a", "a", "InputLayer", None, {"batch_shape": [None, 8]}, ((None, 8),), 0)
    b = Layer(
        id="n@2/b",
        name="b",
        class_name="Linear",
        module="torch.nn",
        config={"units": 2},
        outputs=(None, (3,)),
        params=18,
        scope=(Step("m"), Step("k", "Block"), Step("n", "", 2)),
        weights="n/b",
        axes=("", "N"),
        op="Dense",
    )
    network = Network(
        "net",
        (a, b),
        (Edge("a", "n@2/b"),),
        (Port("x", "a"),),
        (Port("y", "n@2/b", 1),),
        "net.keras",
        "saved",
        (Notice("dead-layer", "gone: 'c'"),),
    )
    assert load(dump(network)) == network
    assert dump(load(dump(network))) == dump(network)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("layers", 1, "params"), "many"),
        (("layers", 1, "params"), -3),
        (("layers", 1, "params"), True),
        (("layers", 1, "outputs"), [[None, -4]]),
        (("layers", 1, "outputs"), 3),
        (("layers", 1, "scope"), 3),
        (("layers", 1, "scope"), [["n"]]),
        (("layers", 1, "scope"), [["n", "", "2"]]),
        (("layers", 1, "axes"), ["NQ"]),
        (("layers", 1, "axes"), [3]),
        (("layers", 1), None),
        (("edges", 0), ["a", "b", float("inf"), 0]),
        (("edges", 0), ["a", "b", 0, 10**30]),
        (("edges", 0), ["a", "b", -1, 0]),
        (("edges", 0), ["a", "b"]),
        (("outputs", 0), ["y", "b", float("nan")]),
        (("outputs", 0), ["y", "b", 1.5]),
    ],
)
def test_invalid_values(place, value):
    data = json.loads(dump(small()))
    inner = data
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    with pytest.raises(ModelError, match=r"^invalid network: net\.json: "):
        load(json.dumps(data), "net.json")


def test_numbers_that_json_lacks_become_texts():
    data = json.loads(dump(small()))
    data["layers"][1]["config"] = {"rate": float("inf")}
    network = load(json.dumps(data))
    assert network["b"].config == {"rate": "inf"}
    assert load(dump(network)) == network


def test_more_layers_than_can_be_drawn(monkeypatch):
    monkeypatch.setattr(native, "LAYER_LIMIT", 1)
    with pytest.raises(
        ModelError, match=r"^unsupported model: more than 1 layers in net\.json(?m:$)"
    ):
        load(dump(small()), "net.json")


def small():
    a = Layer("a", "a", "InputLayer", None, {}, ((None, 8),), 0)
    b = Layer("b", "b", "Dense", None, {"units": 2}, ((None, 2),), 18)
    return Network("net", (a, b), (Edge("a", "b"),), (Port("x", "a"),), (Port("y", "b"),), "n.py")
