"""What the author should know of a model: each thing once, the same for every reader."""

from __future__ import annotations

import pytest

from net2fig.read import read


def read_notices(config, tmp_path, layers, outputs):
    """Return the notices of a model with one input of 8 features, by code."""
    data = config.model([config.input("x", [None, 8]), *layers], ["x", 0, 0], outputs)
    notices = read(config.save(tmp_path / "net.keras", data)).notices
    codes = [notice.code for notice in notices]
    assert len(codes) == len(set(codes))
    return {notice.code: notice.text for notice in notices}


@pytest.fixture
def dense(config):
    """A dense layer by name, called on a layer once or several times."""

    def one(name, *sources, units=8):
        tensors = [config.tensor(source, [None, 8]) for source in sources]
        return config.layer("Dense", name, *tensors, units=units)

    return one


def test_an_ordinary_model_has_no_notices(config, tmp_path, dense):
    assert read_notices(
        config, tmp_path, [dense("a", "x"), dense("loss_free", "a")], ["a", 0, 0]
    ) == {"dead-layer": "left out layers that lead to no output: 'loss_free'"}
    assert read_notices(config, tmp_path, [dense("a", "x")], ["a", 0, 0]) == {}


def test_one_number_for_a_batch_is_a_loss(config, tmp_path, dense):
    mean = config.layer("Mean", "mean", config.tensor("a", [None, 8]), module="keras.ops.numpy")
    mean["config"] |= {"axis": None, "keepdims": False}
    notices = read_notices(config, tmp_path, [dense("a", "x"), mean], ["mean", 0, 0])
    assert notices == {
        "loss-output": "the output 'mean' looks like a loss or a metric, one number for a whole "
        "batch: name the model that ends before it"
    }


def test_an_output_named_loss(config, tmp_path):
    ctc = config.layer("Lambda", "ctc_loss", config.tensor("x", [None, 8]), output_shape=[1])
    notices = read_notices(config, tmp_path, [ctc], ["ctc_loss", 0, 0])
    assert notices["loss-output"].startswith(
        "the output 'ctc_loss' looks like a loss or a metric, as 'ctc_loss' is called: "
    )


def test_layers_that_only_compute_a_loss_are_left_out(config, tmp_path, dense):
    layers = [
        dense("a", "x"),
        dense("aside", "a"),
        config.layer("Square", "square", config.tensor("a", [None, 8]), module="keras.ops.numpy"),
        config.layer("AddLoss", "add_loss", config.tensor("square", [None, 8])),
    ]
    assert read_notices(config, tmp_path, layers, ["a", 0, 0]) == {
        "loss-left-out": "left out layers that only compute a loss or a metric: "
        "'square', 'add_loss'",
        "dead-layer": "left out layers that lead to no output: 'aside'",
    }


def test_a_layer_that_is_used_again(config, tmp_path, dense):
    relu = config.layer("ReLU", "relu", *(config.tensor("a", [None, 8], call=n) for n in (0, 1)))
    both = [config.tensor("relu", [None, 8], call=n) for n in (0, 1)]
    layers = [dense("a", "x", "x"), relu, config.layer("Add", "sum", both)]
    assert read_notices(config, tmp_path, layers, ["sum", 0, 0]) == {
        "shared-layer": "used more than once, with the same weights: 'a'"
    }


def test_a_model_that_is_used_again_is_named_as_a_whole(config, tmp_path):
    row = [config.layer("Dense", f"d{n}", units=8) for n in range(9)]
    deep = config.sequential([config.sequential(row, "inner")], "tower")
    calls = [{"args": [config.tensor("x", [None, 8])], "kwargs": {}} for _ in range(3)]
    tower = {**deep, "name": "tower", "inbound_nodes": calls}
    ends = [config.tensor("tower", [None, 8], call=n) for n in range(3)]
    layers = [tower, config.layer("Add", "sum", ends)]
    assert read_notices(config, tmp_path, layers, ["sum", 0, 0]) == {
        "shared-layer": "used more than once, with the same weights: 'tower'"
    }


def test_at_most_five_layers_are_named(config, tmp_path, dense):
    aside = [dense(f"d{n}", "x") for n in range(8)]
    notices = read_notices(config, tmp_path, [dense("a", "x"), *aside], ["a", 0, 0])
    assert notices["dead-layer"].endswith("'d0', 'd1', 'd2', 'd3', 'd4' and 3 more")
