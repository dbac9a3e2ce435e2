"""Keras' layers beside their cells: the weights of the one for the graph of the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from net2fig.cells.cell import Cell
from net2fig.cells.configure import find_layer, make_cell
from net2fig.cells.evaluate import Ops, Step, cut_weights, run_step
from net2fig.cells.player.attention import ATTENTION
from net2fig.cells.topology import CellNode
from net2fig.read import read

np = pytest.importorskip("numpy")

DENSE = {"query": "query", "key": "key", "value": "value", "attention_output": "output"}
"""The names of Keras for the projections of an attention, and those of the topologies."""


def cell_of(layer: Any, *inputs: Any, **call: Any) -> Cell:
    """Return the cell of a layer of Keras that is called on inputs."""
    import keras

    tensors = list({id(each): each for each in inputs}.values())
    listed = list(inputs) if "Attention" in type(layer).__name__ else inputs[0]
    if type(layer).__name__ in ("MultiHeadAttention", "GroupedQueryAttention"):
        output = layer(*inputs, **call)
    else:
        output = layer(listed, **call)
    network = read(keras.Model(tensors, output))
    return make_cell(network, find_layer(network, layer.name))


def variables_of(layer: Any) -> dict[str, Any]:
    """Return the weights of a layer by the names of the topologies."""
    found = {}
    for each in layer.weights:
        *around, name = each.path.split("/")
        dense = DENSE.get(around[-1]) if around else None
        found[f"{dense}_{name}" if dense else name] = each.numpy()
    return found


def run_recurrent(cell: Cell, variables: Mapping[str, Any], sequence: Any, state: Any) -> Any:
    """Return the hidden states of all steps: batch, steps, and the state."""
    weights = cut_weights(cell, variables)
    values = {"h0": state, "c0": state}
    states = []
    for step in range(sequence.shape[1]):
        values = run_step(cell, {**values, "x": sequence[:, step]}, weights, CONVOLUTION(cell))
        values = {"h0": values["h1"], "c0": values.get("c1", state)}
        states.append(values["h0"])
    return np.stack(states, axis=1)


def CONVOLUTION(cell: Cell) -> Ops:  # noqa: N802
    """Return the operations of a cell whose weights are kernels."""
    if cell.topology.product != "conv":
        return {}

    def weigh(step: Step, node: CellNode) -> Any:
        parts = []
        for id in step.join(node):
            is_input = id == "x"
            at = cell.attributes
            parts.append(
                convolve(
                    step.values[id],
                    step.weights[node.weights[id]],
                    stride=at.get("stride") if is_input else 1,
                    dilation=at.get("dilation") if is_input else 1,
                    padding=at.get("padding") if is_input else "same",
                    channels=at.get("channels"),
                )
            )
        total = sum(parts)
        bias = step.bias(node)
        if at.channels_first and np.ndim(bias):
            bias = np.reshape(bias, (-1, *(1,) * (total.ndim - 2)))
        return step.curve(node, total + bias)

    return {"gate": weigh}


def convolve(x: Any, kernel: Any, **how: Any) -> Any:
    """Return a convolution: that of Keras, which is not what is tested here."""
    import keras

    last = how["channels"] != "channels_first"
    data = x if last else np.moveaxis(x, 1, -1)
    rank = data.ndim - 2

    def spread(value: Any) -> Any:
        return tuple(value) if isinstance(value, (list, tuple)) else (value or 1,) * rank

    found = keras.ops.conv(
        data,
        kernel,
        strides=spread(how["stride"]),
        padding=how["padding"] or "valid",
        dilation_rate=spread(how["dilation"]),
        data_format="channels_last",
    )
    found = keras.ops.convert_to_numpy(found)
    return found if last else np.moveaxis(found, -1, 1)


def run_attention(cell: Cell, variables: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
    """Return what an attention makes of its inputs, by the names of the ports."""
    return run_step(cell, inputs, cut_weights(cell, variables), ATTENTION)["out"]


def run_wrapper(cell: Cell, layer: Any, sequence: Any) -> Any:
    """Return what a bidirectional layer makes of a sequence."""
    inner = cell.inner
    assert inner is not None
    sides = {"forward": layer.forward_layer, "backward": layer.backward_layer}

    def run(step: Step, node: CellNode) -> Any:
        (value,) = step.read(node)
        units = inner.attributes.whole("units")
        variables = variables_of(sides[node.id])
        states = run_recurrent(inner, variables, value, np.zeros((len(value), units)))
        return states if inner.runner.flag("return_sequences") else states[:, -1]

    ops: Ops = {
        "layer": run,
        "reverse": lambda step, node: step.read(node)[0][:, ::-1],
        "beside": lambda step, node: np.concatenate(step.read(node), axis=-1),
        "average": lambda step, node: sum(step.read(node)) / 2,
    }
    return run_step(cell, {"x": sequence}, {}, ops)["y"]
