"""Values for the arguments that a builder needs and nobody gives.

    1. what a call elsewhere in the file gives
    2. what a name of the file, a default or an option of the command line with its name gives
    3. what stands in for such a name (grammar/stand_ins.toml), or for its annotation

Requires: the code and the names that it left behind, as far as they are known.
Ensures: an argument that is not known has no value; the others are told.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from net2fig.read.script.guess.lines import describe_line
from net2fig.read.script.guess.stand_ins import load_stand_ins
from net2fig.read.script.guess.values import CallSite, FileValues, NotKnown, find_values
from net2fig.read.script.sandbox.unknown_values import UnknownData

if TYPE_CHECKING:
    from net2fig.read.script.sources import Code

CONFIGS = ("config", "cfg", "conf", "configs", "model_config", "hparams")
"""The endings of classes that hold the arguments of a model, and the names of such arguments."""

SHAPE_NAMES = ("shape", "input_size", "input_dims", "img_dims", "image_dims", "dims")
"""The endings of arguments that are the shape of an input."""

ANNOTATIONS = {"int": 4, "float": 0.1, "bool": False, "str": "model"}
"""Values for arguments of which only the type is known."""


class Guess(Struct, frozen=True):
    """A value for an argument, and where it comes from, if the file tells it."""

    value: Any
    place: str = ""


class Guesser:
    """Finds values for the arguments of functions and classes of a file."""

    def __init__(
        self, names: Mapping[str, Any], code: Code | None = None, *, features_first: bool = False
    ) -> None:
        self.names = names
        self.features_first = features_first
        self.values = find_values(code.statements) if code is not None else FileValues()
        self.nodes: dict[str, ast.AST] = {}
        for node in code.statements if code is not None else ():
            self.nodes |= {getattr(node, "name", ""): node}

    def guess_all(self, function: Any, name: str) -> dict[str, Guess] | None:
        """Return a value for each argument that is needed; None if one is not known."""
        parameters = list_parameters(function)
        needed = [each for each in parameters if is_needed(each)]
        for call in self.values.calls.get(name, ()):
            given = self.evaluate_call(call, [each.name for each in parameters])
            if given and all(each.name in given for each in needed):
                place = describe_line(call.line)
                return {word: Guess(value, place) for word, value in given.items()}
        guesses = {each.name: self.guess(each, name) for each in needed}
        known = {word: guess for word, guess in guesses.items() if guess is not None}
        return known if len(known) == len(guesses) else None

    def evaluate_call(self, call: CallSite, words: list[str]) -> dict[str, Any] | None:
        """Return the arguments of a call by their names; None if one is not known."""
        given = [*zip(words, call.args, strict=False), *call.words.items()]
        if len(call.args) > len(words):
            return None
        try:
            return {word: self.values.evaluate(node) for word, node in given if word in words}
        except NotKnown:
            return None

    def guess(self, parameter: inspect.Parameter, function: str) -> Guess | None:
        """Return a value for one argument; None if it is not known."""
        name = parameter.name.lower()
        if parameter.name in UnknownData.values:
            return Guess(UnknownData.values[parameter.name])
        if name in self.values.constants:
            place = describe_line(self.values.lines[name])
            return Guess(self.values.constants[name], place)
        if name in CONFIGS:
            return self.make_config()
        if name.endswith(SHAPE_NAMES):
            shape = load_stand_ins().find_shapes([*self.list_layers(function)])[0]
            return Guess((shape[-1], *shape[:-1]) if self.features_first else shape)
        value = load_stand_ins().find_argument(name)
        if value is None:
            annotation = parameter.annotation
            value = ANNOTATIONS.get(str(getattr(annotation, "__name__", annotation)))
        return None if value is None else Guess(value)

    def list_layers(self, function: str) -> Iterator[str]:
        """Yield the names that a function or a class uses, and those that these use."""
        waiting, seen = [function.partition(".")[0]], set()
        while waiting:
            name = waiting.pop(0)
            if name in seen or name not in self.nodes:
                continue
            seen.add(name)
            for node in walk_in_order(self.nodes[name]):
                used = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
                if used in self.nodes:
                    waiting.append(used)
                elif used:
                    yield used

    def make_config(self) -> Guess | None:
        """Return an object of the only class of a configuration, if it needs no arguments."""
        found = [
            value
            for key, value in self.names.items()
            if isinstance(value, type)
            and key.lower().endswith(CONFIGS)
            and not any(map(is_needed, list_parameters(value)))
        ]
        try:
            return Guess(found[0]()) if len(found) == 1 else None
        except Exception:  # noqa: BLE001  (the user's code may raise anything)
            return None


def walk_in_order(node: ast.AST) -> list[ast.AST]:
    """Return the nodes inside of a node that have a place, in the order of the text."""
    placed = [each for each in ast.walk(node) if isinstance(each, ast.expr)]
    return [*sorted(placed, key=lambda each: (each.lineno, each.col_offset))]


def list_parameters(function: Any) -> list[inspect.Parameter]:
    """Return the parameters of a function or a class; none if they are not known."""
    try:
        return [*inspect.signature(function).parameters.values()]
    except (TypeError, ValueError):
        return []


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
        f"{word}={describe_value(guess.value)}" + (f" ({guess.place})" if guess.place else "")
        for word, guess in guesses.items()
    )


def describe_value(value: Any) -> str:
    """Return a value as it is written in a call."""
    known = isinstance(value, (int, float, str, tuple, list))
    return repr(value)[:60] if known else f"{type(value).__name__}()"
