"""Names and arguments of PyTorch's functions and methods, as a reader of the code knows them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any

from net2fig.read.plain_json import to_plain_json
from net2fig.read.torch.leaves import is_plain

ARITHMETIC = frozenset(
    {
        *("add", "sub", "mul", "truediv", "div", "floordiv", "mod", "matmul", "pow"),
        *("and", "or", "xor", "lshift", "rshift"),
    }
)
"""The operators that Python also calls reflected, `__radd__`, and in place, `__iadd__`."""

CONVERSIONS = frozenset({"__bool__", "__int__", "__float__", "__index__", "__complex__"})
"""The methods by which Python makes numbers of tensors."""

_POOL = "input kernel_size stride padding"
_CONV = "input weight bias stride padding dilation groups"
_TRANSPOSED = "input weight bias stride padding output_padding groups dilation"
_REDUCE = "input dim keepdim"

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _CONV),
        **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), _TRANSPOSED),
        **dict.fromkeys(("max_pool1d", "max_pool2d", "max_pool3d"), f"{_POOL} dilation ceil_mode"),
        **dict.fromkeys(("avg_pool1d", "avg_pool2d", "avg_pool3d"), f"{_POOL} ceil_mode"),
        **dict.fromkeys(
            ("mean", "sum", "amax", "amin", "max", "min", "std", "var", "prod", "logsumexp"),
            _REDUCE,
        ),
        **dict.fromkeys(("argmax", "argmin", "any", "all", "norm"), _REDUCE),
        **dict.fromkeys(("softmax", "log_softmax", "cumsum", "unsqueeze", "squeeze"), "input dim"),
        **dict.fromkeys(("cat", "concat", "concatenate", "stack"), "tensors dim"),
        **dict.fromkeys(("chunk", "split", "tensor_split"), "input sections dim"),
        **dict.fromkeys(("transpose", "swapaxes", "swapdims"), "input dim0 dim1"),
        **dict.fromkeys(("movedim", "moveaxis"), "input source destination"),
        **dict.fromkeys(("flatten", "unflatten"), "input start_dim end_dim"),
        **dict.fromkeys(("narrow", "select"), "input dim start length"),
        **dict.fromkeys(("roll", "repeat_interleave"), "input shifts dims"),
        **dict.fromkeys(("flip", "permute"), "input dims"),
        **dict.fromkeys(("pixel_shuffle", "pixel_unshuffle"), "input factor"),
        "einsum": "equation",
        "unbind": "input dim",
        "scaled_dot_product_attention": "query key value attn_mask dropout_p is_causal",
        "group_norm": "input num_groups weight bias eps",
        "layer_norm": "input normalized_shape weight bias eps",
    }.items()
}
"""The parameters of functions that are written in C, whose signatures Python does not know."""

ALL_DIMS = frozenset({"permute", "view", "reshape", "expand", "repeat", "tile", "flip"})
"""Methods that take their sizes or axes one by one, or as a list."""


def name_function(func: Any) -> str:
    """Return the name of a function, without marks for operators and changes in place."""
    name = str(getattr(func, "__name__", type(func).__name__))
    if name in ("__get__", "__set__"):
        attribute = getattr(getattr(func, "__self__", None), "__name__", name)
        return f"{'get' if name == '__get__' else 'set'}:{attribute}"
    if name in CONVERSIONS:
        # The methods `bool`, `int` and `float` return tensors.
        return name
    dunder = name.startswith("__") and name.endswith("__")
    name = name.strip("_") or name
    if dunder and name[:1] in "ri" and name[1:] in ARITHMETIC:
        name = name[1:]
    return {"truediv": "div", "floordiv": "floor_divide"}.get(name, name)


@cache
def list_arguments(func: Any, name: str) -> tuple[str, ...]:
    """Return the names of the positional arguments of a function, as far as they are known."""
    if name in ARGUMENTS:
        return ARGUMENTS[name]
    try:
        return tuple(inspect.signature(func).parameters)
    except (TypeError, ValueError):
        return ()


def call_arguments(
    func: Any, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call that are no tensors, by name where the names are known."""
    config: dict[str, Any] = {}
    if name in ALL_DIMS:
        rest = args[1] if len(args) == 2 and isinstance(args[1], (list, tuple)) else args[1:]
        if is_plain(list(rest)) and rest:
            config["dims" if name in ("permute", "flip") else "sizes"] = to_plain_json(list(rest))
        args = args[:1]
    try:
        names = list_arguments(func, name)
    except TypeError:
        names = ()
    rest = []
    for place, value in enumerate(args):
        if value is None or not is_plain(value):
            continue
        if place < len(names):
            config[names[place]] = to_plain_json(value)
        else:
            rest.append(to_plain_json(value))
    if rest:
        config["args"] = rest
    for word, value in kwargs.items():
        if value is not None and is_plain(value):
            config[word] = to_plain_json(value)
    return config | describe_weight(name, args, kwargs)


def describe_weight(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the shape of the weight tells of a convolution or of a dense layer."""
    weight = kwargs.get("weight", args[1] if len(args) > 1 else None)
    shape = tuple(getattr(weight, "shape", ()))
    if name in ("conv1d", "conv2d", "conv3d") and len(shape) > 2:
        return {"kernel_size": list(shape[2:]), "out_channels": shape[0]}
    if name.startswith("conv_transpose") and len(shape) > 2:
        return {"kernel_size": list(shape[2:]), "out_channels": shape[1]}
    if name == "linear" and len(shape) == 2:
        return {"in_features": shape[1], "out_features": shape[0]}
    return {}
