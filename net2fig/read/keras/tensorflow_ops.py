"""Translates functions of TensorFlow, under their names in Keras 2, to operations of Keras 3.

A call such as `tf.reduce_mean(x, axis=1)` becomes the operation `Mean` with the configuration that
Keras 3 would save, so that one set of rules serves both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Words = Mapping[str, str]

_AXIS = {"axis": "axis", "keepdims": "keepdims"}

_SAME_NAME = (
    *("add", "subtract", "multiply", "divide", "maximum", "minimum", "negative", "square", "sqrt"),
    *("rsqrt", "exp", "log", "abs", "sign", "tanh", "sigmoid", "softplus", "sin", "cos", "floor"),
    *("ceil", "round", "erf", "relu", "relu6", "elu", "selu", "gelu", "silu", "softsign"),
    *("greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "identity"),
    *("logical_and", "logical_or", "logical_not", "stop_gradient", "leaky_relu", "log_softmax"),
    *("softmax", "reciprocal", "divide_no_nan", "mod"),
)

OPERATIONS: Mapping[str, tuple[str, Words]] = {
    **{name: (name.title().replace("_", ""), {}) for name in _SAME_NAME},
    "truediv": ("TrueDivide", {}),
    "realdiv": ("TrueDivide", {}),
    "floordiv": ("FloorDivide", {}),
    "pow": ("Power", {}),
    "swish": ("Silu", {}),
    "neg": ("Negative", {}),
    "sub": ("Subtract", {}),
    "mul": ("Multiply", {}),
    "addv2": ("Add", {}),
    "biasadd": ("Add", {}),
    "bias_add": ("Add", {}),
    "where": ("Where", {}),
    "clip_by_value": ("Clip", {}),
    "l2_normalize": ("Normalize", {}),
    "reduce_mean": ("Mean", _AXIS),
    "reduce_sum": ("Sum", _AXIS),
    "reduce_max": ("Max", _AXIS),
    "reduce_min": ("Min", _AXIS),
    "reduce_prod": ("Prod", _AXIS),
    "reduce_std": ("Std", _AXIS),
    "reduce_variance": ("Var", _AXIS),
    "reduce_logsumexp": ("Logsumexp", _AXIS),
    "norm": ("Norm", {"axis": "axis", "keepdims": "keepdims"}),
    "argmax": ("Argmax", {"axis": "axis"}),
    "argmin": ("Argmin", {"axis": "axis"}),
    "cumsum": ("Cumsum", {}),
    "concat": ("Concatenate", {"axis": "axis"}),
    "stack": ("Stack", {"axis": "axis"}),
    "unstack": ("Unstack", {"axis": "axis", "num": "num"}),
    "split": ("Split", {"num_or_size_splits": "indices_or_sections", "axis": "axis"}),
    "reshape": ("Reshape", {"shape": "newshape"}),
    "transpose": ("Transpose", {"perm": "axes"}),
    "expand_dims": ("ExpandDims", {"axis": "axis"}),
    "squeeze": ("Squeeze", {"axis": "axis"}),
    "tile": ("Tile", {"multiples": "repeats"}),
    "repeat": ("Repeat", {"repeats": "repeats", "axis": "axis"}),
    "broadcast_to": ("BroadcastTo", {"shape": "shape"}),
    "pad": ("Pad", {"paddings": "pad_width"}),
    "reverse": ("Flip", {"axis": "axis"}),
    "roll": ("Roll", {}),
    "gather": ("Take", {"indices": "indices", "axis": "axis"}),
    "matmul": ("Matmul", {"transpose_a": "transpose_a", "transpose_b": "transpose_b"}),
    "einsum": ("Einsum", {"equation": "subscripts"}),
    "one_hot": ("OneHot", {"depth": "num_classes", "axis": "axis"}),
    "cast": ("Cast", {"dtype": "dtype"}),
    "resize": ("Resize", {"size": "size"}),
    "resize_bilinear": ("Resize", {"size": "size"}),
    "getitem": ("GetItem", {}),
}
"""Operation and configuration keys of each function, by the last part of its name."""

DEFAULTS: Mapping[str, Mapping[str, Any]] = {"OneHot": {"axis": -1}, "Mean": {"axis": None}}
"""TensorFlow's defaults that the shape rules need."""

IGNORED = frozenset({"name", "slice_spec"})


def translate_call(
    function: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[str, dict[str, Any], list[Any], dict[str, Any]]:
    """Return class, configuration, operands and other arguments for a call of a function.


    >>> translate_call("math.reduce_mean", ["x"], {"axis": 1})
    ('Mean', {'axis': 1}, ['x'], {})
    """
    name = function.rpartition(".")[2].strip("_").lower()
    class_name, words = OPERATIONS.get(name, (name.title().replace("_", "") or "Operation", {}))
    config = dict(DEFAULTS.get(class_name, {}))
    operands = list(args)
    rest = {}
    for key, value in kwargs.items():
        if key in words:
            config[words[key]] = value
        elif key == "slice_spec":
            operands.append(translate_key(value))
        elif key not in IGNORED:
            rest[key] = value
    # A second operand is an operand, however it is passed.
    operands += [rest.pop(key) for key in ("y", "b", "exponent") if key in rest]
    if class_name == "Split" and isinstance(config.get("indices_or_sections"), list):
        config["indices_or_sections"] = find_split_positions(config["indices_or_sections"])
    if class_name == "Transpose":
        config.setdefault("axes", None)
    return class_name, config, operands, rest


def translate_key(value: Any) -> Any:
    """Return the key of `x[key]` as Keras 3 saves it."""
    if isinstance(value, list):
        return [translate_key(item) for item in value]
    if isinstance(value, dict) and {"start", "stop", "step"} <= set(value):
        return {"class_name": "__slice__", "config": value}
    return value


def find_split_positions(sizes: Sequence[int]) -> list[int]:
    """Return the positions at which parts of these sizes are split.


    >>> find_split_positions([1, 2, 3])
    [1, 3]
    """
    positions: list[int] = []
    for size in sizes[:-1]:
        positions.append(size + (positions[-1] if positions else 0))
    return positions
