"""What a sample of data holds: the ranges of inputs, the classes of labels.

Requires: arrays of numpy, or a file of them (`numpy.savez("batch.npz", x=x, y=y)`).
Ensures: plain numbers, as the header of a run holds them; objects in a file are never unpickled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from net2fig.checks.view import View, make_view
from net2fig.data.resources import is_file
from net2fig.errors import UsageError
from net2fig.network import Network

LABELS = ("y", "labels", "targets")
"""The names of labels among arrays."""

MAX_CLASSES = 10_000

MAX_BYTES = 2 * 2**30


def read_sample(path: Path) -> dict[str, Any]:
    """Return the arrays in a file by their names."""
    if not is_file(path):
        raise UsageError(f"missing file: {str(path)!r} in --data")
    if path.stat().st_size > MAX_BYTES:
        raise UsageError(f"unsupported file: {path.name!r} in --data (larger than 2 GiB)")
    try:
        import numpy as np
    except ImportError:
        raise UsageError(
            "missing package: numpy, which reads --data", hint="pip install numpy"
        ) from None
    try:
        with np.load(path, allow_pickle=False) as file:
            return {str(name): file[name] for name in file.files}
    except (AttributeError, OSError, ValueError, EOFError, KeyError, TypeError) as error:
        message = f"invalid file: {path.name!r} in --data (no arrays of numpy: {error})"
        raise UsageError(message, hint="numpy.savez('batch.npz', x=x, y=y) writes one") from None


def describe_sample(network: Network, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Return the header of a run for a sample: inputs by name or in order, and labels."""
    labels = next((arrays[name] for name in LABELS if name in arrays), None)
    rest = [array for name, array in arrays.items() if name not in LABELS]
    named = [arrays.get(port.name) for port in network.inputs]
    inputs = rest if any(array is None for array in named) else named
    view = make_view(network)
    header: dict[str, Any] = {
        "inputs": describe_inputs(view, inputs),
        "units": view.units(network[view.head()]),
    }
    return header if labels is None else {**header, "labels": describe_labels(labels)}


def describe_inputs(view: View, arrays: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Return what arrays show of each input of a network, in their order."""
    found: dict[str, dict[str, Any]] = {}
    for port, array in zip(view.network.inputs, arrays, strict=False):
        layer = view.network[port.layer]
        kinds = {view.kind(reader) for reader in view.readers_through(layer)}
        found[layer.id] = {
            **describe_input(array),
            "scaled": bool(kinds & {"norm", "preprocessing"}),
            "tokens": "embedding" in kinds,
        }
    return found


def describe_input(data: Any) -> dict[str, float]:
    """Return the range, the mean and the deviation of an array, and its numbers not finite."""
    import numpy as np

    values = np.asarray(data, dtype=float)
    finite = values[np.isfinite(values)]
    if not finite.size:
        return {"not_finite": float(values.size)}
    return {
        "low": float(finite.min()),
        "high": float(finite.max()),
        "mean": float(finite.mean()),
        "std": float(finite.std()),
        "not_finite": float(values.size - finite.size),
    }


def describe_labels(labels: Any) -> dict[str, Any]:
    """Return what labels hold: the greatest class, and how uneven the classes are."""
    import numpy as np

    values = np.asarray(labels)
    sparse = values.ndim == 1 or values.shape[-1] == 1
    if sparse and not np.all(np.equal(np.mod(values, 1), 0)):
        return {}
    classes = values.astype(int).ravel() if sparse else values.argmax(axis=-1).ravel()
    if not classes.size or classes.min() < 0 or classes.max() > MAX_CLASSES:
        return {}
    counts = np.bincount(classes)
    counts = counts[counts > 0]
    return {
        "sparse": bool(sparse),
        "high": int(classes.max()),
        "ratio": float(counts.max() / counts.min()),
        "share": float(counts.max() / counts.sum()),
    }
