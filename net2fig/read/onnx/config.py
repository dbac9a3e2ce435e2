"""The configuration of an operation, in the words that PyTorch has for its functions and layers.

Requires: an operation whose shapes are known as far as they can be.
Ensures: only what the file states, or what follows from the shapes of weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from net2fig.read.onnx.evaluate import Operation
from net2fig.read.onnx.values import Value, attribute_int, attribute_ints

Config = dict[str, Any]


def describe(operation: Operation) -> Config:
    """Return the configuration of an operation."""
    rule = RULES.get(operation.op)
    return {} if rule is None else {k: v for k, v in rule(operation).items() if v is not None}


def input_at(operation: Operation, place: int) -> Value:
    """Return an input; one of which nothing is known if it is missing."""
    found = operation.inputs[place] if place < len(operation.inputs) else None
    return found or Value()


def window(operation: Operation, kernel: list[int], axes: int) -> Config:
    """Return the configuration of a window that moves along some axes."""
    attributes = operation.attributes
    pads = attribute_ints(attributes, "pads") or [0] * 2 * axes
    same = str(attributes.get("auto_pad", "")).startswith("SAME")
    before, after = pads[:axes], pads[axes:]
    if same:
        before, after = [(size - 1) // 2 for size in kernel], [size // 2 for size in kernel]
    return {
        "kernel_size": kernel,
        "stride": attribute_ints(attributes, "strides") or [1] * axes,
        "padding": before,
        "padding_after": after if after != before else None,
        "dilation": attribute_ints(attributes, "dilations") or [1] * axes,
        "output_padding": attribute_ints(attributes, "output_padding"),
        "ceil_mode": bool(attributes.get("ceil_mode")) or None,
    }


def describe_conv(operation: Operation) -> Config:
    """Return the configuration of a convolution."""
    place = 3 if operation.op == "QLinearConv" else 1
    shape = input_at(operation, place).shape or ()
    sizes = [size for size in shape if size is not None]
    if len(sizes) < 3 or len(sizes) != len(shape):
        return {}
    groups = attribute_int(operation.attributes, "group", 1)
    transposed = operation.op == "ConvTranspose"
    return {
        "in_channels": sizes[0] if transposed else sizes[1] * groups,
        "out_channels": sizes[1] * groups if transposed else sizes[0],
        **window(operation, sizes[2:], len(sizes) - 2),
        "groups": groups,
    }


def describe_pool(operation: Operation) -> Config:
    """Return the configuration of a pooling."""
    kernel = attribute_ints(operation.attributes, "kernel_shape") or []
    return window(operation, kernel, len(kernel))


def describe_linear(operation: Operation) -> Config:
    """Return the configuration of a dense layer."""
    shape = operation.outputs[0].shape
    before = input_at(operation, 0).shape
    return {
        "in_features": before[-1] if before else None,
        "out_features": shape[-1] if shape else None,
    }


def describe_axis(operation: Operation) -> Config:
    """Return the axis along which an operation works."""
    return {"dim": attribute_int(operation.attributes, "axis", default_axis(operation))}


def default_axis(operation: Operation) -> int:
    """Return the axis along which an operator works if its node states none."""
    return -1 if "max" in operation.op else 0


def describe_axes(operation: Operation) -> Config:
    """Return the axes that an operation takes away or puts in."""
    stated = attribute_ints(operation.attributes, "axes")
    axes = stated if stated is not None else input_at(operation, 1).ints
    config: Config = {"dim": axes}
    if "keepdims" in operation.attributes:
        config["keepdim"] = bool(operation.attributes["keepdims"])
    return config


def describe_permute(operation: Operation) -> Config:
    """Return the order of the axes."""
    rank = input_at(operation, 0).rank
    return {"dims": attribute_ints(operation.attributes, "perm") or list(range(rank))[::-1]}


def describe_reshape(operation: Operation) -> Config:
    """Return the sizes that are asked for."""
    return {"sizes": input_at(operation, 1).ints}


def describe_slice(operation: Operation) -> Config:
    """Return the axes of which a part is taken."""
    return {"dim": input_at(operation, 3).ints or attribute_ints(operation.attributes, "axes")}


def describe_resize(operation: Operation) -> Config:
    """Return how many times larger a map becomes, if the file states that and no sizes."""
    before, after = input_at(operation, 0).shape, operation.outputs[0].shape
    mode = str(operation.attributes.get("mode", "nearest"))
    config: Config = {"mode": {"linear": "bilinear", "cubic": "bicubic"}.get(mode, mode)}
    if input_at(operation, 3).data:
        return config
    if before and after and len(before) == len(after):
        pairs = list(zip(before[2:], after[2:], strict=True))
        if all(one and two and two % one == 0 for one, two in pairs):
            config["scale_factor"] = [two // one for one, two in pairs if one and two]
    return config


def describe_recurrent(operation: Operation) -> Config:
    """Return the configuration of a recurrent layer."""
    shape = input_at(operation, 2).shape or ()
    hidden = attribute_int(operation.attributes, "hidden_size") or (shape[2:3] or (None,))[0]
    directions = shape[0] if shape else 1
    return {"hidden_size": hidden, "num_layers": 1, "bidirectional": directions == 2}


def describe_norm(operation: Operation) -> Config:
    """Return the configuration of a normalisation."""
    groups = attribute_int(operation.attributes, "num_groups")
    epsilon = operation.attributes.get("epsilon")
    return {"num_groups": groups or None, "eps": epsilon}


def describe_number(operation: Operation) -> Config:
    """Return the number that an operation has beside its tensor."""
    numbers = [each.number for each in operation.inputs if each is not None and each.is_constant]
    known = [each for each in numbers if type(each) in (int, float)]
    return {"args": known} if len(known) == 1 and len(operation.inputs) == 2 else {}


def describe_limits(operation: Operation) -> Config:
    """Return the least and the greatest value that are kept."""
    found: Config = {}
    for place, (name, word) in enumerate((("min", "min"), ("max", "max")), 1):
        value = operation.attributes.get(name, input_at(operation, place).number)
        found[word] = value if isinstance(value, (int, float)) else None
    return found


def describe_dropout(operation: Operation) -> Config:
    """Return the share that is left out."""
    stated = operation.attributes.get("ratio", input_at(operation, 1).number)
    return {"p": stated if isinstance(stated, (int, float)) else None}


def describe_equation(operation: Operation) -> Config:
    """Return the letters of a product."""
    return {"equation": str(operation.attributes.get("equation", ""))[:80]}


def describe_heads(operation: Operation) -> Config:
    """Return the number of heads."""
    shape = operation.outputs[0].shape
    heads = attribute_int(operation.attributes, "num_heads")
    heads = heads or attribute_int(operation.attributes, "q_num_heads")
    return {"num_heads": heads or None, "embed_dim": shape[-1] if shape else None}


_REDUCTIONS = ("Max", "Mean", "Min", "Prod", "Sum", "L1", "L2", "SumSquare", "LogSumExp", "LogSum")

RULES: Mapping[str, Callable[[Operation], Config]] = {
    **dict.fromkeys(
        ("Conv", "ConvTranspose", "QLinearConv", "ConvInteger", "FusedConv", "DeformConv"),
        describe_conv,
    ),
    **dict.fromkeys(("MaxPool", "AveragePool", "LpPool", "QLinearAveragePool"), describe_pool),
    **dict.fromkeys(("Linear", "QLinearMatMul", "Gemm"), describe_linear),
    **dict.fromkeys(
        ("Concat", "Softmax", "LogSoftmax", "Split", "Gather", "CumSum", "ArgMax", "QLinearConcat"),
        describe_axis,
    ),
    **{f"Reduce{name}": describe_axes for name in _REDUCTIONS},
    **dict.fromkeys(("Squeeze", "Unsqueeze"), describe_axes),
    **dict.fromkeys(("Resize", "Upsample"), describe_resize),
    **dict.fromkeys(("LSTM", "GRU", "RNN"), describe_recurrent),
    **dict.fromkeys(
        ("GroupNormalization", "LayerNormalization", "BatchNormalization"), describe_norm
    ),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min"), describe_number),
    **dict.fromkeys(("Attention", "MultiHeadAttention"), describe_heads),
    "Transpose": describe_permute,
    "Reshape": describe_reshape,
    "Slice": describe_slice,
    "Clip": describe_limits,
    "Dropout": describe_dropout,
    "Einsum": describe_equation,
}
