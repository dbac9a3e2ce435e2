"""keras.backend, keras.config and keras.mixed_precision: what holds for the whole process."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from net2fig.read.record.session import (
    FLOATS,
    SESSION,
    compute_dtype,
    dtype_of,
    policy_of,
    reset,
)
from net2fig.read.record.stand_ins.modules import Find, from_table
from net2fig.read.record.stand_ins.tensorflow import OLD, OLD_VALUES, nothing, of_earlier
from net2fig.read.record.tensors.graph import UNKNOWN_TYPE, Tensor
from net2fig.read.record.unknown import decline


def set_floatx(value: Any) -> None:
    """Set the default type of floats."""
    SESSION.floatx = dtype_of(value)


def set_data_format(value: Any) -> None:
    """Set where channels stand where a layer does not say."""
    if value not in ("channels_last", "channels_first"):
        decline(f"set_image_data_format({value!r:.80})")
    SESSION.data_format = value


class Policy:
    """What layers compute in, by its name."""

    def __init__(self, name: Any) -> None:
        self.name = policy_of(name)

    @property
    def compute_dtype(self) -> str:
        """The type that layers compute in."""
        return compute_dtype(self.name)

    @property
    def variable_dtype(self) -> str:
        """The type of weights."""
        return "float32" if self.name.startswith("mixed_") else self.name


def set_policy(policy: Any) -> None:
    """Set the types that layers compute in where they do not say."""
    SESSION.policy = policy_of(getattr(policy, "saved", policy))


def standard_dtype(dtype: Any) -> Any:
    """Return the name of a dtype; one that is not known stays so."""
    return dtype if dtype is UNKNOWN_TYPE else dtype_of(dtype)


def int_shape(x: Any) -> Any:
    """Return the shape of a tensor."""
    return x.shape


def of_inner_backend() -> Find:
    """Return what Keras' own sources take for its backend."""
    find = of_backend()

    def more(name: str) -> Any:
        return nullcontext if name == "name_scope" else find(name)

    return more


def of_backend() -> Find:
    """Return keras.backend."""
    find = from_table(
        {
            "image_data_format": lambda: SESSION.data_format,
            "set_image_data_format": set_data_format,
            "floatx": lambda: SESSION.floatx,
            "set_floatx": set_floatx,
            "epsilon": lambda: 1e-07,
            "clear_session": reset,
            "int_shape": int_shape,
            "is_keras_tensor": lambda x: isinstance(x, Tensor),
            "backend": lambda: "tensorflow",
            "KerasTensor": Tensor,
            "standardize_dtype": standard_dtype,
            "is_float_dtype": lambda dtype: dtype in FLOATS,
        }
    )

    def more(name: str) -> Any:
        return of_earlier(name) if name in OLD or name in OLD_VALUES else find(name)

    return more


CONFIG = (
    "image_data_format",
    "set_image_data_format",
    "floatx",
    "set_floatx",
    "epsilon",
    "backend",
)
"""What keras.config has of what keras.backend has."""


def of_config() -> Find:
    """Return keras.config."""
    find = of_backend()
    silent = ("disable_interactive_logging", "disable_traceback_filtering")
    own = {"set_dtype_policy": set_policy, **dict.fromkeys(silent, nothing)}

    def more(name: str) -> Any:
        if name in (
            "clear_session",
            "KerasTensor",
            "standardize_dtype",
            "is_keras_tensor",
            "int_shape",
        ):
            raise LookupError(name)
        return own[name] if name in own else find(name)

    return more


def of_mixed_precision() -> Find:
    """Return keras.mixed_precision."""
    setting = {"set_global_policy": set_policy, "set_dtype_policy": set_policy}
    return from_table({**setting, "Policy": Policy, "DTypePolicy": Policy})
