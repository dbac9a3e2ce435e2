"""Makes all command-line arguments of a script optional.

Requires: a separate process; `argparse` is changed for all code in it.
Ensures: a parser that reads the command line requires no arguments: one that is not there has its
default, or None. A parser that gets its arguments from the code works as usual.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from types import ModuleType
from typing import Any

from net2fig.read.script.unknown.values import UnknownData, UnknownValue


def make_arguments_optional(module: ModuleType, on_argument: Callable[[str], None]) -> None:
    """Let parsers of `argparse` require nothing; report the arguments that they miss."""
    original = module.ArgumentParser.parse_known_args

    def parse_known_args(
        self: argparse.ArgumentParser, args: Any = None, namespace: Any = None
    ) -> Any:
        required = relax_parser(self) if args is None else {}
        values, rest = original(self, args, namespace)
        for name, field in required.items():
            if getattr(values, field, None) in (None, []):
                on_argument(name)
                if UnknownData.accepted:
                    setattr(values, field, UnknownValue(field))
        return values, rest

    module.ArgumentParser.parse_known_args = parse_known_args


def relax_parser(parser: argparse.ArgumentParser) -> dict[str, str]:
    """Make all arguments of a parser optional.

    Return the names of those that were required, with the fields that hold their values.
    """
    names = {}
    # argparse has no public name for these.
    fields = vars(parser)
    for action in fields["_actions"]:
        if not action.required or action.nargs == argparse.PARSER:
            continue
        names[action.option_strings[0] if action.option_strings else action.dest] = action.dest
        action.required = False
        if action.default is None and action.choices:
            action.default = next(iter(action.choices))
        if not action.option_strings:
            takes_several = action.nargs in ("+", argparse.REMAINDER) or isinstance(
                action.nargs, int
            )
            action.nargs = "*" if takes_several else "?"
    for group in fields["_mutually_exclusive_groups"]:
        group.required = False
    return names
