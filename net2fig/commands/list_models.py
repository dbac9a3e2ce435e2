"""The option `--list`: what a source holds, one model a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net2fig.commands.tables import format_table
from net2fig.read.listing import ModelEntry

HEAD = ("name", "class", "layers", "parameters", "line")


def format_models(entries: Sequence[ModelEntry]) -> Iterator[str]:
    """Yield a table of models; a number that is not known is a question mark."""
    rows = [
        (
            each.name,
            each.class_name,
            _format_number(each.layers, each.class_name),
            _format_number(each.params, each.class_name),
            each.line,
        )
        for each in entries
    ]
    yield from format_table([HEAD, *rows], right=(2, 3))


def _format_number(number: int | None, class_name: str) -> str:
    if number is None:
        return "" if class_name == "function" else "?"
    return f"{number:,}"
