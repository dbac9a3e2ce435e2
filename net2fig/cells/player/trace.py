"""A sequence through a cell: what every node computes at every step, with the layer's weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from net2fig.cells.cell import Cell
from net2fig.cells.equations import compute, order_nodes, refer_to
from net2fig.cells.evaluate import Ops, Step, cut_weights, run_step
from net2fig.cells.player.attention import ATTENTION
from net2fig.cells.player.convolution import CONVOLUTION, convolve
from net2fig.cells.topology import UPWARDS, CellNode, Phase
from net2fig.errors import ModelError, UsageError
from net2fig.read.keras.files.variables import read_variables, require_package

MAX_STEPS = 2000
"""The longest sequence of a page."""

MAPS = "conv"
"""The product of cells whose states are maps."""

SIDES = ("forward", "backward")
"""The layers of a bidirectional one."""

SUMS = ("pairs", "curve")
"""The operations of attentions on sums of each step with each other."""

HIDDEN = -1e8
"""Scores of hidden steps are below."""

OUTGOING = ("h1", "c1")
"""The ports by which a state goes out."""

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
    """All signals of a sequence, and the phases of a step.

    `tracks` are the signals that are shown over all steps, `states` ports with what the step before
    has made, by the nodes that made it. `unit` is what one number of a strip stands for.
    """

    signals: tuple[Signal, ...]
    phases: tuple[Phase, ...]
    steps: int
    tracks: tuple[str, ...] = ()
    states: Mapping[str, str] = {}
    unit: str = "unit"


def make_trace(cell: Cell, source: Any, sequence: Any) -> Trace:
    """Return what a cell computes of a sequence, with the weights of the source."""
    check_steps(cell)
    require_package("numpy")
    if cell.topology.sort == UPWARDS:
        return run_attention(cell, read_sequences(cell, sequence), read_weights(cell, source))
    inputs = read_sequence(cell, sequence)
    if cell.inner is not None:
        inner = cell.inner
        sides = {side: read_weights(inner, source, side) for side in SIDES}
        return run_both_ways(cell, inputs, sides)
    return run_sequence(cell, inputs, read_weights(cell, source))


def check_steps(cell: Cell) -> None:
    """Raise an error unless a page can step through a cell."""
    reason, one = "", cell.inner or cell
    if one.topology.product == MAPS and one.attributes.channels_first:
        reason = "its features stand before its places"
    elif not cell.topology.phase:
        reason = "its steps are not described"
    elif cell.topology.sort == UPWARDS:
        at = cell.attributes
        if "masked" in cell.flags and not (at.flag("causal") or at.get("sliding_window")):
            reason = "its mask is an input"
    if reason:
        raise ModelError(f"unsupported page: of {cell.layer.name!r}, a {cell.label} ({reason})")


def read_weights(cell: Cell, source: Any, side: str = "") -> dict[str, Any]:
    """Return the weights of a cell by the names of its topology."""
    names = [each.name for each in cell.topology.weight]
    if not names:
        return {}
    return cut_weights(cell, read_variables(source, cell.layer, names, side))


def read_sequences(cell: Cell, source: Any) -> dict[str, Any]:
    """Return the sequences of an attention by its ports: one, or those of a file of arrays."""
    ports = {port.id: port.size for port in cell.topology.port if not port.is_output}
    if list(ports) == ["x"]:
        return {"x": read_sequence(cell, source)}
    place, arrays = load_arrays(source)
    names = list(dict.fromkeys(ports.values()))
    if not isinstance(arrays, Mapping) or any(name not in arrays for name in names):
        message = f"missing sequence: {place!r} must hold arrays named {', '.join(names)}"
        raise UsageError(message, hint="numpy.savez('seq.npz', query=…, value=…)")
    return {id: check_sequence(cell, arrays[size], size, size) for id, size in ports.items()}


def load_arrays(source: Any) -> tuple[str, Any]:
    """Return what an input is called in messages, and its array, or its arrays by name."""
    import numpy as np

    if not isinstance(source, str | Path):
        return "input", source
    place = Path(source).name
    try:
        return place, np.load(source, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UsageError(f"invalid sequence: {place!r} is no .npy file ({error})") from error


def read_sequence(cell: Cell, sequence: Any) -> Any:
    """Return a sequence as an array of steps and features."""
    place, array = load_arrays(sequence)
    if isinstance(array, Mapping):
        raise UsageError(f"invalid sequence: {place!r} holds several arrays, the layer reads one")
    return check_sequence(cell, array, "input" if "input" in cell.sizes else "query", place)


def check_sequence(cell: Cell, sequence: Any, size_name: str, place: str) -> Any:
    """Return an array of steps and features, of the size that the layer reads."""
    import numpy as np

    array = np.asarray(sequence)
    if array.dtype.kind not in "fiu":
        raise UsageError(f"invalid sequence: {place!r} holds no numbers")
    array = array.astype("float64")
    rank = count_axes(cell)
    if array.ndim == rank + 3 and len(array) == 1:
        array = array[0]
    size = cell.sizes.get(size_name, "")
    features = last if (last := size.rpartition("×")[2]).isdigit() else ""
    wanted = " × ".join(["steps", *["places"] * rank, features or "features"])
    if array.ndim != rank + 2 or (features and str(array.shape[-1]) != features) or not array.size:
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


def count_axes(cell: Cell) -> int:
    """Return the number of axes of the maps of a cell; 0 for one of plain numbers."""
    one = cell.inner or cell
    return int(one.attributes.op[-2]) if one.topology.product == MAPS else 0


def run_sequence(cell: Cell, inputs: Any, weights: Any) -> Trace:
    """Return the signals of a sequence, from states of zeros."""
    import numpy as np

    rows = run_steps(cell, inputs, weights)
    # Of maps the mean of each feature is shown.
    places = tuple(range(1, count_axes(cell) + 1))
    values = {id: np.stack([row[id] for row in rows]).mean(axis=places) for id in rows[0]}
    states = {port: node for port, node in STATES.items() if port in values and node in values}
    trace = make_signals(cell, values, ("x", *states.values()), states)
    return replace(trace, unit="feature, its mean over the map") if places else trace


def run_steps(cell: Cell, inputs: Any, weights: Any) -> list[dict[str, Any]]:
    """Return the values of all nodes and ports, step by step, in the order of the layer."""
    import numpy as np

    is_map = cell.topology.product == MAPS
    ops = CONVOLUTION if is_map else {}
    zeros: Any = np.zeros(() if is_map else cell.attributes.whole("units"))
    if is_map:
        zeros = np.zeros_like(weigh_first(cell, inputs[0], weights))
    state = dict.fromkeys(STATES, zeros)
    rows = []
    for x in inputs[::-1] if cell.runner.flag("go_backwards") else inputs:
        values = run_step(cell, {**state, "x": x}, weights, ops)
        rows.append(values)
        state = {port: values.get(node, state[port]) for port, node in STATES.items()}
    return rows


def weigh_first(cell: Cell, x: Any, weights: Any) -> Any:
    """Return a map as large as the states of a cell: what a gate makes of the input alone."""
    at = cell.attributes
    node = next(node for node in cell.topology.node if node.op == "gate")
    kernel = weights[node.weights["x"]]
    rank = kernel.ndim - 2
    steps, holes = at.per_axis("stride", rank, 1), at.per_axis("dilation", rank, 1)
    return convolve(x, kernel, steps, holes, at.get("padding") or "valid")


def run_attention(cell: Cell, inputs: Mapping[str, Any], weights: Any) -> Trace:
    """Return the signals of an attention: of each step, what it asks and what it gets.

    Of another sequence than that of the queries, the step is shown that is looked at most.
    """
    found = run_step(cell, {id: each[None] for id, each in inputs.items()}, weights, ATTENTION)
    start = next(iter(inputs))
    shares = found["soft"]
    most = shares.reshape(-1, *shares.shape[-2:]).mean(axis=0).argmax(axis=-1)
    memory = find_memory(cell, inputs.keys() - {start})
    values = {
        id: spread_steps(cell.node(id), value[..., most, :] if id in memory else value)
        for id, value in found.items()
        if value is not None
    }
    trace = make_signals(cell, values, (start, "soft", "out"), {})
    more = "; of the other sequence, the step that is looked at most" if memory else ""
    return replace(trace, unit=f"feature, or for each step that is looked at, head by head{more}")


def find_memory(cell: Cell, ports: Collection[str]) -> set[str]:
    """Return ports, and the nodes that read nothing else."""
    found = set(ports)
    for node in order_nodes(cell):
        read = cell.read_by(node.id)
        if read and all(id in found for id in read):
            found.add(node.id)
    return found


def spread_steps(node: CellNode | None, value: Any) -> Any:
    """Return a tensor as steps by numbers: heads side by side, hidden scores as 0."""
    import numpy as np

    steps = value[0]
    op = "" if node is None else node.op
    if op in SUMS:
        # Sums of each step with each other: of their features only the mean is shown.
        return steps.mean(axis=-1)
    if op == "mask":
        steps = np.where(steps <= HIDDEN, 0.0, steps)
    if steps.ndim == 3:
        steps = np.moveaxis(steps, 0, 1)
    return steps.reshape(len(steps), -1)


def run_both_ways(cell: Cell, inputs: Any, weights: Mapping[str, Any]) -> Trace:
    """Return the signals of a bidirectional layer: of each step, what is known from both sides."""
    import numpy as np

    inner = cell.inner
    assert inner is not None

    def run(step: Step, node: CellNode) -> Any:
        (value,) = step.read(node)
        return np.stack([row["h"] for row in run_steps(inner, value, weights[node.id])])

    ops: Ops = {
        "layer": run,
        "reverse": lambda step, node: step.read(node)[0][::-1],
        "beside": lambda step, node: np.concatenate(step.read(node), axis=-1),
        "average": lambda step, node: sum(step.read(node)) / 2,
    }
    values = run_step(cell, {"x": inputs}, {}, ops)
    # Of maps the mean of each feature is shown.
    places = tuple(range(1, count_axes(cell) + 1))
    values = {id: value.mean(axis=places) for id, value in values.items()} if places else values
    return make_signals(cell, values, ("x", "forward", "backward", "y"), {})


def make_signals(
    cell: Cell, values: Mapping[str, Any], tracks: tuple[str, ...], states: Mapping[str, str]
) -> Trace:
    """Return the trace of values, which are arrays of steps and numbers."""
    topology = cell.topology
    signals = [Signal(port.id, port.symbol, "", values[port.id]) for port in topology.port]
    signals += [
        Signal(
            node.id,
            refer_to(cell, node),
            node.name,
            values[node.id],
            is_gate=node.op == "softmax"
            or (node.op == "gate" and cell.acts[node.id].endswith("sigmoid")),
            equation=compute(cell, node),
        )
        for node in topology.node
        if not node.is_point
    ]
    known = {each.id for each in signals}
    # A state that goes out is the node that made it.
    shown = tuple(each for each in signals if each.id not in OUTGOING)
    shown_tracks = tuple(id for id in tracks if id in known)
    return Trace(shown, topology.phase, len(values[tracks[0]]), shown_tracks, states)
