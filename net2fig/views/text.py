"""Text → HTML: paragraphs, headings, lists, and nothing that a text could do harm with."""

from __future__ import annotations

import re

from net2fig.html.section import escape_text

STRONG = re.compile(r"\*\*(.+?)\*\*")
CODE = re.compile(r"`([^`]+)`")


def write_paragraphs(text: str) -> str:
    """Return a text as markup: "# " begins a heading, "- " an item of a list.

    >>> write_paragraphs("A **net**")
    '<p>A <strong>net</strong></p>'
    """
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "\n".join(_write_part(part) for part in parts)


def _write_part(part: str) -> str:
    lines = part.splitlines()
    if part.startswith("# "):
        head, *rest = lines
        below = f"\n<p>{_write_words(' '.join(rest))}</p>" if rest else ""
        return f"<h3>{_write_words(head[2:])}</h3>{below}"
    if all(line.lstrip().startswith("- ") for line in lines):
        items = "".join(f"<li>{_write_words(line.lstrip()[2:])}</li>\n" for line in lines)
        return f'<ul class="words">\n{items}</ul>'
    return f"<p>{_write_words(' '.join(lines))}</p>"


def _write_words(text: str) -> str:
    escaped = escape_text(text)
    return STRONG.sub(r"<strong>\1</strong>", CODE.sub(r"<code>\1</code>", escaped))
