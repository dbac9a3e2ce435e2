"""Shell completion of the values of options, with click.

`net2fig completion bash|zsh|fish` prints the script of a shell, which runs the command with the
words of a line in its environment; commands, options and files are offered by click itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from net2fig.errors import UsageError, one_of, suggestion
from net2fig.options.types import LEVELS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem, ShellComplete

SHELLS = ("bash", "zsh", "fish")
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
PROGRAM = "net2fig"
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
    "shell": lambda: SHELLS,
}
"""The words that values are chosen from, by the kinds that options name."""


@click.command("completion", context_settings=SETTINGS)
@click.argument(
    "shells", nargs=-1, metavar="bash|zsh|fish", shell_complete=make_completer(("shell",))
)
def completion_command(shells: tuple[str, ...]) -> None:
    """Print a script that completes commands in a shell.

    In ~/.bashrc or ~/.zshrc: eval "$(net2fig completion bash)". For fish: net2fig completion fish >
    ~/.config/fish/completions/net2fig.fish
    """
    if not shells:
        message = f"missing argument: a shell {one_of(SHELLS)}"
        raise UsageError(message, hint='eval "$(net2fig completion bash)"')
    for shell in shells:
        if shell not in SHELLS:
            message = f"unknown shell: {shell!r} {one_of(SHELLS)}"
            raise UsageError(message, hint=suggestion(shell, SHELLS))
    click.echo(write_script(shells[0]))


def write_script(shell: str) -> str:
    """Return the script for a shell."""
    root: Any = click.get_current_context().find_root().command
    return load_shells()[shell](root, {}, PROGRAM, VARIABLE).source()


def load_shells() -> dict[str, type[ShellComplete]]:
    """Return click's completion classes by shell; that of bash handles words with colons."""
    from click.shell_completion import (
        BashComplete,
        FishComplete,
        ZshComplete,
        add_completion_class,
        split_arg_string,
    )

    class Bash(BashComplete):
        """Completes ":norm", which for bash are two words, the second of which it replaces."""

        source_template = BashComplete.source_template.replace(
            "env COMP_WORDS=", 'env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORDS='
        )

        def get_completion_args(self) -> tuple[list[str], str]:
            line = os.environ["COMP_LINE"]
            words = split_arg_string(line)[1:]
            self.typed = "" if not words or line[-1:].isspace() else words.pop()
            return words, self.typed

        def format_completion(self, item: CompletionItem[Any]) -> str:
            head = self.typed.rpartition("=")[2].rpartition(":")
            return f"{item.type},{item.value.removeprefix(head[0] + head[1])}"

    add_completion_class(Bash)
    return {"bash": Bash, "zsh": ZshComplete, "fish": FishComplete}


def register_shells() -> None:
    """Register the shells with click if one asks for completions."""
    if VARIABLE in os.environ:
        load_shells()
