"""What the author calls a repeated piece, if the names of its layers tell.

    enc_block1_conv, enc_block1_up, enc_block2_conv, …   are   "Enc block"

Ensures: a word only where all layers of all occurrences bear it, and were named by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from net2fig.group.graph import Node

SHORTEST = 3
"""The fewest letters of a word that says something."""


def own_name(nodes: Sequence[Node]) -> str:
    """Return the words with which the names of all layers begin; none if they differ."""
    found = {_shared(list(_leaves(node))) for node in nodes}
    words = found.pop() if len(found) == 1 else ()
    if not words or max(map(len, words)) < SHORTEST:
        return ""
    said = " ".join(words)
    return said[0].upper() + said[1:]


def _leaves(node: Node) -> Iterator[Node]:
    if not node.members:
        yield node
    for member in node.members:
        yield from _leaves(member)


def _shared(leaves: Sequence[Node]) -> tuple[str, ...]:
    """Return what the names of layers have in common at their beginnings, without numbers."""
    names = [_parts(leaf.block.name) for leaf in leaves if leaf.block.name]
    if len(names) < len(leaves) or any(map(_automatic, leaves)):
        return ()
    alike = takewhile(lambda parts: len(set(parts)) == 1, zip(*names, strict=False))
    words = (re.sub(r"\d+", "", parts[0]).lower() for parts in alike)
    return tuple(word for word in words if word)


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\W_]+", name) if part]


def _automatic(leaf: Node) -> bool:
    """Tell whether a layer bears the name that its class gives: "conv2d_3"."""
    plain = re.sub(r"[\W_]", "", leaf.block.name).lower()
    plain = plain.rstrip("0123456789")
    words = {word.lower().rstrip("0123456789") for word in (leaf.block.type, leaf.block.op)}
    return any(plain.startswith(word) for word in words)
