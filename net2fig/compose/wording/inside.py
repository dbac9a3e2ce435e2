"""The numbers of what stands inside of a group, where they are those of every occurrence.

Ensures: features that differ between occurrences are written by those of the group, which are C:
"4C" where each makes four of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from net2fig.compose.wording import words
from net2fig.network import Extent
from net2fig.outline import Block, Definition

WHOLE = "C"
"""The features of a group."""
TURNS = "n"
"""How often a part of a group follows itself."""
DENSE = "Dense"
"""The operation whose features are written beneath it in a body."""


def format_inner_features(id: str, extent: Extent | None, definition: Definition | None) -> str:
    """Return the features of a block, which makes `extent`, in the body of a definition."""
    if definition is None or id not in definition.varying:
        return words.format_features(extent)
    return format_share(*definition.shares.get(id, (0, 1)))


def has_shares(definition: Definition) -> bool:
    """Tell whether features are written by those of the group."""
    return any(
        block.id in definition.varying and block.id in definition.shares
        for block in definition.body.blocks
        if block.op == DENSE
    )


def shows_features_inside(definition: Definition, features: int) -> bool:
    """Tell whether so many features, the most of a body, are written beneath one of its layers."""
    dense = [block for block in definition.body.blocks if block.op == DENSE and block.count == 1]
    shares = [definition.shares.get(block.id, (0, 1)) for block in dense]
    if any(block.id in definition.varying for block in dense):
        return any(numerator > denominator for numerator, denominator in shares)
    return any(block.output is not None and block.output.features == features for block in dense)


def format_share(numerator: int, denominator: int) -> str:
    """Return a share of the features of a group.

    >>> format_share(4, 1), format_share(1, 1), format_share(1, 4), format_share(3, 2)
    ('4C', 'C', 'C/4', '3C/2')
    """
    if not numerator:
        return ""
    count = "" if numerator == 1 else str(numerator)
    part = "" if denominator == 1 else f"/{denominator}"
    return f"{count}{WHOLE}{part}"


def count_heads(block: Block) -> str:
    """Return the number of heads, and of those for keys where several share one."""
    at = block.attributes.innermost
    grouped = at.get("num_query_heads")
    heads = at.get("heads") if grouped is None else grouped
    if not isinstance(heads, int) or heads < 2:
        return ""
    keys = at.get("num_key_value_heads")
    shared = f", {keys} for keys" if grouped and isinstance(keys, int) else ""
    return words.bind_number(heads, "heads") + shared


def tell_numbers_inside(block: Block, definitions: Iterable[Definition]) -> str:
    """Return the numbers in a group in which its occurrences differ: heads, and how often a part
    follows itself.
    """
    known = tuple(definitions)
    heads = _find_number(block, [definition.heads for definition in known])
    turns = _find_number(block, [definition.turns for definition in known])
    texts = (
        words.bind_number(heads, "head" if heads == 1 else "heads") if heads else "",
        f"{TURNS} = {turns}" if turns else "",
    )
    return ", ".join(filter(None, texts))


def _find_number(block: Block, numbers: Iterable[Mapping[str, int]]) -> int:
    """Return the number of all layers of a block that have one; zero where it is not one."""
    found = {number for each in numbers for layer, number in each.items() if layer in block.layers}
    return found.pop() if len(found) == 1 else 0


def format_turns(block: Block, definition: Definition | None) -> str:
    """Return how often a block of a body follows itself: n where occurrences differ in it."""
    if definition is not None and block.id in definition.repeated:
        return words.format_times(TURNS)
    return words.format_times(block.count) if block.count > 1 else ""
