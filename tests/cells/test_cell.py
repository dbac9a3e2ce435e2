"""What a cell shows follows the configuration; what no topology covers is declined."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from net2fig.cells.configure import find_layer, make_cell
from net2fig.cells.equations import write_equations
from net2fig.cells.topology import load_borders, load_parts
from net2fig.errors import ModelError
from net2fig.network import Layer, Network
from net2fig.read import read
from tests.cells.nets import CASES, HEADS, RECURRENT, both_ways, draw_case, read_case, save_layer
from tests.conftest import keras_layer, keras_model, save_keras


def equations(network: Network, name: str = "it") -> list[str]:
    return [each.text for each in write_equations(make_cell(network, find_layer(network, name)))]


def test_the_equations_of_an_lstm(tmp_path: Path) -> None:
    assert equations(read_case(tmp_path, "lstm")) == [
        "f_t = σ(W_f x_t + U_f h_{t−1} + b_f)",
        "i_t = σ(W_i x_t + U_i h_{t−1} + b_i)",
        "g_t = tanh(W_g x_t + U_g h_{t−1} + b_g)",
        "o_t = σ(W_o x_t + U_o h_{t−1} + b_o)",
        "c_t = f_t ◦ c_{t−1} + i_t ◦ g_t",
        "h_t = o_t ◦ tanh(c_t)",
    ]


def test_without_a_bias_there_is_none(tmp_path: Path) -> None:
    assert equations(read_case(tmp_path, "lstm without bias"))[0] == (
        "f_t = σ(W_f x_t + U_f h_{t−1})"
    )


def test_functions_with_long_names_have_letters(tmp_path: Path) -> None:
    figure = draw_case(tmp_path, "lstm with other functions")
    assert figure.equations[0] == "f_t = φ(W_f x_t + U_f h_{t−1} + b_f)"
    assert figure.equations[-1] == "h_t = o_t ◦ ψ(c_t)"
    assert figure.cell.notes[:2] == (
        "φ is the function hard sigmoid.",
        "ψ is the function leaky ReLU.",
    )


def test_a_gru_resets_after_the_product_or_before_it(tmp_path: Path) -> None:
    assert equations(read_case(tmp_path, "gru"))[2] == (
        "ĥ_t = tanh(W_h x_t + b_h + r_t ◦ (U_h h_{t−1} + d_h))"
    )
    assert equations(read_case(tmp_path, "gru that resets before"))[2] == (
        "ĥ_t = tanh(W_h x_t + U_h (r_t ◦ h_{t−1}) + b_h)"
    )


def test_an_old_gru_resets_before(tmp_path: Path) -> None:
    """Files from before the choice do not state it."""
    network = read(save_layer(tmp_path, "GRU", "x", **RECURRENT))
    assert equations(network) == equations(read_case(tmp_path, "gru that resets before"))


def test_the_equations_of_heads(tmp_path: Path) -> None:
    assert equations(read_case(tmp_path, "attention heads")) == [
        "Q_i = X W_i^Q + b_i^Q",
        "K_i = X W_i^K + b_i^K",
        "V_i = X W_i^V + b_i^V",
        "A_i = softmax(Q_i K_i^ᵀ / √64)",
        "H_i = A_i V_i",
        "Y = [H_1 … H_8] W^O + b^O",
    ]


@pytest.mark.parametrize(
    ("case", "inputs"),
    [("attention heads", "X"), ("cross heads", "X Z"), ("three inputs", "X K V")],
)
def test_tensors_that_are_one_come_in_once(case: str, inputs: str, tmp_path: Path) -> None:
    ports = draw_case(tmp_path, case).cell.topology.port
    assert [each.symbol for each in ports if not each.is_output] == inputs.split()


@pytest.mark.parametrize(
    ("more", "has_mask"),
    [({}, False), ({"use_causal_mask": True}, True), ({"sliding_window": 4}, True)],
)
def test_a_mask_is_drawn_where_there_is_one(
    more: dict[str, Any], has_mask: bool, tmp_path: Path
) -> None:
    network = read(save_layer(tmp_path, "MultiHeadAttention", "x x", **{**HEADS, **more}))
    cell = make_cell(network, network["it"])
    assert ("mask" in [node.op for node in cell.topology.node]) == has_mask
    assert ("M" in equations(network)[3]) == has_mask


def test_a_mask_that_is_an_argument_is_drawn(tmp_path: Path) -> None:
    layers = [
        keras_layer("InputLayer", "x", batch_shape=[None, 50, 8]),
        keras_layer("InputLayer", "m", batch_shape=[None, 50, 50]),
        keras_layer("MultiHeadAttention", "it", "x", "x", "m", **HEADS),
    ]
    (tensors,) = layers[2]["inbound_nodes"][0]["args"]
    call = {"args": tensors[:2], "kwargs": {"attention_mask": tensors[2]}}
    layers[2]["inbound_nodes"] = [call]
    model = keras_model(layers, "x", "it")
    model["config"]["input_layers"].append(["m", 0, 0])
    network = read(save_keras(tmp_path / "net.keras", model))
    cell = make_cell(network, network["it"])
    assert "mask" in [node.op for node in cell.topology.node]
    assert cell.notes == ("The mask M is an argument of the call.",)


def test_states_that_are_given_are_told(tmp_path: Path) -> None:
    network = read(save_layer(tmp_path, "GRU", "x y", **RECURRENT, return_state=True))
    assert make_cell(network, network["it"]).notes == (
        "The layer returns the hidden state of every step.",
        "It also returns its last states.",
        "It starts from states that it is given.",
    )


def test_sizes_stand_on_the_lines(tmp_path: Path) -> None:
    assert draw_case(tmp_path, "lstm").cell.sizes == {"input": "128", "state": "32", "both": "160"}
    film = draw_case(tmp_path, "conv lstm").cell.sizes
    assert film == {"input": "64×64×3", "state": "64×64×16", "both": ""}
    heads = draw_case(tmp_path, "cross heads").cell.sizes
    assert (heads["query"], heads["value"]) == ("50×128", "70×128")
    assert (heads["queries"], heads["scores"], heads["heads"]) == ("50×64", "50×70", "50×512")


def test_a_bidirectional_layer_holds_the_cell_that_it_runs(tmp_path: Path) -> None:
    cell = draw_case(tmp_path, "bidirectional").cell
    assert cell.inner is not None
    assert cell.inner.label == "LSTM"
    assert [node.op for node in cell.topology.node].count("reverse") == 2
    last = draw_case(tmp_path, "bidirectional sum").cell
    assert [node.op for node in last.topology.node].count("reverse") == 1
    assert last.notes == ("The second layer reads the sequence from its end.",)


DECLINED: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "gate": ("MultiHeadAttention", "x x", {**HEADS, "use_gate": True}, "a gate on the heads"),
    "concat": ("Attention", "x y", {"score_mode": "concat"}, "a score of sums"),
    "two results": ("Bidirectional", "x", both_ways(None), "two results that are not merged"),
}


@pytest.mark.parametrize("case", DECLINED)
def test_what_is_not_drawn_is_declined(case: str, tmp_path: Path) -> None:
    class_name, inputs, config, reason = DECLINED[case]
    network = read(save_layer(tmp_path, class_name, inputs, **config))
    with pytest.raises(ModelError) as caught:
        make_cell(network, network["it"])
    wanted = f"unsupported cell: 'it' of class {class_name} ({reason} is not drawn)"
    assert caught.value.message == wanted


def test_two_layers_that_differ_are_declined(tmp_path: Path) -> None:
    config = both_ways()
    config["backward_layer"]["config"]["activation"] = "relu"
    network = read(save_layer(tmp_path, "Bidirectional", "x", **config))
    with pytest.raises(ModelError, match="its two layers differ"):
        make_cell(network, network["it"])


def test_a_layer_without_a_cell_is_declined(tmp_path: Path) -> None:
    network = read(save_layer(tmp_path, "Dense", "x", units=3))
    with pytest.raises(ModelError) as caught:
        make_cell(network, network["it"])
    assert caught.value.message.startswith(
        "unsupported cell: 'it' of class Dense (there are cells of "
    )


def test_a_foreign_layer_that_states_nothing_is_declined(tmp_path: Path) -> None:
    network = read_case(tmp_path, "lstm")
    (layer,) = [each for each in network.layers if each.op == "LSTM"]
    bare = Layer("it", "it", "LSTM", "torch.nn", {"hidden_size": 4}, layer.outputs)
    with pytest.raises(ModelError, match="the file does not state its configuration"):
        make_cell(network, bare)


# Which layer.


def two_layers(folder: Path) -> Network:
    layers = [
        keras_layer("InputLayer", "x", batch_shape=[None, 50, 8]),
        keras_layer("LSTM", "one", "x", **RECURRENT),
        keras_layer("LSTM", "two", "one", **RECURRENT),
    ]
    return read(save_keras(folder / "net.keras", keras_model(layers, "x", "two")))


def test_the_only_layer_needs_no_name(tmp_path: Path) -> None:
    assert find_layer(read_case(tmp_path, "lstm"), "").id == "it"


def test_one_of_several_needs_its_name(tmp_path: Path) -> None:
    network = two_layers(tmp_path)
    assert find_layer(network, "two").id == "two"
    with pytest.raises(ModelError) as caught:
        find_layer(network, "")
    assert caught.value.lines() == [
        "ambiguous layer: net.keras has 2 with a cell (one of 'one', 'two')",
        "hint: name one: MODEL:one",
    ]


def test_an_unknown_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        find_layer(two_layers(tmp_path), "tow")
    assert caught.value.lines() == [
        "unknown layer: 'tow' in net.keras (one of 'one', 'two')",
        "hint: did you mean 'two'?",
    ]


def test_a_network_without_cells_is_told(tmp_path: Path) -> None:
    network = read(save_layer(tmp_path, "Dense", "x", units=3))
    with pytest.raises(ModelError) as caught:
        find_layer(network, "")
    assert caught.value.message == (
        "missing layer: net.keras has neither a recurrent layer nor an attention"
    )


@pytest.mark.parametrize("case", CASES)
def test_the_same_case_gives_the_same_bytes(case: str, tmp_path: Path) -> None:
    one, two = draw_case(tmp_path, case), draw_case(tmp_path, case)
    for format in ("svg", "pdf", "tex"):
        assert one.to_bytes(format) == two.to_bytes(format)


@pytest.mark.parametrize("case", CASES)
def test_looks_differ_without_colour(case: str, tmp_path: Path) -> None:
    """No two entries of the legend look alike in print without colour."""
    figure = draw_case(tmp_path, case, mono=True)
    looks: dict[tuple[object, ...], set[str]] = {}
    for node in figure.cell.topology.node:
        part = load_parts()[node.op]
        border = load_borders().get(part.role)
        if part.shape not in ("point", "circle"):
            looks.setdefault((part.shape, border), set()).add(part.label)
    assert all(len(labels) == 1 for labels in looks.values())
