"""Options as the command and Python pass them: their forms, and the signatures of functions.

What the command takes as a text, a call takes as a text too: "Dropout,Add", "kernel", "A = B > C".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import Parameter, signature
from typing import Any, TypeVar, cast

from net2fig.errors import Net2figError, UsageError, UsageProblemsError, is_traceback_wanted
from net2fig.options.option import GROUPS, LABELS, PAIRS, PIN_LIST, REPEATED, WORDS, Option
from net2fig.options.rows import list_options
from net2fig.pins import Pin

Function = TypeVar("Function", bound=Callable[..., Any])

TRUTHS = {"true": True, "false": False}
"""The words of TOML that a label may have as its value."""


def takes_options(scope: str, types: type) -> Callable[[Function], Function]:
    """Make a function that takes `**options` one for users of Python.

    Its signature shows the options of a scope; it takes each in the form of the command too; a
    traceback of an error ends at its caller. `types` is the `TypedDict` by which the function
    declares them: editors and type checkers read it, `help` and notebooks read the signature.
    Requires: one has the names of the other.
    """

    def decorate(function: Function) -> Function:
        plain = signature(function)
        own = [each for each in plain.parameters.values() if each.kind is not Parameter.VAR_KEYWORD]
        options = [
            Parameter(
                option.name,
                Parameter.KEYWORD_ONLY,
                default=None,
                annotation=types.__annotations__[option.name],
            )
            for option in list_options(scope)
        ]

        @wraps(function)
        def call(*args: Any, **arguments: Any) -> Any:
            try:
                return function(*args, **convert_arguments(arguments, scope))
            except Net2figError as error:
                if is_traceback_wanted():
                    raise
                raise name_keywords(error).with_traceback(None) from None

        vars(call)["__signature__"] = plain.replace(parameters=[*own, *options])
        return cast("Function", call)

    return decorate


def name_keywords(error: Net2figError) -> Net2figError:
    """Return an error whose notes name keywords in place of options of the command."""
    notes = getattr(error, "__notes__", [])
    error.__notes__ = [
        re.sub(r"--([a-z]+(?:-[a-z]+)*) (\S+)", _write_keyword, note) for note in notes
    ]
    return error


def _write_keyword(match: re.Match[str]) -> str:
    return f'{match[1].replace("-", "_")}="{match[2]}"'


def convert_arguments(arguments: Mapping[str, Any], scope: str) -> dict[str, Any]:
    """Return keyword arguments as a grouping file holds them."""
    problems: list[Net2figError] = []
    options = {option.name: option for option in list_options(scope)}
    values = {
        name: _convert_argument(options[name], value, problems) if name in options else value
        for name, value in arguments.items()
    }
    if problems:
        raise UsageProblemsError(problems)
    return values


def _convert_argument(option: Option, value: Any, problems: list[Net2figError]) -> Any:
    """Return an argument in the form of the grouping file, if it has the form of the command."""
    if option.form == PIN_LIST and isinstance(value, Sequence) and not isinstance(value, str):
        return [write_pin(getattr(each, "pin", each)) for each in value]
    if option.form not in (WORDS, LABELS, PAIRS, GROUPS, REPEATED):
        return value
    if option.form == GROUPS and isinstance(value, Mapping):
        return [{"name": name, "match": match} for name, match in value.items()]
    texts = [value] if isinstance(value, str) else value
    is_plain = isinstance(texts, Sequence) and all(isinstance(text, str) for text in texts)
    if not is_plain or (option.form == REPEATED and "string" in option.schema["type"]):
        return value
    if option.form == WORDS and not isinstance(value, str):
        return value
    return convert_value(option, texts, problems, f"argument {option.name}")


def write_pin(value: Any) -> Any:
    """Return a pin as a grouping file holds it; other values as they are."""
    if not isinstance(value, Pin):
        return value
    fields = {name: getattr(value, name) for name in ("text", "tier", "code", "line")}
    return {"layer": value.place.layer, **fields, "card": [list(row) for row in value.card]}


def convert_value(option: Option, value: Any, problems: list[Net2figError], name: str = "") -> Any:
    """Return one value of the command as a grouping file holds it; `name` is that for messages."""
    name = name or option.flags[-1]
    match option.form:
        case "words":
            return _split_words(value)
        case "labels":
            return dict(_parse_label(word) for word in _split_words(value))
        case "pairs":
            return dict(_split_pair(text, name, str(option.metavar), problems) for text in value)
        case "groups":
            pairs = [_split_pair(text, name, "NAME = PATTERN", problems) for text in value]
            return [{"name": name, "match": match} for name, match in pairs]
        case "repeated":
            return list(value)
        case _:
            return value


def _split_words(values: Sequence[str]) -> list[str]:
    """Return the words of an option that may be repeated, or hold several with commas between."""
    words = [word.strip() for value in values for word in value.split(",")]
    return [word for word in words if word]


def _split_pair(text: str, option: str, form: str, problems: list[Net2figError]) -> tuple[str, str]:
    """Split a text at its first "="; add an error to `problems` if it has none."""
    name, mark, value = (part.strip() for part in text.partition("="))
    if not (name and mark and value):
        problems.append(UsageError(f"invalid value: {text!r} in {option} (must be '{form}')"))
    return name, value


def _parse_label(word: str) -> tuple[str, bool | str]:
    """Return the label that a word of --labels sets: "kernel", "no-features", "resolution=all"."""
    name, mark, value = word.partition("=")
    if mark:
        value = value.strip()
        return name.strip(), TRUTHS.get(value.lower(), value)
    return word.removeprefix("no-"), not word.startswith("no-")
