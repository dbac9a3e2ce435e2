"""The parameters of a function or a class, and values for them as they are told.

Requires: a function or a class.
Ensures: a class needs what the user's class needs to which it hands its options on.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from net2fig.read.script.unknown.values import is_unknown

LIBRARIES = ("builtins", "torch", "keras", "tf_keras", "net2fig")
"""Modules whose classes need no arguments that a subclass does not name."""


class Guess(Struct, frozen=True):
    """A value for an argument, where it comes from if a file tells it, and how it is written."""

    value: Any
    place: str = ""
    text: str = ""


def is_stated(guess: Guess) -> bool:
    """Tell whether something tells a value, and not its name alone."""
    return bool(guess.place or guess.text)


def list_parameters(function: Any) -> list[inspect.Parameter]:
    """Return the parameters of a function or a class; none if they are not known.

    A class that hands `**options` on to the user's class it derives from needs what that one needs.
    """
    try:
        found = [*inspect.signature(function).parameters.values()]
    except (TypeError, ValueError):
        return []
    passes_on = any(each.kind == each.VAR_KEYWORD for each in found)
    bases = function.__mro__[1:] if isinstance(function, type) and passes_on else ()
    base = next((each for each in bases if "__init__" in vars(each)), object)
    if base.__module__.partition(".")[0] in LIBRARIES:
        return found
    known = {each.name for each in found}
    more = [each for each in list_parameters(base) if each.name not in known and is_needed(each)]
    return [*found, *more]


def is_needed(parameter: inspect.Parameter) -> bool:
    """Tell whether an argument has no default."""
    several = (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    return parameter.default is parameter.empty and parameter.kind not in several


def describe_guesses(guesses: Mapping[str, Guess]) -> str:
    """Return guesses as they are written in a call, with the lines that they come from.

    >>> describe_guesses({"depth": Guess(3), "width": Guess(64, "line 5")})
    'depth=3, width=64 (line 5)'
    """
    return ", ".join(
        f"{word}={guess.text or describe_value(guess.value)}"
        + (f" ({guess.place})" if guess.place else "")
        for word, guess in guesses.items()
    )


def describe_value(value: Any) -> str:
    """Return a value as it is written in a call."""
    if isinstance(value, type) or inspect.isfunction(value):
        return value.__name__
    if is_unknown(value):
        return "?"
    known = value is None or isinstance(value, (int, float, str, tuple, list))
    return repr(value)[:60] if known else f"{type(value).__name__}()"
