"""The graph that is drawn of a layer of PyTorch, evaluated with its weights, is that layer."""

from __future__ import annotations

from typing import Any

import pytest

from net2fig.cells.cell import Cell
from net2fig.cells.configure import find_layer, make_cell
from net2fig.cells.evaluate import run_step
from net2fig.errors import ModelError
from net2fig.read import read
from tests.cells.oracle import ATTENTION

np = pytest.importorskip("numpy")

pytestmark = pytest.mark.torch

ORDERS = {"LSTM": "ifgo", "GRU": "rzh", "RNN": " "}
"""The gates in the order in which PyTorch keeps them."""


def cell_of(layer: Any, *inputs: Any) -> Cell:
    import torch

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.it = layer

        def forward(self, *inputs: Any) -> Any:
            return self.it(*inputs)[0]

    network = read(Net(), example=inputs)
    return make_cell(network, find_layer(network, "it"))


def weights_of(layer: Any, order: str, *, bias: bool) -> dict[str, Any]:
    """Return the weights by the names of the topologies."""
    found = {}
    for name, stem in (("weight_ih_l0", "W"), ("weight_hh_l0", "U")):
        pieces = np.split(getattr(layer, name).detach().numpy(), len(order))
        for gate, piece in zip(order, pieces, strict=True):
            found[f"{stem}_{gate}".rstrip("_ ")] = piece.T
    for name, stem in (("bias_ih_l0", "b"), ("bias_hh_l0", "d")) if bias else ():
        pieces = np.split(getattr(layer, name).detach().numpy(), len(order))
        for gate, piece in zip(order, pieces, strict=True):
            found[f"{stem}_{gate}".rstrip("_ ")] = piece
    if order != ORDERS["GRU"]:
        # A cell of Keras has one bias, which is the sum of both.
        for key in [key for key in found if key[0] == "d"]:
            found["b" + key[1:]] = found["b" + key[1:]] + found.pop(key)
    return found


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("function", ["tanh", "relu"])
def test_a_recurrent_layer(name: str, bias: bool, function: str) -> None:
    import torch

    more = {"nonlinearity": function} if name == "RNN" else {}
    layer = getattr(torch.nn, name)(3, 4, batch_first=True, bias=bias, **more)
    x = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(1))
    cell = cell_of(layer, x)
    weights = weights_of(layer, ORDERS[name], bias=bias)
    values: dict[str, Any] = {"h1": np.zeros((2, 4)), "c1": np.zeros((2, 4))}
    states = []
    for step in x.numpy().swapaxes(0, 1):
        inputs = {"x": step, "h0": values["h1"], "c0": values.get("c1")}
        values = run_step(cell, inputs, weights)
        states.append(values["h1"])
    wanted = layer(x)[0].detach().numpy()
    assert np.abs(np.stack(states, axis=1) - wanted).max() < 1e-5


@pytest.mark.parametrize("bias", [True, False])
def test_an_attention(bias: bool) -> None:
    import torch

    layer = torch.nn.MultiheadAttention(6, 3, bias=bias, batch_first=True)
    for each in layer.parameters():
        torch.nn.init.normal_(each, generator=torch.Generator().manual_seed(2))
    query, memory = torch.randn(2, 5, 6), torch.randn(2, 4, 6)
    cell = cell_of(layer, query, memory, memory)
    weights = {}
    matrices = layer.in_proj_weight.detach().numpy().reshape(3, 6, 6)
    for letter, piece in zip("QKV", matrices, strict=True):
        weights[f"W_i^{letter}"] = piece.T.reshape(6, 3, 2)
    weights["W^O"] = layer.out_proj.weight.detach().numpy().T
    if bias:
        pieces = layer.in_proj_bias.detach().numpy().reshape(3, 3, 2)
        weights |= {f"b_i^{letter}": piece for letter, piece in zip("QKV", pieces, strict=True)}
        weights["b^O"] = layer.out_proj.bias.detach().numpy()
    inputs = {"q": query.numpy(), "k": memory.numpy(), "v": memory.numpy()}
    values = run_step(cell, inputs, weights, ATTENTION)
    wanted = layer(query, memory, memory)[0].detach().numpy()
    assert np.abs(values["out"] - wanted).max() < 1e-5


def test_sizes_of_keys_and_values_that_differ() -> None:
    import torch

    layer = torch.nn.MultiheadAttention(6, 3, kdim=4, vdim=5, batch_first=True)
    sizes = cell_of(layer, torch.randn(2, 5, 6), torch.randn(2, 7, 4), torch.randn(2, 7, 5)).sizes
    assert (sizes["query"], sizes["key"], sizes["value"]) == ("5×6", "7×4", "7×5")
    assert (sizes["queries"], sizes["scores"]) == ("5×2", "5×7")


def test_steps_may_come_first() -> None:
    import torch

    sizes = cell_of(torch.nn.MultiheadAttention(6, 3), *(torch.randn(5, 2, 6),) * 3).sizes
    assert (sizes["query"], sizes["output"], sizes["scores"]) == ("L×6", "L×6", "L×L")


def test_a_projected_state_is_declined() -> None:
    import torch

    layer = torch.nn.LSTM(3, 4, proj_size=2, batch_first=True)
    with pytest.raises(ModelError, match="a projection of the hidden state is not drawn"):
        cell_of(layer, torch.randn(2, 5, 3))


def test_layers_and_directions_are_told() -> None:
    import torch

    layer = torch.nn.GRU(3, 4, num_layers=2, bidirectional=True, batch_first=True)
    assert cell_of(layer, torch.randn(2, 5, 3)).notes == (
        "This is the first of 2 such layers; each other reads h of the one below.",
        "A second cell reads the sequence from its end; the results stand side by side.",
    )


@pytest.mark.parametrize(
    ("more", "notes"),
    [
        ({}, ()),
        ({"attn_mask": True}, ("The mask M is an argument of the call.",)),
        ({"attn_mask": True, "is_causal": True}, ("The mask M hides later steps.",)),
    ],
)
def test_a_mask_is_drawn_where_there_is_one(more: dict[str, Any], notes: tuple[str, ...]) -> None:
    import torch

    mask = torch.nn.Transformer.generate_square_subsequent_mask(5)
    words = {key: mask if key == "attn_mask" else value for key, value in more.items()}

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.it = torch.nn.MultiheadAttention(6, 3, batch_first=True)

        def forward(self, x: Any) -> Any:
            return self.it(x, x, x, need_weights=False, **words)[0]

    network = read(Net(), example=torch.randn(2, 5, 6))
    cell = make_cell(network, network["it"])
    assert ("mask" in [node.op for node in cell.topology.node]) == bool(more)
    assert cell.notes == notes
