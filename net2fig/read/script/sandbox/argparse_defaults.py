"""Arguments of the command line that a script demands and nobody gave: they are left out.

Requires: a process of its own; `argparse` is changed for all that runs in it.
Ensures: a parser that reads the command line demands nothing: what was not given is its default,
None where it has none. Who gives arguments to a parser in the code itself gets what Python does.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from types import ModuleType
from typing import Any


def demand_nothing(module: ModuleType, left_out: Callable[[str], None]) -> None:
    """Let parsers of `argparse` demand nothing, and say what they would have demanded."""
    original = module.ArgumentParser.parse_known_args

    def parse_known_args(
        self: argparse.ArgumentParser, args: Any = None, namespace: Any = None
    ) -> Any:
        if args is None:
            for name in spared(self):
                left_out(name)
        return original(self, args, namespace)

    module.ArgumentParser.parse_known_args = parse_known_args


def spared(parser: argparse.ArgumentParser) -> list[str]:
    """Let a parser demand nothing; return the names of what it demanded."""
    names = []
    # A parser has no other word for what it holds.
    held = vars(parser)
    for action in held["_actions"]:
        if not action.required or action.nargs == argparse.PARSER:
            continue
        names.append(action.option_strings[0] if action.option_strings else action.dest)
        action.required = False
        if not action.option_strings:
            many = action.nargs in ("+", argparse.REMAINDER) or isinstance(action.nargs, int)
            action.nargs = "*" if many else "?"
    for group in held["_mutually_exclusive_groups"]:
        group.required = False
    return names
