"""Stand-ins for keras.backend, keras.config and keras.mixed_precision: global settings."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from net2fig.read.decline import decline
from net2fig.read.record.session import (
    FLOATS,
    SESSION,
    get_compute_dtype,
    get_dtype,
    get_policy,
    reset_session,
)
from net2fig.read.record.stand_ins.modules import Lookup, lookup_in_table
from net2fig.read.record.stand_ins.tensorflow import OLD_NAMES, OLD_VALUES, do_nothing, get_old_name
from net2fig.read.record.tensors.graph import UNKNOWN_TYPE, Tensor


def set_floatx(value: Any) -> None:
    """Set the default type of floats."""
    SESSION.floatx = get_dtype(value)


def set_data_format(value: Any) -> None:
    """Set the default position of channels."""
    if value not in ("channels_last", "channels_first"):
        decline(f"set_image_data_format({value!r:.80})")
    SESSION.data_format = value


class Policy:
    """A dtype policy, by its name."""

    def __init__(self, name: Any) -> None:
        self.name = get_policy(name)

    @property
    def compute_dtype(self) -> str:
        """The type that layers compute in."""
        return get_compute_dtype(self.name)

    @property
    def variable_dtype(self) -> str:
        """The type of weights."""
        return "float32" if self.name.startswith("mixed_") else self.name


def set_policy(policy: Any) -> None:
    """Set the default dtype policy."""
    SESSION.policy = get_policy(getattr(policy, "saved", policy))


def standardize_dtype(dtype: Any) -> Any:
    """Return the name of a dtype; an unknown one stays unknown."""
    return dtype if dtype is UNKNOWN_TYPE else get_dtype(dtype)


def int_shape(x: Any) -> Any:
    """Return the shape of a tensor."""
    return x.shape


def make_inner_backend() -> Lookup:
    """Return the backend for Keras' own sources."""
    return make_backend()


def make_backend() -> Lookup:
    """Return keras.backend."""
    find = lookup_in_table(
        {
            "image_data_format": lambda: SESSION.data_format,
            "set_image_data_format": set_data_format,
            "floatx": lambda: SESSION.floatx,
            "set_floatx": set_floatx,
            "epsilon": lambda: 1e-07,
            "clear_session": reset_session,
            "int_shape": int_shape,
            "is_keras_tensor": lambda x: isinstance(x, Tensor),
            "backend": lambda: "tensorflow",
            # A scope is no part of the name of a layer.
            "name_scope": nullcontext,
            "KerasTensor": Tensor,
            "standardize_dtype": standardize_dtype,
            "is_float_dtype": lambda dtype: dtype in FLOATS,
        }
    )

    def more(name: str) -> Any:
        return get_old_name(name) if name in OLD_NAMES or name in OLD_VALUES else find(name)

    return more


CONFIG_NAMES = (
    "image_data_format",
    "set_image_data_format",
    "floatx",
    "set_floatx",
    "epsilon",
    "backend",
)
"""Names that keras.config shares with keras.backend."""


def make_config() -> Lookup:
    """Return keras.config."""
    find = make_backend()
    silent = ("disable_interactive_logging", "disable_traceback_filtering")
    own = {"set_dtype_policy": set_policy, **dict.fromkeys(silent, do_nothing)}

    return lookup_in_table({**own, **{name: find(name) for name in CONFIG_NAMES}})


def make_mixed_precision() -> Lookup:
    """Return keras.mixed_precision."""
    setting = {"set_global_policy": set_policy, "set_dtype_policy": set_policy}
    return lookup_in_table({**setting, "Policy": Policy, "DTypePolicy": Policy})
