"""Optimizers, losses, metrics and callbacks, which do nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

from net2fig.read.decline import decline
from net2fig.read.record.loose import find_unknown, is_loose
from net2fig.read.record.session import load_facts


class NoOp:
    """An object that a figure does not depend on."""

    _known: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = type(self).__name__
        if is_loose():
            return
        if not self._known and (args or kwargs):
            decline(f"the class {name!r} of the code's own")
        names = [*self._known[: len(args)], *kwargs]
        if len(args) > len(self._known) or len(set(names)) < len(names):
            decline(f"the arguments of {name}")
        for key, value in zip(names, [*args, *kwargs.values()], strict=True):
            if key not in self._known or not is_harmless(value):
                decline(f"argument {key!r} of {name}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return find_unknown(f"attribute {name!r} of a {type(self).__name__}")

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        """Decline: the result would be a value."""
        return find_unknown(f"a call of a {type(self).__name__}")


def is_harmless(value: Any) -> bool:
    """Tell whether an argument is valid for every such class."""
    if isinstance(value, (list, tuple)):
        return all(map(is_harmless, value))
    return value is None or isinstance(value, (bool, int, float, str, NoOp))


@cache
def make_no_op_class(section: str, name: str) -> type[NoOp]:
    """Return the stand-in for a class; raise LookupError if there is none."""
    names = tuple(load_facts()["inert"][section][name])
    return type(name, (NoOp,), {"_known": names, "__module__": f"keras.{section}"})
