"""The blocks of a Markdown page, with the HTML comments above them.

<!-- file: net2fig.toml -->        the block is written to this file before the next one runs
<!-- output -->                    the block is the output of the last command
<!-- needs keras -->               run the block only if TensorFlow is installed
<!-- fails: 2 -->                  the last command of the block has this exit code
<!-- not run: WHY -->              the block is not run, for this reason
<!-- run: net2fig … -->            a command that the page does not show
<!-- python: … -->                 Python code that the page does not show
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

COMMENT = re.compile(r"<!--\s*(.*?)\s*-->", re.DOTALL)
FENCE = re.compile(r"^( *)(```+)(\w*)[^\n]*\n(.*?)^\1\2[ \t]*$", re.DOTALL | re.MULTILINE)
PICTURE = re.compile(r"pictures/([\w-]+\.svg)")
RUN = ("sh", "python", "toml", "json", "tex")
"""Languages of blocks that are run or checked."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page, or a hidden command. Its text is `page[start:end]`."""

    page: Path
    line: int
    language: str
    text: str
    notes: dict[str, str] = field(default_factory=dict)
    start: int = 0
    end: int = 0

    @property
    def place(self) -> str:
        """The place of the block, for messages."""
        return f"{self.page.name}, line {self.line}"

    @property
    def why_not(self) -> str | None:
        """The reason why the block is not run, None if it is."""
        return self.notes.get("not run")


def blocks_of(page: Path, text: str | None = None) -> list[Block]:
    """Return the blocks of a page in order."""
    text = page.read_text("utf-8") if text is None else text
    return list(_blocks(page, text))


def _blocks(page: Path, text: str) -> Iterator[Block]:
    notes: dict[str, str] = {}
    for found in sorted([*COMMENT.finditer(text), *FENCE.finditer(text)], key=lambda m: m.start()):
        line = text.count("\n", 0, found.start()) + 1
        if found[0].startswith("<!--"):
            key, _, value = found[1].partition(":")
            key, value = key.strip(), value.strip()
            if key in ("run", "python"):
                language = "sh" if key == "run" else "python"
                yield Block(page, line, language, value + "\n", {"hidden": ""})
            elif key in ("file", "output", "needs keras", "fails", "not run"):
                notes[key] = value
            continue
        indent, _, language, body = found.groups()
        body = re.sub(rf"^{indent}", "", body, flags=re.MULTILINE)
        yield Block(page, line, language, body, notes, found.start(4), found.end(4))
        notes = {}


def pictures_of(page: Path) -> list[str]:
    """Return the names of the pictures that a page shows, except those of the gallery."""
    text = COMMENT.sub("", page.read_text("utf-8"))
    return list(dict.fromkeys(PICTURE.findall(text)))
