"""Signatures of functions that take options by name."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any, TypeVar

from net2fig.options.rows import list_options

Function = TypeVar("Function", bound=Callable[..., Any])


def takes_options(scope: str, types: type) -> Callable[[Function], Function]:
    """Show the options of a scope in the signature of a function that takes them as `**options`.

    `types` is the `TypedDict` by which the function declares them: editors and type checkers read
    it, `help` and notebooks read the signature. Requires: one has the names of the other.
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
        vars(function)["__signature__"] = plain.replace(parameters=[*own, *options])
        return function

    return decorate
