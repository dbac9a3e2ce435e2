"""Functions of Python that ask for a value: these accept unknown ones.

Requires: `runs.py` puts them in place of Python's own in the user's code.
Ensures: the result for unknown values is unknown; a loop runs a usual number of times, and that is
told.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from inspect import currentframe
from typing import Any

from net2fig.read.decline import find_user_line
from net2fig.read.script.guess.stand_ins import load_stand_ins
from net2fig.read.script.unknown.decisions import DECISIONS, GIVING_UP, tell_branch
from net2fig.read.script.unknown.values import (
    UnknownData,
    UnknownDataError,
    UnknownValue,
    find_last_word,
    find_size,
    holds_unknown,
    is_unknown,
    name_of,
)

MAX_ROUNDS = 16
"""The most rounds of a loop that a usual number stands for."""

PREFIX = "_net2fig_"
"""The beginning of the names of functions that accept unknown values."""

HOLDS = f"{PREFIX}holds"
"""The name of the function that asks for the condition under which code gives up."""

ITEM, LIBRARY = f"{PREFIX}item", f"{PREFIX}library"
"""The names of the functions that take an item, and that call a function of Python's library."""

FUNCTIONS = frozenset(
    {"len", "int", "float", "max", "min", "sum", "abs", "round", "sorted", "range", "open"}
    | {"set", "list", "tuple", "dict"}
)
"""Functions and classes of Python whose calls accept unknown values."""


def make_functions() -> dict[str, Any]:
    """Return the functions that accept unknown values, by their names."""
    made = {f"{PREFIX}{name}": accept_unknown(getattr(builtins, name)) for name in FUNCTIONS}
    return {**made, HOLDS: holds, ITEM: take_item, LIBRARY: call_library}


def accept_unknown(function: Any) -> Any:
    """Return a function that returns an unknown value for an unknown one."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return apply_function(function, args, kwargs)

    return call


def apply_function(function: Any, args: Any, kwargs: Any) -> Any:
    """Return the result of a function; unknown if an argument is."""
    first = next((arg for arg in args if holds_unknown(arg, 1)), None)
    if function is open and UnknownData.once and not is_unknown(first):
        return open_file(*args, **kwargs)
    if first is None or (function in (list, tuple, set, dict) and not is_unknown(first)):
        return function(*args, **kwargs)
    if not is_unknown(first):
        return UnknownValue(f"{function.__name__}(…)")
    if function is range:
        return range(*(count_rounds(arg) if is_unknown(arg) else arg for arg in args))
    if function is len and "shape" in first.__dict__:
        return len(first)
    plain = function in (len, int, float, round)
    size = first.__dict__["_size"] if plain else None
    return UnknownValue(f"{function.__name__}({name_of(first)})", size)


def count_rounds(value: UnknownValue) -> int:
    """Return how often a loop runs of which only data know that: a usual number, or once."""
    name = name_of(value)
    word = find_last_word(name)
    usual = UnknownData.values.get(word, load_stand_ins().find_argument(word))
    rounds = usual if type(usual) is int and 0 < usual <= MAX_ROUNDS else 1
    UnknownData.tell(
        "unknown-size", f"only data know {name}: took {rounds}; to choose: --set {word}={rounds}"
    )
    return rounds


def open_file(path: Any, *args: Any, **kwargs: Any) -> Any:
    """Return an open file; an unknown value if it is not there."""
    opened = builtins.open
    try:
        return opened(path, *args, **kwargs)
    except FileNotFoundError:
        UnknownData.tell("unknown-data", f"{path} is not there: what it holds is not known")
        return UnknownValue(f"open({str(path)!r})")


def call_library(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the result of a function of Python's library; unknown if it wants what is unknown."""
    if not holds_unknown([*args, *kwargs.values()]):
        return function(*args, **kwargs)
    try:
        return function(*args, **kwargs)
    except (TypeError, ValueError, AttributeError, UnknownDataError):
        name = getattr(function, "__name__", "function")
    shown = name_of(args[0]) if args and is_unknown(args[0]) else "…"
    try:
        size = function(*(find_size(arg) if is_unknown(arg) else arg for arg in args))
    except (TypeError, ValueError, AttributeError, UnknownDataError):
        size = None
    return UnknownValue(f"{name}({shown})", size if type(size) in (int, float) else None)


def take_item(value: Any, key: Any) -> Any:
    """Return an item of a value; the first one if only data know which."""
    is_open = UnknownData.once and is_unknown(key) and isinstance(value, (dict, list, tuple))
    if not is_open or not value or (isinstance(value, dict) and key in value):
        return value[key]
    first = next(iter(value)) if isinstance(value, dict) else 0
    place = find_user_line(currentframe())
    text = f"only data know {name_of(key)} in {place}: took {first!r}"
    UnknownData.tell("branch-taken", text)
    return value[first]


def holds(test: Callable[[], Any]) -> bool:
    """Tell whether a condition holds under which code gives up; what is not known is no reason."""
    before = DECISIONS.total()
    GIVING_UP.append(True)
    try:
        value = test()
        answer = not is_unknown(value) and bool(value)
    finally:
        GIVING_UP.pop()
    if DECISIONS.total() == before and not is_unknown(value):
        return answer
    tell_branch(find_user_line(currentframe()), "the branch that goes on")
    return False
