"""Say the body of a group in the language of patterns.

The body is walked backwards from its exit. A block that reads several others joins parallel paths;
these begin at the fork, the last block that all of them pass. Where a body has several inputs, the
paths that begin it say at which they do.

Ensures: a text that `parse` reads, in which each block of the body stands once; or None, where the
language cannot say the body (a block with readers in two paths, several tensors joined in a folded
block, more repeats than a pattern may have).
"""

from __future__ import annotations

import re

from net2fig.attributes import Attributes
from net2fig.errors import UsageError
from net2fig.graphs import dominators
from net2fig.outline import ENTRY, EXIT, Block, Definition, Link, Outline
from net2fig.pattern import MOST_REPEATS, parse

SIZE = "kernel_size"
"""What of a configuration tells two layers of one class apart in an exact pattern."""

_BARE = re.compile(r"[^\W\d][\w./@-]*")


BY_TYPE, BY_NAME, BY_KIND = "type", "name", "kind"
"""What a pattern calls a layer: its class, its own name, or its kind."""


def pattern_of(definition: Definition, *, exact: bool = False, by: str = BY_TYPE) -> str | None:
    """Return the pattern of a group's body, with the sizes of kernels where it is to be exact."""
    body = definition.body
    exits = {link.source: link for link in body.links if link.target == EXIT}
    if len(exits) != 1:
        return None
    try:
        teller = _Teller(body, exact=exact, by=by)
        text = teller.series(next(iter(exits.values())), ENTRY)
        parse(text)
    except (NoPatternError, UsageError):
        return None
    return text if sorted(teller.said) == sorted(block.id for block in body.blocks) else None


class NoPatternError(Exception):
    """The language has no words for a body."""


class _Teller:
    """Walks a body backwards and notes which blocks it has said."""

    def __init__(self, body: Outline, *, exact: bool, by: str) -> None:
        self.body, self.exact, self.by = body, exact, by
        self.said: list[str] = []
        self.forks = dominators(
            {b.id: [link.source for link in body.into(b.id)] for b in body.blocks}, ENTRY
        )
        entries = dict.fromkeys(link.entry for link in body.links if link.source == ENTRY)
        several = len(entries) > 1
        self.inputs = {each: n for n, each in enumerate(sorted(entries), 1)} if several else {}

    def series(self, link: Link, stop: str) -> str:
        """Return the items from behind `stop` to what a link brings."""
        items: list[str] = []
        while link.source != stop:
            if link.source == ENTRY:
                raise NoPatternError
            block = self.body[link.source]
            links = self.body.into(block.id)
            items.append(self.atom(block))
            self.said.append(block.id)
            if not links or (len(links) > 1 and block.count > 1):
                raise NoPatternError
            if len(links) == 1:
                link = links[0]
                continue
            fork = self.forks[block.id]
            items.append(self.paths(links, fork))
            if fork == ENTRY == stop:
                return " > ".join(reversed(items))
            link = Link(fork, block.id, None)
        if stop == ENTRY and self.inputs:
            items.append(f".{self.inputs[link.entry]}")
        return " > ".join(reversed(items))

    def paths(self, links: list[Link], fork: str) -> str:
        """Return parallel paths, from a fork to the links of the block that joins them."""
        said = [self.series(link, fork) or "." for link in links]
        # The identity path comes last, as readers write it; the order of paths does not count.
        return "(" + " | ".join(sorted(said, key=lambda text: not text.strip(".0123456789"))) + ")"

    def atom(self, block: Block) -> str:
        """Return one block, with the number of its repeats."""
        if block.count > MOST_REPEATS:
            raise NoPatternError
        size = _size(block.attributes) if self.exact and not block.is_group else ""
        times = f"*{block.count}" if block.count > 1 else ""
        return self.word(block) + (f"[{SIZE}={size}]" if size else "") + times

    def word(self, block: Block) -> str:
        """Return what the pattern calls a block."""
        if self.by == BY_KIND and not block.is_group:
            return f":{block.kind}"
        return write_name(block.name if self.by == BY_NAME and not block.is_group else block.type)


def write_name(name: str) -> str:
    """Return the name of a class or of a group, in quotes where it needs them."""
    if _BARE.fullmatch(name) and name != "_":
        return name
    mark = "'" if '"' in name else '"'
    if mark in name:
        raise NoPatternError
    return f"{mark}{name}{mark}"


def _size(at: Attributes) -> str:
    """Return the size of a kernel as a pattern writes it: 3, or 3x5 where the axes differ."""
    size = at.get("kernel")
    axes = list(size) if isinstance(size, list | tuple) else [size]
    if not axes or not all(isinstance(axis, int) for axis in axes):
        return ""
    return str(axes[0]) if len(set(axes)) == 1 else "x".join(map(str, axes))
