"""`net2fig completion bash|zsh|fish`: a script by which a shell completes what is being typed.

The script asks this very command: `--line` holds the command line as far as the cursor. Each line
of the answer is "plain", a word and its help, with tabs between; "file" stands for names of files.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from net2fig.commands.arguments import SETTINGS
from net2fig.data.grammar import load_grammar
from net2fig.data.resources import PALETTES, TEMPLATES, theme_names
from net2fig.data.schema import load_schema
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.options.types import LEVELS, STRICTNESS

SHELLS = ("bash", "zsh", "fish")

FILE = "file"
"""What stands for the names of files."""

FILES = ("FILE", "OUT", "MODEL", "toml", "json", "csv")
"""What in the placeholder of a value tells that it is a file."""

LISTED = ("hide", "show", "labels")
"""Options that take several words with commas between."""

Item = tuple[str, ...]


@click.command("completion", context_settings=SETTINGS)
@click.argument("shells", nargs=-1, metavar="bash|zsh|fish")
@click.option("--line", hidden=True)
def completion_command(shells: tuple[str, ...], line: str | None) -> None:
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
    if line is None:
        click.echo(script(shells[0]), nl=False)
        return
    root = click.get_current_context().find_root().command
    assert isinstance(root, click.Group)
    for item in completions(root, line):
        click.echo("\t".join(item))


def script(shell: str) -> str:
    """Return the script for a shell."""
    return (Path(__file__).parent / f"completion.{shell}").read_text(encoding="utf-8")


def completions(root: click.Group, line: str) -> Iterator[Item]:
    """Yield what may stand where a command line ends."""
    words = split(line)
    typed = "" if not words or line[-1:].isspace() else words.pop()
    said = words[1:]
    with click.Context(root) as context:
        names = root.list_commands(context)
        if not said:
            for name in names:
                command = root.get_command(context, name)
                if name.startswith(typed) and command and not command.hidden:
                    yield "plain", name, command.get_short_help_str(80)
        own = said[0] if said and said[0] in names else None
        command = root.get_command(context, own or "draw")
    assert command is not None
    yield from _of_command(command, said[1:] if own else said, typed)


def split(line: str) -> list[str]:
    """Return the words of a command line; the last one's quotes may still be open.

    >>> split("net2fig 'my net.keras' --wid")
    ['net2fig', 'my net.keras', '--wid']
    """
    reader = shlex.shlex(line, posix=True)
    reader.whitespace_split = True
    reader.commenters = ""
    words: list[str] = []
    try:
        words.extend(reader)
    except ValueError:  # an open quote, or a backslash at the end
        words.append(reader.token)
    return words


def _of_command(command: click.Command, said: list[str], typed: str) -> Iterator[Item]:
    """Yield what may follow the words of a command: a value, an option, an argument."""
    options = [param for param in command.params if isinstance(param, click.Option)]
    by_name = {name: option for option in options for name in option.opts}
    before = by_name.get(said[-1]) if said else None
    name, mark, value = typed.partition("=")
    if before is not None and not before.is_flag:
        yield from _values(before, typed)
    elif mark and name in by_name:
        yield from (
            (item[0], f"{name}={item[1]}", *item[2:])
            for item in _values(by_name[name], value)
            if item[0] != FILE
        )
    elif typed.startswith("-"):
        for option in (each for each in options if not each.hidden):
            once = not option.multiple and any(name in said for name in option.opts)
            for word in () if once else (*option.opts, *option.secondary_opts):
                if word.startswith(typed) and (word.startswith("--") or len(typed) == 1):
                    yield "plain", word, option.help or ""
    else:
        for argument in (each for each in command.params if isinstance(each, click.Argument)):
            yield from _values(argument, typed)


def _values(param: click.Parameter, typed: str) -> Iterator[Item]:
    """Yield what may stand as the value of an option or an argument."""
    head = typed[: typed.rfind(",") + 1] if param.name in LISTED else ""
    offer = OFFERS.get(param.name or "")
    for value in offer() if offer else ():
        if value.startswith(typed.removeprefix(head)):
            yield "plain", head + value
    if any(word in (param.metavar or "") for word in FILES):
        yield (FILE,)


def _labels() -> list[str]:
    """Return the words of --labels."""
    keys = load_schema("grouping")["properties"]["labels"]["properties"]
    plain = [key for key, schema in keys.items() if schema["type"] == "boolean"]
    choices = [f"{key}={value}" for key in keys for value in keys[key].get("enum", ())]
    return [*plain, *(f"no-{key}" for key in plain), *choices]


def _kinds() -> list[str]:
    return [f":{kind}" for kind in sorted(load_grammar().kinds)]


def _formats() -> Iterable[str]:
    from net2fig.figure import formats

    return formats()


def _readers() -> Any:
    return load_schema("grouping")["properties"]["reader"]["enum"]


OFFERS: dict[str, Callable[[], Iterable[str]]] = {
    "template": lambda: theme_names(TEMPLATES, (Path(),)),
    "palette": lambda: theme_names(PALETTES, (Path(),)),
    "detail": lambda: ("auto", *LEVELS),
    "match": lambda: STRICTNESS,
    "format": _formats,
    "hide": _kinds,
    "show": _kinds,
    "labels": _labels,
    "reader": _readers,
    "shells": lambda: SHELLS,
}
"""What may be said, by the name of the option."""
