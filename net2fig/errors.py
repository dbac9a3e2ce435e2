"""Errors and warnings, and the form of their messages.

A message begins with one of six words, then the thing, the value, its place and the choices. A hint
may follow on a separate line. Every exception has its exit code.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from net2fig.toml import Place, numbered

WORDS = ("invalid", "unknown", "missing", "unsupported", "ambiguous", "duplicate")


DEBUG = "NET2FIG_DEBUG"
"""Set to 1, this environment variable lets a traceback through."""


def is_traceback_wanted() -> bool:
    """Tell whether tracebacks are shown."""
    return os.environ.get(DEBUG) == "1"


class Notice(Struct, frozen=True):
    """A warning that is returned with the figure.

    `about` tells programs what the warning is about: a sort of thing, then names of that sort. The
    sorts are "group", "layer", and the options "hide", "show" and "style". `place` is where its
    cause is written.
    """

    code: str
    text: str
    about: tuple[str, ...] = ()
    place: Place | None = None

    @property
    def numbered(self) -> str:
        """The text with the line number of its place."""
        return numbered(self.text, [self.place] if self.place else ())


class Net2figWarning(UserWarning):
    """A warning for users of Python: the text of a notice."""


def issue_warnings(notices: Iterable[Notice]) -> None:
    """Issue notices as warnings of Python, at the line that calls the function which calls this.

    Requires: that function has the decorator of `options.signature`.
    """
    import warnings

    for notice in notices:
        warnings.warn(notice.text, Net2figWarning, stacklevel=4)


class Net2figError(Exception):
    """The base of all errors for users: a message, perhaps a hint, an exit code.

    `place` is the first file and key path in the message, `places` are all of them.
    """

    exit_code = 1

    def __init__(
        self, message: str, *, hint: str | None = None, place: Place | Sequence[Place] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if hint:
            self.add_note(f"hint: {hint}")
        self.places = (place,) if isinstance(place, Place) else tuple(place)

    @property
    def place(self) -> Place | None:
        """Where the cause is written, if known."""
        return self.places[0] if self.places else None

    def lines(self, *, line_numbers: bool = False) -> list[str]:
        """Return the message and the hint as lines, with the line numbers of places."""
        message = numbered(self.message, self.places) if line_numbers else self.message
        return [message] + ([f"hint: {self.hint}"] if self.hint else [])


class ModelError(Net2figError):
    """The model cannot be read or drawn."""


class MissingShapeError(ModelError):
    """Nothing tells the shape of an input that a model needs."""


class UsageError(Net2figError):
    """The command or the grouping file is wrong."""

    exit_code = 2


class UsageProblemsError(UsageError):
    """Several problems of one grouping file, shown together."""

    def __init__(self, problems: Sequence[Net2figError]) -> None:
        super().__init__("\n".join(problem.message for problem in problems))
        self.problems = tuple(problems)
        for problem in problems:
            if problem.hint:
                self.add_note(f"hint: {problem.hint}")

    def lines(self, *, line_numbers: bool = False) -> list[str]:
        """Return the lines of all problems."""
        return [
            line for problem in self.problems for line in problem.lines(line_numbers=line_numbers)
        ]


def suggestion(
    value: str, choices: Iterable[str], folder: Path | None = None, likeness: float = 0.6
) -> str | None:
    """Return "did you mean 'x'?" for the choice that is nearest to `value`; None if none is near.

    Choices that are files of `folder` are named with it. A choice is near that has this likeness.


    >>> suggestion(":nrom", [":norm", ":conv"])
    "did you mean ':norm'?"
    """
    import difflib  # most drawings have no mistake to be put right

    names = list(choices)
    by_lower = {name.lower(): name for name in reversed(names)}
    near = difflib.get_close_matches(value.lower(), by_lower, n=1, cutoff=likeness)
    if not near:
        return None
    found = by_lower[near[0]]
    return f"did you mean {str(folder / found) if folder else found!r}?"


def one_of(choices: Iterable[str]) -> str:
    """Return the choices in the form of a message.


    >>> one_of(["all", "none"])
    "(one of 'all', 'none')"
    """
    return "(one of " + ", ".join(repr(choice) for choice in choices) + ")"
