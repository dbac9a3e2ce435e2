"""Optimizers, losses, metrics and callbacks: they can be made, and nothing comes of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from net2fig.read.record.session import facts
from net2fig.read.record.unknown import decline


class Inert:
    """An object that a figure does not depend on."""

    _known: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = type(self).__name__
        if not self._known and (args or kwargs):
            decline(f"the class {name!r} of the code's own")
        given = [*self._known[: len(args)], *kwargs]
        if len(args) > len(self._known) or len(set(given)) < len(given):
            decline(f"the arguments of {name}")
        for key, value in zip(given, [*args, *kwargs.values()], strict=True):
            if key not in self._known or not harmless(value):
                decline(f"argument {key!r} of {name}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return decline(f"attribute {name!r} of a {type(self).__name__}")

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        """Decline: a value would be asked for."""
        decline(f"a call of a {type(self).__name__}")


def harmless(value: Any) -> bool:
    """Tell whether an argument is one that any such class takes."""
    if isinstance(value, (list, tuple)):
        return all(map(harmless, value))
    return value is None or isinstance(value, (bool, int, float, str, Inert))


@cache
def inert_class(section: str, name: str) -> type[Inert]:
    """Return the stand-in for a class; LookupError where there is none."""
    names = tuple(facts()["inert"][section][name])
    return type(name, (Inert,), {"_known": names, "__module__": f"keras.{section}"})
