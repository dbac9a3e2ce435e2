"""The command `net2fig completion`: the script by which a shell completes commands, with click.

The script runs net2fig with the words of a line in its environment.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from net2fig.commands.arguments import SETTINGS
from net2fig.commands.completion import VARIABLE, make_completer
from net2fig.errors import UsageError, one_of, suggestion

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem, ShellComplete

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "net2fig"


@click.command("completion", context_settings=SETTINGS)
@click.argument(
    "shells", nargs=-1, metavar="bash|zsh|fish", shell_complete=make_completer((), choices=SHELLS)
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
