"""Repeats the checks of Keras: arguments that do not fit together, invalid calls."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.decline import decline
from net2fig.read.record.tensors.graph import Tensor

Check = Callable[[Any, Sequence[Any], dict[str, Any]], None]


STATISTICS = ("mean", "variance")


def complete_config(owner: str, config: dict[str, Any]) -> None:
    """Complete a configuration with values that follow from others; decline what Keras refuses."""
    if "Pooling" in owner and config.get("strides", 1) is None:
        config["strides"] = config["pool_size"]
    if "Conv" in owner:
        dilated = max(config["dilation_rate"]) > 1
        if dilated and max(config["strides"]) > 1:
            decline(f"{owner} with strides and a dilation rate")
        if config.get("groups", 1) > 1 and config["filters"] % config["groups"]:
            decline(f"{owner} with {config['filters']} filters in {config['groups']} groups")
        extra = config.get("output_padding")
        if extra and any(a >= b for a, b in zip(extra, config["strides"], strict=True)):
            decline(f"{owner} with an output padding as great as its strides")
    if owner == "MultiHeadAttention":
        config["value_dim"] = config["value_dim"] or config["key_dim"]
        if isinstance(config["output_shape"], int):
            config["output_shape"] = [config["output_shape"]]
    if owner == "Normalization" and config["mean"] is not None:
        sizes = {len(config[key]) if isinstance(config[key], list) else 0 for key in STATISTICS}
        if len(sizes) > 1 or (max(sizes) and len(config["axis"]) != 1):
            decline("Normalization with a mean and a variance that do not fit")
    elif owner == "Normalization" and config["variance"] is not None:
        decline("Normalization with a variance alone")
    if config.get("stateful"):
        decline(f"{owner} with stateful=True")


def complete_built_config(owner: str, config: dict[str, Any], shapes: Sequence[Shape]) -> None:
    """Change a configuration as Keras does when a layer gets its weights."""
    if owner in ("LayerNormalization", "RMSNormalization") and isinstance(config["axis"], int):
        config["axis"] = [config["axis"]]
    if owner == "MultiHeadAttention" and config["attention_axes"] is None:
        config["attention_axes"] = list(range(1, len(shapes[0]) - 1))


def check_one_tensor(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Accept exactly one tensor."""
    rest = [value for value in kwargs.values() if isinstance(value, (Tensor, list, tuple))]
    if len(args) != 1 or not isinstance(args[0], Tensor) or rest:
        decline(f"a {type(layer).__name__} called on several tensors, or on a list")


