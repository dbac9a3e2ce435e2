"""A sequence through a cell: what every node computes at every step, with the layer's weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.cells.cell import Cell
from net2fig.cells.equations import compute, refer_to
from net2fig.cells.evaluate import cut_weights, run_step
from net2fig.cells.topology import Phase
from net2fig.errors import ModelError, UsageError
from net2fig.read.keras.files.variables import read_variables, require_package

MAX_STEPS = 2000
"""The longest sequence of a page."""

STATES = {"h0": "h", "c0": "c"}
"""Ports with a state of the step before, and the nodes that made it."""


class Signal(Struct, frozen=True):
    """The values of a node or a port: an array of steps and units.

    `formula` is what it is called, `equation` how it is computed, "" for a port.
    """

    id: str
    formula: str
    name: str
    values: Any
    is_gate: bool = False
    equation: str = ""


class Trace(Struct, frozen=True):
    """All signals of a sequence, and the phases of a step."""

    signals: tuple[Signal, ...]
    phases: tuple[Phase, ...]
    steps: int


def make_trace(cell: Cell, source: Any, sequence: Any) -> Trace:
    """Return what a cell computes of a sequence, with the weights of the source."""
    if not cell.topology.phase or cell.topology.product != "dot":
        message = f"unsupported page: of {cell.label} (pages step through LSTM, GRU and RNN)"
        raise ModelError(message)
    require_package("numpy")
    inputs = read_sequence(cell, sequence)
    names = [each.name for each in cell.topology.weight]
    weights = cut_weights(cell, read_variables(source, cell.layer, names))
    return run_sequence(cell, inputs, weights)


def read_sequence(cell: Cell, sequence: Any) -> Any:
    """Return a sequence as an array of steps and features."""
    import numpy as np

    place = "input"
    if isinstance(sequence, str | Path):
        place = Path(sequence).name
        try:
            sequence = np.load(sequence, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise UsageError(f"invalid sequence: {place!r} is no .npy file ({error})") from error
    array = np.asarray(sequence)
    if array.dtype.kind not in "fiu":
        raise UsageError(f"invalid sequence: {place!r} holds no numbers")
    array = array.astype("float64")
    if array.ndim == 3 and len(array) == 1:
        array = array[0]
    features = cell.sizes.get("input", "")
    wanted = f"steps × {features or 'features'}"
    if array.ndim != 2 or (features and str(array.shape[1]) != features) or not len(array):
        shape = "×".join(map(str, array.shape))
        message = f"invalid sequence: {place!r} is {shape} (must be {wanted}, as the layer reads)"
        raise UsageError(message)
    if len(array) > MAX_STEPS:
        raise UsageError(
            f"invalid sequence: {place!r} has {len(array)} steps (at most {MAX_STEPS})"
        )
    if not np.isfinite(array).all():
        raise UsageError(f"invalid sequence: {place!r} holds numbers that are not finite")
    return array


def run_sequence(cell: Cell, inputs: Any, weights: Any) -> Trace:
    """Return the signals of a sequence, from states of zeros."""
    import numpy as np

    units = cell.attributes.whole("units")
    state = dict.fromkeys(STATES, np.zeros(units))
    rows = []
    order = inputs[::-1] if cell.runner.flag("go_backwards") else inputs
    for x in order:
        values = run_step(cell, {**state, "x": x}, weights)
        rows.append(values)
        state = {port: values.get(node, state[port]) for port, node in STATES.items()}
    nodes = [node for node in cell.topology.node if not node.is_point]
    ports = [port for port in cell.topology.port if not port.is_output]
    signals = [
        Signal(port.id, port.symbol, "", np.stack([row[port.id] for row in rows])) for port in ports
    ]
    signals += [
        Signal(
            node.id,
            refer_to(cell, node),
            node.name,
            np.stack([row[node.id] for row in rows]),
            is_gate=node.op == "gate" and cell.acts[node.id].endswith("sigmoid"),
            equation=compute(cell, node),
        )
        for node in nodes
    ]
    return Trace(tuple(signals), cell.topology.phase, len(rows))
