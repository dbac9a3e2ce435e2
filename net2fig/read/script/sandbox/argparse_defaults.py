"""Makes all command-line arguments of a script optional.

Requires: a separate process; `argparse` is changed for all code in it.
Ensures: a parser that reads the command line requires no arguments: a missing one has its default,
or None. A parser that gets its arguments from the code works as usual.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from types import ModuleType
from typing import Any


def make_arguments_optional(module: ModuleType, on_argument: Callable[[str], None]) -> None:
    """Let parsers of `argparse` require nothing; report the arguments that they would require."""
    original = module.ArgumentParser.parse_known_args

    def parse_known_args(
        self: argparse.ArgumentParser, args: Any = None, namespace: Any = None
    ) -> Any:
        if args is None:
            for name in relax_parser(self):
                on_argument(name)
        return original(self, args, namespace)

    module.ArgumentParser.parse_known_args = parse_known_args


def relax_parser(parser: argparse.ArgumentParser) -> list[str]:
    """Make the arguments of a parser optional; return the names of those that were required."""
    names = []
    # argparse has no public name for these.
    fields = vars(parser)
    for action in fields["_actions"]:
        if not action.required or action.nargs == argparse.PARSER:
            continue
        names.append(action.option_strings[0] if action.option_strings else action.dest)
        action.required = False
        if not action.option_strings:
            takes_several = action.nargs in ("+", argparse.REMAINDER) or isinstance(
                action.nargs, int
            )
            action.nargs = "*" if takes_several else "?"
    for group in fields["_mutually_exclusive_groups"]:
        group.required = False
    return names
