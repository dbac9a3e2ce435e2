"""What the occurrences of a named group have in common, and by what some of them differ.

An author says the variants of a group as further patterns; what the search knows of the variants
that it finds is read here from the matches: a residual block whose shortcut is projected or pooled,
one without a shortcut, one without a pointwise convolution at an end of its branch.

Requires: the exit of a match is its last member.
Ensures: matches of the first pattern are no variants; what differs in another way is a variant
with a mark that nothing is said of.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from net2fig.group.graph import CONCATENATE, GATE, Node
from net2fig.group.search.blocks import (
    BOTH,
    LONGEST_SHORTCUT,
    NARROW,
    NO_SHORTCUT,
    POOLED,
    PROJECTED,
)

OTHER = "other"

Members = tuple[Node, ...]


class Membership(Struct, frozen=True):
    """The mark of an occurrence, and the keys of what it has in common with the others."""

    variant: str = ""
    core: frozenset[str] = frozenset()


def membership_of(first: Members, members: Members, number: int) -> Membership:
    """Return what an occurrence of pattern `number` is to the first of the first pattern."""
    if not _residual(first):
        return Membership(f"{OTHER} {number}" if number else "")
    branch = first[:-1]
    if number == 0:
        return Membership("", _keys(members[:-1]))
    if _tokens(members) == _tokens(branch):
        return Membership(NO_SHORTCUT)
    narrow = [rest for end, rest in _ends(branch) if end.is_pointwise]
    if any(_tokens(members) == _tokens(rest) for rest in narrow):
        return Membership(f"{NO_SHORTCUT}{BOTH}{NARROW}")
    if _tokens(members[-1:]) == _tokens(first[-1:]):
        if _residual(members) and any(_tokens(members[:-1]) == _tokens(rest) for rest in narrow):
            return Membership(NARROW, _keys(members[:-1]))
        main = _branch_like(members[:-1], branch)
        short = [member for member in members[:-1] if member not in main]
        if main and 0 < len(short) <= LONGEST_SHORTCUT:
            pooled = [member.block.kind for member in short] == ["pool"]
            return Membership(POOLED if pooled else PROJECTED, _keys(main))
    return Membership(f"{OTHER} {number}")


def _residual(members: Members) -> bool:
    """Tell whether members are one branch and the identity, and what adds the two."""
    exit, branch = members[-1], members[:-1]
    inside = {member.key for member in members}
    outside = {source for source, _ in exit.sources if source not in inside}
    chained = all(len(member.sources) == 1 for member in branch)
    return bool(branch) and len(outside) == 1 and chained and exit.entry not in (CONCATENATE, GATE)


def _branch_like(members: Members, branch: Members) -> Members:
    """Return the chain among members that is made of the same as a branch, if there is one."""
    by_key = {member.key: member for member in members}
    for last in reversed(members):
        chain = [last]
        while len(chain) < len(branch) and chain[0].sources[0][0] in by_key:
            chain.insert(0, by_key[chain[0].sources[0][0]])
        if _tokens(chain) == _tokens(branch):
            return tuple(chain)
    return ()


def _ends(branch: Members) -> tuple[tuple[Node, Members], ...]:
    if len(branch) < 2:
        return ()
    return ((branch[0], branch[1:]), (branch[-1], branch[:-1]))


def _tokens(members: Sequence[Node]) -> list[str]:
    """Return what members are to a pattern, which does not ask for the size of a kernel."""
    return [member.block.type for member in members]


def _keys(members: Sequence[Node]) -> frozenset[str]:
    return frozenset(member.key for member in members)
