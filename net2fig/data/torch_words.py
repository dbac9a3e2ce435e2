"""Neutral words for the configurations of PyTorch's layers and functions.

Requires: the operation, and the arguments by PyTorch's names.
Ensures: only what PyTorch calls otherwise, or what follows from several arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Config = Mapping[str, Any]

WINDOWS = ("Conv", "MaxPooling", "AveragePooling")
"""The beginnings of operations with a window."""

RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell"})


def derive_words(op: str, config: Config) -> dict[str, Any]:
    """Return the neutral words for a configuration.


    >>> derive_words("MaxPooling2D", {"kernel_size": 2, "stride": 2, "padding": 0})
    {'channels': 'channels_first', 'pool': [2, 2], 'stride': [2, 2], 'before': [0, 0]}
    """
    found: dict[str, Any] = {}
    rank = int(op[-2]) if op[-2:] in ("1D", "2D", "3D") else 0
    if op.endswith("Transpose"):
        rank = int(op[4]) if op[4:5].isdigit() else 0
    if rank:
        found["channels"] = "channels_first"
    if op.startswith(WINDOWS) and rank:
        found |= derive_window(op, config, rank)
    elif op.startswith("UpSampling") or op == "Resize":
        found |= derive_factor(config, rank)
    elif op.startswith("ZeroPadding"):
        found |= derive_padding(config, rank)
    elif op == "Dense":
        found["units"] = config.get("out_features")
    elif op == "MultiHeadAttention":
        found |= derive_heads(config)
    elif op in RECURRENT:
        found |= derive_cells(op, config)
    if config.get("is_causal") is True:
        found["causal"] = True
    if "dim" in config:
        found["axis"] = config["dim"]
    return {word: value for word, value in found.items() if value is not None}


def derive_window(op: str, config: Config, rank: int) -> dict[str, Any]:
    """Return the words for a window that moves."""
    is_conv = op.startswith("Conv")
    found = {
        "kernel" if is_conv else "pool": spread(config.get("kernel_size"), rank),
        "stride": spread(config.get("stride"), rank),
        "dilation": spread(config.get("dilation"), rank),
        "before": spread(config.get("padding"), rank),
        "after": spread(config.get("padding_after"), rank),
    }
    if is_conv:
        found["filters"] = config.get("out_channels")
    return found


def derive_factor(config: Config, rank: int) -> dict[str, Any]:
    """Return the words for a larger map: how many times larger, and what is between the places."""
    factor = config.get("scale_factor")
    values = factor if isinstance(factor, (list, tuple)) else [factor] * rank
    whole = [int(each) for each in values if isinstance(each, (int, float)) and each == int(each)]
    return {
        "factor": whole if rank and len(whole) == rank else None,
        "interpolation": {"linear": "bilinear", "trilinear": "bilinear"}.get(
            config.get("mode", "nearest"), config.get("mode", "nearest")
        ),
    }


def derive_padding(config: Config, rank: int) -> dict[str, Any]:
    """Return the places before and after each axis; PyTorch begins with the last axis."""
    value = config.get("padding")
    values = value if isinstance(value, (list, tuple)) else [value] * 2 * rank
    if len(values) != 2 * rank:
        return {}
    return {"padding": [list(values[2 * axis : 2 * axis + 2]) for axis in reversed(range(rank))]}


def derive_heads(config: Config) -> dict[str, Any]:
    """Return the words for attention: PyTorch states the sum of the heads."""
    heads, width = config.get("num_heads"), config.get("embed_dim")
    known = isinstance(heads, int) and isinstance(width, int) and heads > 0
    return {
        "heads": heads,
        "key_dim": width // heads if known else None,  # type: ignore[operator]
        "use_bias": config.get("bias"),
    }


def derive_cells(op: str, config: Config) -> dict[str, Any]:
    """Return the words for recurrent layers, several of which PyTorch calls one.

    A GRU of PyTorch resets after the product.
    """
    is_relu = config.get("mode") == "RNN_RELU" or config.get("nonlinearity") == "relu"
    return {
        "units": config.get("hidden_size"),
        "layers": config.get("num_layers"),
        "directions": 2 if config.get("bidirectional") else None,
        "use_bias": config.get("bias"),
        "reset_after": True if op.startswith("GRU") else None,
        "activation": "relu" if is_relu else None,
    }


def spread(value: Any, rank: int) -> list[int] | None:
    """Return a number for each axis; None if the value holds no such numbers."""
    values = list(value) if isinstance(value, (list, tuple)) else [value] * rank
    if len(values) == 1:
        values *= rank
    return values if len(values) == rank and all(type(each) is int for each in values) else None
