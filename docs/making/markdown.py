"""Markdown: paragraphs, tables, code spans and what stands in a cell."""

from __future__ import annotations

import html
import json
import re
import textwrap
from collections.abc import Iterable
from typing import Any

MADE = "<!-- Made by `python docs/build.py --accept`: do not edit. -->\n"
"""What a page begins with that nobody writes by hand."""

Row = tuple[str, ...]


def paragraph(text: str) -> str:
    """Return a docstring as paragraphs; examples stand in blocks of their own."""
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
    """Return a default as it would be written."""
    if value is None or value in ((), {}, [], ""):
        return "none"
    if isinstance(value, tuple):
        value = list(value)
    try:
        return f"`{json.dumps(value, ensure_ascii=False)}`"
    except TypeError:
        return f"`{cell(str(value))}`"


def code(text: str) -> str:
    """Return a code span; in a table, a bar in one is written otherwise."""
    if "|" not in text:
        return f"`{text}`"
    return f"<code>{html.escape(text, quote=False).replace('|', '&#124;')}</code>"


def cell(text: str) -> str:
    """Return a text for a cell of a table."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()
