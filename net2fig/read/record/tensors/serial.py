"""Serializes layers, operations and arguments as Keras does."""

from __future__ import annotations

from typing import Any

from net2fig.read.decline import decline
from net2fig.read.plain_json import TENSOR
from net2fig.read.record.layers.objects import SavedObject
from net2fig.read.record.tensors.graph import Constant, Tensor


def serialize(value: Any) -> Any:
    """Return a value as Keras saves it, as far as figures need it."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, Tensor):
        return {"class_name": TENSOR, "config": {}}
    if isinstance(value, (list, tuple)):
        return [serialize(item) for item in value]
    if isinstance(value, dict):
        return {key: serialize(item) for key, item in value.items()}
    if isinstance(value, Constant):
        return {"class_name": "__tensor__"}
    if isinstance(value, slice):
        parts = {key: serialize(getattr(value, key)) for key in ("start", "stop", "step")}
        return {"class_name": "__slice__", "config": parts}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if type(value).__module__ == "numpy":
        return {"class_name": "__numpy__"} if value.ndim else value.item()
    if isinstance(value, SavedObject):
        return value.saved
    own = getattr(value, "_serialized", None)
    return own() if own is not None else decline(f"{type(value).__name__} saved with a layer")
