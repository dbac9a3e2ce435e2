"""The values that a shell completes, by kind. Click itself offers commands, options and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from net2fig.options.types import LEVELS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VARIABLE = "_NET2FIG_COMPLETE"
"""The environment variable by which a shell asks click for completions."""

FILE = "file"
FILES = (FILE,)

Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def make_completer(
    values: Sequence[str], *, choices: Sequence[str] = (), comma_separated: bool = False
) -> Complete:
    """Return a function that completes choices and values of some kinds."""

    def complete(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        head = typed[: typed.rfind(",") + 1] if comma_separated else ""
        words = [*choices, *(word for kind in values if kind != FILE for word in VALUES[kind]())]
        items = [
            CompletionItem(head + word)
            for word in words
            if word.startswith(typed.removeprefix(head))
        ]
        # Files come first: for bash they stand only where nothing else fits.
        return [*([CompletionItem(typed, type=FILE)] if FILE in values else []), *items]

    return complete


def _list_themes(shelf: str) -> Iterable[str]:
    from net2fig.data.resources import theme_names

    return theme_names(shelf, (Path(),))


def _list_kinds() -> list[str]:
    from net2fig.data.grammar import load_grammar

    return [f":{kind}" for kind in sorted(load_grammar().kinds)]


def _list_labels() -> list[str]:
    from net2fig.options.parts import LABEL_PARTS

    flags = [key for key, schema in LABEL_PARTS.items() if schema["type"] == "boolean"]
    choices = [
        f"{key}={word}" for key, part in LABEL_PARTS.items() for word in part.get("enum", ())
    ]
    return [*flags, *(f"no-{key}" for key in flags), *choices]


def _list_formats() -> Iterable[str]:
    from net2fig.figure import list_formats

    return list_formats()


def _list_chip_formats() -> Iterable[str]:
    from net2fig.chips.formats.registry import CHIP_FORMATS

    return CHIP_FORMATS


def _list_columns() -> Iterable[str]:
    from net2fig.chips.table.columns import COLUMNS

    return COLUMNS


def _list_sizes() -> Iterable[str]:
    from net2fig.chips.drawing.marks import load_chip_grammar

    return ("auto", *load_chip_grammar().sizes)


VALUES: dict[str, Callable[[], Iterable[str]]] = {
    "template": lambda: _list_themes("templates"),
    "palette": lambda: _list_themes("palettes"),
    "level": lambda: LEVELS,
    "background": lambda: ("none", "white"),
    "kind": _list_kinds,
    "label": _list_labels,
    "format": _list_formats,
    "chip format": _list_chip_formats,
    "column": _list_columns,
    "size": _list_sizes,
}
"""The words that values are chosen from, by the kinds that options name."""