def check_permute(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Accept one tensor with as many axes as the permutation."""
    check_one_tensor(layer, args, kwargs)
    if args[0].ndim != len(layer._config["dims"]) + 1:
        decline(f"a Permute called on {args[0].shape}")


def check_reshape(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Accept one tensor with as many values as the target shape."""
    check_one_tensor(layer, args, kwargs)
    shape, target = args[0].shape[1:], layer._config["target_shape"]
    if None in shape:
        return
    size, known = math.prod(shape), math.prod(axis for axis in target if axis != -1)
    if size != known and not (-1 in target and known and size % known == 0):
        decline(f"a Reshape of {shape} to {tuple(target)}")


def check_groups(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Accept one tensor whose features can be divided into groups."""
    check_one_tensor(layer, args, kwargs)
    shape, axis = args[0].shape, layer._config["axis"]
    features = shape[axis] if -len(shape) <= axis < len(shape) else None
    if features is None or features % layer._config["groups"]:
        decline(f"a GroupNormalization in {layer._config['groups']} groups of {features} features")


def check_normalization(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Accept one tensor with as many features as there are means."""
    check_one_tensor(layer, args, kwargs)
    mean, axis = layer._config["mean"], layer._config["axis"]
    shape = args[0].shape
    if any(not -len(shape) <= at < len(shape) or shape[at] is None for at in axis):
        decline(f"a Normalization along {axis} of {shape}")
    if isinstance(mean, list) and shape[axis[0]] != len(mean):
        decline(f"a Normalization with {len(mean)} means, called on {shape}")


def check_list(layer: Any, args: Sequence[Any], _kwargs: dict[str, Any]) -> None:
    """Accept one list of tensors."""
    items = args[0] if len(args) == 1 else None
    least = 2 if type(layer).__name__ in ("Subtract", "Dot") else 1
    if not isinstance(items, (list, tuple)) or len(items) < least:
        decline(f"a {type(layer).__name__} called on no list of tensors")
    if not all(isinstance(item, Tensor) for item in items):
        decline(f"a {type(layer).__name__} called on lists of lists")
    if type(layer).__name__ in ("Subtract", "Dot") and len(items) > 2:
        decline(f"a {type(layer).__name__} called on {len(items)} tensors")


def check_concatenate(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Accept tensors that differ in one axis."""
    check_list(layer, args, kwargs)
    shapes = [list(item.shape) for item in args[0]]
    axis = layer._config["axis"]
    if len({len(shape) for shape in shapes}) > 1 or not -len(shapes[0]) <= axis < len(shapes[0]):
        decline(f"a Concatenate called on {shapes}")
    for shape in shapes:
        del shape[axis]
    for sizes in zip(*shapes, strict=True):
        if len({size for size in sizes if size is not None}) > 1:
            decline(f"a Concatenate called on tensors that do not fit together: {shapes}")


def check_dot(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Accept two tensors of equal size along an axis."""
    check_list(layer, args, kwargs)
    first, second = (item.shape for item in args[0])
    axes = layer._config["axes"]
    axes = [axes, axes] if isinstance(axes, int) else axes
    pairs = list(zip(axes, (first, second), strict=True))
    if any(not -len(shape) < axis < len(shape) or axis == 0 for axis, shape in pairs):
        decline(f"a Dot over the axes {axes} of {first} and {second}")
    if min(len(first), len(second)) < 2 or first[axes[0]] != second[axes[1]]:
        decline(f"a Dot over the axes {axes} of {first} and {second}")


def check_recurrent(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Accept one tensor, and as many states as the cell has."""
    if len(args) != 1 or not isinstance(args[0], Tensor):
        decline(f"a {type(layer).__name__} called on several tensors")
    initial_states = kwargs.get("initial_state")
    if initial_states is None:
        return
    states = list(initial_states) if isinstance(initial_states, (list, tuple)) else [initial_states]
    wanted = layer.state_sizes() if hasattr(type(layer), "state_sizes") else None
    if wanted is None or [state.shape[1:] for state in states] != [(size,) for size in wanted]:
        decline(f"the initial state of a {type(layer).__name__}")


def check_attention(_layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Accept query, value and perhaps key: tensors of one rank."""
    named = dict(zip(("query", "value", "key"), args, strict=False)) | kwargs
    known = {"query", "value", "key", "attention_mask", "training", "use_causal_mask"}
    parts: list[Any] = [named[key] for key in ("query", "value", "key") if key in named]
    parts = [part for part in parts if part is not None]
    if set(named) - known or named.get("query") is None or named.get("value") is None:
        decline("a MultiHeadAttention without query and value")
    if len(args) > 3 or not all(isinstance(part, Tensor) and part.ndim == 3 for part in parts):
        decline("a MultiHeadAttention on anything but sequences")
    value, key = parts[1], parts[-1]
    if value.shape[1] != key.shape[1] or len({part.shape[0] for part in parts}) > 1:
        decline("a MultiHeadAttention whose values and keys differ in length")


def check_listed_attention(layer: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Accept a list of query, value and perhaps key."""
    items = args[0] if len(args) == 1 else None
    if not isinstance(items, (list, tuple)) or len(items) not in (2, 3):
        decline(f"a {type(layer).__name__} called on no list of two or three tensors")
    if any(isinstance(value, (Tensor, list, tuple)) for value in kwargs.values()):
        decline(f"the keywords of a {type(layer).__name__}")
    shapes = [item.shape for item in items]
    query, value, key = shapes[0], shapes[1], shapes[-1]
    scored = type(layer).__name__ == "AdditiveAttention" or layer._config["score_mode"] == "dot"
    fits = all(len(shape) == 3 for shape in shapes) and query[-1] == key[-1]
    if not scored or not fits or value[1] != key[1]:
        decline(f"a {type(layer).__name__} called on {shapes}")


CHECKS: dict[str, Check] = {
    "": check_one_tensor,
    **dict.fromkeys(("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"), check_list),
    "Concatenate": check_concatenate,
    "Dot": check_dot,
    "GroupNormalization": check_groups,
    "Normalization": check_normalization,
    "Permute": check_permute,
    "Reshape": check_reshape,
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "Bidirectional"), check_recurrent),
    "MultiHeadAttention": check_attention,
    **dict.fromkeys(("Attention", "AdditiveAttention"), check_listed_attention),
}
"""Checks by class; the first is for all others."""
