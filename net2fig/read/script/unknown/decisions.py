"""What code that branches on unknown values does: a branch is taken, and told.

    if args.use_bias:           a usual value for the name, else the first branch
    if num_classes == 2:        the size that stands in decides

Requires: unknown values are accepted. Loading this module gives them their comparisons.
Ensures: only the user's own code gets an answer; whoever else asks for a value fails.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable
from inspect import currentframe
from typing import Any

from net2fig.read.decline import find_user_line, is_user_file
from net2fig.read.script.unknown.values import (
    UnknownData,
    UnknownDataError,
    UnknownValue,
    find_size,
    is_unknown,
    name_of,
)

OWN_FILES = (__file__, UnknownValue.__init__.__code__.co_filename)
"""The files of unknown values."""

COMPARISONS = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
}
"""Comparisons by the names of their methods."""


def add_comparisons() -> None:
    """Let sizes of unknown values be compared with numbers, by the user's code."""

    def make(name: str, compute: Callable[[Any, Any], bool]) -> Any:
        def method(self: UnknownValue, other: Any) -> bool:
            other_size = find_size(other) if is_unknown(other) else other
            if not isinstance(other_size, (int, float)) or self is other:
                if name not in ("eq", "ne"):
                    return decide(self, True)
                if isinstance(other, str) and UnknownData.accepted and is_user_frame():
                    return decide(self, name == "eq")
                return (self is other) == (name == "eq")
            if name in ("eq", "ne") and not is_user_frame():
                return name == "ne"
            return decide(self, bool(compute(find_size(self), other_size)))

        return method

    for name, compute in COMPARISONS.items():
        setattr(UnknownValue, f"__{name}__", make(name, compute))


DECISIONS: Counter[str | None] = Counter()
"""How often each line of code asked for what only data know."""

GIVING_UP: list[bool] = []
"""Not empty while code asks whether it gives up: it goes on, whatever the answer is."""

MAX_DECISIONS = 1000
"""How often a line of code may ask for what only data know: a loop may wait for it."""


def decide(value: UnknownValue, answer: bool) -> bool:
    """Return an answer that only data know, and tell it; fail if it is not the user's code."""
    if not UnknownData.accepted or not is_user_frame():
        raise UnknownDataError(f"the value of {name_of(value)} is not known")
    place = find_user_line(currentframe())
    DECISIONS[place] += 1
    if DECISIONS[place] > MAX_DECISIONS:
        raise UnknownDataError(f"the value of {name_of(value)} is not known")
    if not GIVING_UP:
        tell_branch(place, "the first branch" if answer else "the other branch")
    return answer


def tell_branch(place: str | None, taken: str) -> None:
    """Tell which branch was taken that only data know."""
    UnknownData.tell("branch-taken", f"only data decide in {place}: took {taken}")


def is_user_frame() -> bool:
    """Tell whether the user's code asks, and not a library."""
    frame = currentframe()
    while frame is not None and frame.f_code.co_filename in OWN_FILES:
        frame = frame.f_back
    return frame is not None and is_user_file(frame.f_code.co_filename)


UnknownData.decide = staticmethod(decide)
add_comparisons()
