"""What is printed on a terminal: no text of a file or a model reaches it as anything but text."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

import click

from net2fig.errors import Notice
from net2fig.fonts.metrics import printable

CONTINUATION = "\n  "
"""Where a message goes on in a new line; a model cannot begin a message of its own with it."""

MAX_LENGTH = 2000
"""The maximum length of a message; what is longer is cut in the middle."""

END_LENGTH = 400
"""How much of the end of a long message is kept."""


def escape_json(text: str) -> str:
    """Return JSON with an escape for each character that is neither text nor a break of lines."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(
        char if char == "\n" or char.isprintable() else json.dumps(char)[1:-1] for char in text
    )


def is_terminal() -> bool:
    """Tell whether somebody reads what is printed to standard error."""
    return sys.stderr is not None and sys.stderr.isatty()


def print_lines(lines: Iterable[str]) -> None:
    """Print lines to standard output."""
    for line in lines:
        click.echo(printable(line))


def print_message(text: str) -> None:
    """Print a message to standard error."""
    short = text
    if len(text) > MAX_LENGTH:
        short = f"{text[: MAX_LENGTH - END_LENGTH]} … {text[-END_LENGTH:]}"
    click.echo(CONTINUATION.join(map(printable, short.split(CONTINUATION))), err=True)


def print_warnings(notices: Iterable[Notice]) -> None:
    """Print the warnings of a result to standard error."""
    for notice in notices:
        print_message(f"warning: {notice.numbered}")
