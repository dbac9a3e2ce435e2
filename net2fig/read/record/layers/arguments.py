"""The arguments of layers of Keras: their current names, and their values in a configuration."""

from __future__ import annotations

from typing import Any

from net2fig.read.decline import decline
from net2fig.read.record.layers.values import KINDS, Argument
from net2fig.read.record.session import load_facts


def rename_arguments(class_name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return arguments under their current names; None for one without effect."""
    table = load_facts()["renamed"].get(class_name, {})
    renamed = {}
    for key, value in kwargs.items():
        new = table.get(key, key)
        if new in renamed or (new != key and new in kwargs):
            decline(f"arguments {key!r} and {new!r} of {class_name}")
        if new is not None:
            renamed[new] = value
    return renamed


def convert_argument(class_name: str, key: str, value: Any) -> Any:
    """Return an argument in the form of the configuration."""
    known = load_facts()
    kind = known["kinds"].get(f"{class_name}.{key}") or known["kinds"].get(key)
    if kind == "own":
        return value
    if kind not in KINDS:
        decline(f"argument {key!r} of {class_name}")
    parameters = known["layers"][class_name]["parameters"]
    default = parameters[key]
    rank = next((n for n in (1, 2, 3) if f"{n}D" in class_name), 0)
    if default == [None] and value is None and kind in ("window", "word"):
        return None
    argument = Argument(class_name, key, default[0] if default != "required" else None, rank)
    return KINDS[kind](argument, value)
