"""Which modules are layers, drawn whole, and what their configuration is."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from net2fig.read.calls import ATTENTION_MASK
from net2fig.read.plain_json import to_plain_json

LIBRARY = "torch.nn."
"""The beginning of the modules that define PyTorch's layers."""

CONTAINERS = frozenset(
    {
        *("Module", "Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"),
        *("Transformer", "TransformerEncoder", "TransformerDecoder"),
        *("TransformerEncoderLayer", "TransformerDecoderLayer"),
        *("DataParallel", "DistributedDataParallel", "LazyModuleMixin"),
    }
)
"""Classes of PyTorch that hold other layers."""

HOLDERS = frozenset({"Sequential", "ModuleList", "ModuleDict"})
"""Classes that only hold others: they name no group."""

ASIDE = frozenset({"self", "device", "dtype", "inplace", "args", "kwargs"})
"""Parameters of constructors that say nothing about what a layer does."""


def get_class(module: Any) -> type:
    """Return the class of a module as its author knows it: without parametrizations."""
    cls = type(module)
    return cls.__mro__[1] if hasattr(module, "parametrizations") and len(cls.__mro__) > 1 else cls


def get_library_class(module: Any) -> type | None:
    """Return the layer of PyTorch that a module is, or that its class derives from."""
    for cls in type(module).__mro__:
        if cls.__module__.startswith(LIBRARY):
            return None if cls.__name__ in CONTAINERS else cls
    return None


def is_layer(module: Any) -> bool:
    """Tell whether a module is a layer of PyTorch."""
    return get_library_class(module) is not None


def is_holder(module: Any) -> bool:
    """Tell whether a module only holds others: its `forward`, if any, is PyTorch's."""
    for cls in type(module).__mro__:
        if cls.__module__.startswith(LIBRARY):
            return cls.__name__ in HOLDERS
        if "forward" in vars(cls):
            return False
    return False


@cache
def list_parameters(cls: type) -> tuple[str, ...]:
    """Return the parameters of the constructor of a class, or of the one that it calls."""
    for base in cls.__mro__[:-1]:
        if "__init__" not in vars(base):
            continue
        try:
            found = inspect.signature(base.__init__).parameters  # type: ignore[misc]
        except (TypeError, ValueError):
            return ()
        names = tuple(name for name in found if name not in ASIDE)
        if names or "args" not in found:
            return names
    return ()


def describe(module: Any) -> dict[str, Any]:
    """Return the configuration of a module: the arguments of its constructor that it keeps."""
    library = get_library_class(module)
    names = dict.fromkeys([*list_parameters(library or get_class(module))])
    config: dict[str, Any] = {}
    for name in names:
        value = getattr(module, name, None)
        if name == "bias" and library is not None and not isinstance(value, (bool, int)):
            config[name] = value is not None or has_inner_bias(module)
        elif is_plain(value):
            config[name] = to_plain_json(value)
    weights = list(module.parameters())
    if weights and not any(each.requires_grad for each in weights):
        config["trainable"] = False
    return config


def describe_masks(module: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call that tell what a layer does there: whether there is a mask."""
    code = getattr(type(module).forward, "__code__", None)
    if code is None or "attn_mask" not in code.co_varnames:
        return {}
    bound = inspect.signature(type(module).forward).bind(module, *args, **kwargs).arguments
    flags = {"is_causal": True} if bound.get("is_causal") is True else {}
    return flags if bound.get("attn_mask") is None else {**flags, ATTENTION_MASK: True}


def has_inner_bias(module: Any) -> bool:
    """Tell whether a module has a bias under a longer name, as an attention does."""
    found = vars(module).get("_parameters", {})
    return any(name.endswith("_bias") and each is not None for name, each in found.items())


def is_plain(value: Any) -> bool:
    """Tell whether a value is a number, a text, or a short list of these."""
    if isinstance(value, (list, tuple)):
        return len(value) <= 16 and all(map(is_plain, value))
    return isinstance(value, (bool, int, float, str))
