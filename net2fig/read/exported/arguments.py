"""The arguments of functions in exported programs, in the words of PyTorch's layers.

Requires: the arguments that a graph states, by their names; what it leaves out has its default.
Ensures: numbers, texts and short lists; the sizes of weights tell features and kernels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from net2fig.network import Shape
from net2fig.read.plain_json import to_plain_json

PLAIN = ("as_int", "as_float", "as_bool", "as_string", "as_ints", "as_floats", "as_bools")
"""The sorts of arguments that are numbers and texts."""

LONGEST = 16
"""The maximum length of a list."""

Config = dict[str, Any]


def read_value(argument: Mapping[str, Any]) -> Any:
    """Return the value of an argument; None unless it is a number, a text or a short list."""
    for sort in PLAIN:
        if sort in argument:
            value = argument[sort]
            if isinstance(value, list) and len(value) > LONGEST:
                return None
            return to_plain_json(value)
    if "as_sym_ints" in argument:
        sizes = [each.get("as_int") for each in argument["as_sym_ints"] if isinstance(each, dict)]
        return sizes[:LONGEST] if all(isinstance(size, int) for size in sizes) else None
    return None


def describe(
    function: str, arguments: Mapping[str, Mapping[str, Any]], operands: Sequence[Shape]
) -> Config:
    """Return the configuration of a call; `operands` are the shapes of the tensors it reads."""
    values = {word: read_value(argument) for word, argument in arguments.items()}
    config = {word: value for word, value in values.items() if value is not None}
    for beginning, rule in RULES.items():
        if function.startswith(beginning):
            return config | rule(function, config, operands)
    return rename(config)


def rename(config: Config) -> Config:
    """Return a configuration in which the numbers beside tensors are arguments."""
    if isinstance(config.get("other"), (int, float)):
        config["args"] = [config.pop("other")]
    if isinstance(config.get("size"), list):
        config["sizes"] = config.pop("size")
    return config


def spread(value: Any, count: int, default: Any) -> list[Any]:
    """Return a number for each axis."""
    values = value if isinstance(value, list) and value else [default if value is None else value]
    values = [default] if values == [[]] else values
    return values * count if len(values) == 1 else values


def describe_conv(function: str, config: Config, operands: Sequence[Shape]) -> Config:
    """Return the configuration of a convolution."""
    weight = operands[1] if len(operands) > 1 else ()
    axes = len(weight) - 2
    if axes < 1:
        return {}
    transposed = "transpose" in function or config.get("transposed") is True
    groups = config.get("groups", 1)
    one, two = weight[0], weight[1]
    known = isinstance(groups, int) and isinstance(two, int)
    many = two * groups if known else None
    padding = config.get("padding", 0)
    same = [(size or 1) // 2 for size in weight[2:]] if padding == "same" else padding
    return {
        "in_channels": one if transposed else many,
        "out_channels": many if transposed else one,
        "kernel_size": list(weight[2:]),
        "stride": spread(config.get("stride"), axes, 1),
        "padding": spread(0 if same == "valid" else same, axes, 0),
        "dilation": spread(config.get("dilation"), axes, 1),
        "groups": groups,
    }


def describe_pool(function: str, config: Config, _operands: Sequence[Shape]) -> Config:
    """Return the configuration of a pooling, whose stride is its window if it states none."""
    axes = int(function[function.index("pool") + 4])
    kernel = spread(config.get("kernel_size"), axes, 1)
    return {
        "kernel_size": kernel,
        "stride": spread(config.get("stride"), axes, None) if config.get("stride") else kernel,
        "padding": spread(config.get("padding"), axes, 0),
        "dilation": spread(config.get("dilation"), axes, 1),
    }


def describe_linear(_function: str, _config: Config, operands: Sequence[Shape]) -> Config:
    """Return the configuration of a dense layer."""
    weight = operands[1] if len(operands) > 1 else ()
    return {"in_features": weight[1], "out_features": weight[0]} if len(weight) == 2 else {}


def describe_addmm(_function: str, _config: Config, operands: Sequence[Shape]) -> Config:
    """Return the configuration of a dense layer that is written with a transposed weight."""
    weight = operands[2] if len(operands) > 2 else ()
    return {"in_features": weight[0], "out_features": weight[1]} if len(weight) == 2 else {}


def describe_resize(_function: str, config: Config, _operands: Sequence[Shape]) -> Config:
    """Return how many times larger a map becomes, and what is between the places."""
    mode = "bilinear" if "align_corners" in config else "nearest"
    return {"mode": mode, "scale_factor": config.get("scale_factors")}


def describe_recurrent(_function: str, config: Config, operands: Sequence[Shape]) -> Config:
    """Return the configuration of a recurrent layer: the sizes of its states tell its own."""
    states = operands[1] if len(operands) > 1 else ()
    hidden = states[-1] if states else None
    return {
        "hidden_size": hidden,
        "num_layers": config.get("num_layers", 1),
        "bidirectional": bool(config.get("bidirectional")),
    }


Rule = Callable[[str, Config, Sequence[Shape]], Config]

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("conv1d", "conv2d", "conv3d", "conv_", "conv"), describe_conv),
    **dict.fromkeys(("max_pool", "avg_pool"), describe_pool),
    "linear": describe_linear,
    "addmm": describe_addmm,
    "interpolate": describe_resize,
    **dict.fromkeys(("lstm", "gru", "rnn_tanh", "rnn_relu"), describe_recurrent),
}
"""Rules by the beginnings of functions."""
