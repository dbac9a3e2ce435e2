"""Say the body of a group in the language of patterns.

The body is walked backwards from its exit. A block that reads several others joins parallel paths;
these begin at the fork, the last block that all of them pass.

Ensures: a text that `parse` reads, in which each block of the body stands once; or None, where the
language cannot say the body (a block with readers in two paths, several inputs joined in a folded
block, more repeats than a pattern may have).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from net2fig.errors import UsageError
from net2fig.group.pattern import MOST_REPEATS, parse
from net2fig.outline import ENTRY, EXIT, Block, Definition, Outline

SIZE = "kernel_size"
"""What of a configuration tells two layers of one class apart in an exact pattern."""

_BARE = re.compile(r"[^\W\d][\w./@-]*")


def pattern_of(definition: Definition, *, exact: bool = False) -> str | None:
    """Return the pattern of a group's body, with the sizes of kernels where it is to be exact."""
    body = definition.body
    exits = {link.source for link in body.links if link.target == EXIT}
    if len(exits) != 1:
        return None
    try:
        teller = _Teller(body, exact=exact)
        text = teller.series(exits.pop(), ENTRY)
        parse(text)
    except (_UnsayableError, UsageError):
        return None
    return text if sorted(teller.said) == sorted(block.id for block in body.blocks) else None


class _UnsayableError(Exception):
    """The language has no words for a body."""


class _Teller:
    """Walks a body backwards and notes which blocks it has said."""

    def __init__(self, body: Outline, *, exact: bool) -> None:
        self.body, self.exact = body, exact
        self.said: list[str] = []
        self.forks = _forks(body)

    def series(self, id: str, stop: str) -> str:
        """Return the items from behind `stop` to a block."""
        items: list[str] = []
        while id != stop:
            if id == ENTRY:
                raise _UnsayableError
            block = self.body[id]
            sources = [link.source for link in self.body.into(id)]
            items.append(self.atom(block))
            self.said.append(id)
            if not sources or (len(sources) > 1 and block.count > 1):
                raise _UnsayableError
            if len(sources) > 1:
                items.append(self.paths(sources, self.forks[id]))
            id = self.forks[id] if len(sources) > 1 else sources[0]
        return " > ".join(reversed(items))

    def paths(self, sources: list[str], fork: str) -> str:
        """Return parallel paths, from a fork to the sources of the block that joins them."""
        said = [self.series(source, fork) for source in sources]
        # The identity path comes last, as readers write it; the order of paths does not count.
        return "(" + " | ".join(sorted((text or "." for text in said), key=".".__eq__)) + ")"

    def atom(self, block: Block) -> str:
        """Return one block, with the number of its repeats."""
        if block.count > MOST_REPEATS:
            raise _UnsayableError
        size = _size(block.config) if self.exact and not block.is_group else ""
        times = f"*{block.count}" if block.count > 1 else ""
        return _name(block.type) + (f"[{SIZE}={size}]" if size else "") + times


def _name(name: str) -> str:
    """Return the name of a class or of a group, in quotes where it needs them."""
    if _BARE.fullmatch(name) and name != "_":
        return name
    mark = "'" if '"' in name else '"'
    if mark in name:
        raise _UnsayableError
    return f"{mark}{name}{mark}"


def _size(config: Mapping[str, Any]) -> str:
    """Return the size of a kernel as a pattern writes it: 3, or 3x5 where the axes differ."""
    size = config.get(SIZE)
    axes = list(size) if isinstance(size, list | tuple) else [size]
    if not axes or not all(isinstance(axis, int) for axis in axes):
        return ""
    return str(axes[0]) if len(set(axes)) == 1 else "x".join(map(str, axes))


def _forks(body: Outline) -> dict[str, str]:
    """Return for each block the last one that all data on its way there passes."""
    depth = {ENTRY: 0}
    fork = {ENTRY: ENTRY}
    for block in body.blocks:
        meeting = ""
        for link in body.into(block.id):
            other = link.source
            meeting = meeting or other
            while meeting != other:
                if depth[meeting] > depth[other]:
                    meeting = fork[meeting]
                else:
                    other = fork[other]
        fork[block.id] = meeting or ENTRY
        depth[block.id] = depth[fork[block.id]] + 1
    return fork
