"""Dashed lines: copies and states.

--[  ]--o----[  ]----[  ]--(=)--     A copy goes on, and past other blocks to a concatenation as
        '- - - - - - - - -'          well. A dashed line tells it from a way that begins at a fork,
                                     and from what is added.

--[ encoder ]--                      With its states a recurrent layer begins where another ends:
  states '- - -[ decoder ]--         they are no sequence that it reads step by step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from net2fig.data.grammar import Grammar
from net2fig.graphs import longest_paths
from net2fig.outline import ENTRY, EXIT, Block, Link, Outline

STATES = "states"
"""What stands above the line of states."""
RECURRENT = "recurrent"


def find_copies(outline: Outline, grammar: Grammar) -> set[int]:
    """Return the links that copy, by their place in the outline."""
    joined = {each.name: _count_joined(each.body, grammar) for each in outline.groups}
    return {
        number
        for number in _find_past(outline)
        if _is_copy(outline.links[number], outline[outline.links[number].target], joined, grammar)
    }


def _is_copy(link: Link, target: Block, joined: Mapping[str, int], grammar: Grammar) -> bool:
    """Tell whether a link that leads past a block ends at a concatenation."""
    if not target.is_group:
        return grammar.entry(target.op).copies
    count, extent = joined.get(target.type, 0), link.extent
    if not count or extent is None or not extent.spatial:
        return False
    # Where a group joins one of what it reads, that has the size of what leaves it.
    return count > 1 or (target.output is not None and extent.spatial == target.output.spatial)


def _count_joined(body: Outline, grammar: Grammar) -> int:
    """Return how many of the tensors that come in a concatenation of a body joins at once."""
    entries: dict[str, set[int]] = {}
    for link in body.out_of(ENTRY):
        target = None if link.target == EXIT else body[link.target]
        if target and not target.is_group and grammar.entry(target.op).copies:
            entries.setdefault(link.target, set()).add(link.entry)
    return max(map(len, entries.values()), default=0)


def add_alike(numbers: Collection[int], outline: Outline, grammar: Grammar) -> set[int]:
    """Return links with those that are of their kind: all copies, and what a tensor is read by.

    A reader takes two notations for two relations: lines here and letters there.
    """
    copies = find_copies(outline, grammar)
    found = {*numbers, *(copies if not copies.isdisjoint(numbers) else ())}
    sources = {outline.links[number].source for number in found}
    return found | {n for n in _find_past(outline) if outline.links[n].source in sources}


def _find_past(outline: Outline) -> list[int]:
    """Return the links that lead past a block, to what is read elsewhere as well."""
    sources = {b.id: [link.source for link in outline.into(b.id)] for b in outline.blocks}
    place = longest_paths(sources)
    return [
        number
        for number, link in enumerate(outline.links)
        if place[link.target] - place[link.source] > 1 and len(outline.out_of(link.source)) > 1
    ]


def find_states(outline: Outline) -> set[int]:
    """Return the links that are states, by their place in the outline."""
    return {number for number, link in enumerate(outline.links) if is_state(link, outline)}


def is_state(link: Link, outline: Outline) -> bool:
    """Tell whether a link is a state: what a recurrent layer reads is its first input."""
    inputs = outline.into(link.target)
    if link.target == EXIT or len(inputs) < 2 or outline[link.target].kind != RECURRENT:
        return False
    return link is not inputs[0]


def takes_states(id: str, outline: Outline) -> bool:
    """Tell whether a block begins with the states of another."""
    return any(is_state(link, outline) for link in outline.into(id))


def gives_states(id: str, outline: Outline) -> bool:
    """Tell whether another block begins with the states of this one."""
    return any(is_state(link, outline) for link in outline.out_of(id))


def join_states(outline: Outline) -> Outline:
    """Return the outline with one link for all states that a layer takes from another."""
    states = find_states(outline)
    links: list[Link] = []
    known: set[tuple[str, str]] = set()
    for number, link in enumerate(outline.links):
        if number not in states or (link.source, link.target) not in known:
            links.append(link)
        if number in states:
            known.add((link.source, link.target))
    return replace(outline, links=tuple(links)) if len(links) < len(outline.links) else outline
