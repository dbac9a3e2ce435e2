"""Markdown: paragraphs, tables, cells and code spans."""

from __future__ import annotations

import html
import json
import re
import textwrap
from collections.abc import Iterable
from typing import Any

MADE = "<!-- Made by `python docs/build.py --accept`: do not edit. -->\n"
"""The first line of a generated page."""

Row = tuple[str, ...]


def paragraph(text: str) -> str:
    """Return a docstring as paragraphs, with examples as blocks."""
    lines = []
    for part in textwrap.dedent(text).strip().split("\n\n"):
        if part.startswith(">>>"):
            lines.append(f"```text\n{part}\n```")
        else:
            lines.append(" ".join(part.split()))
    return "\n\n".join(lines) + "\n"


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a table."""
    lines = [f"| {' | '.join(row)} |" for row in (head, tuple("---" for _ in head), *rows)]
    return "\n".join(lines) + "\n"


def value_of(value: Any) -> str:
    """Return a default value as the user writes it."""
    if value is None or value in ((), {}, [], ""):
        return "none"
    if isinstance(value, tuple):
        value = list(value)
    try:
        return f"`{json.dumps(value, ensure_ascii=False)}`"
    except TypeError:
        return f"`{cell(str(value))}`"


def code(text: str) -> str:
    """Return a code span for a table cell; `|` is escaped."""
    if "|" not in text:
        return f"`{text}`"
    return f"<code>{html.escape(text, quote=False).replace('|', '&#124;')}</code>"


def cell(text: str) -> str:
    """Return a text for a table cell."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()
