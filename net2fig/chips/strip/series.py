"""Put the pieces of a graph in a row: in series, side by side, or with arcs over them.

    a → b → c         a · b · c
    a → b → c, a → c  a · b · c with an arc from a to c
    a → b, a → c, both → d     a · fork(b | c) · d

Requires: pieces in a topological order, links between their keys, `ENTRY` and `EXIT`; every piece
is on a path from `ENTRY` to `EXIT`.
Ensures: every piece is in the strip once; every link joins neighbours, or ends of a fork, or is an
arc; a piece that does not read its neighbour is among the breaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct, field

from net2fig.chips.strip.strip import Arc, Fork, Piece, Strip
from net2fig.graphs import bottlenecks, components
from net2fig.outline import ENTRY, EXIT

Pair = tuple[str, str]

DEEPEST = 60
"""The maximum nesting of skips; the rest is put in a row."""


class OpenEnds(Struct, frozen=True):
    """The ends of a network that are open, since it has several inputs or outputs."""

    left: bool = False
    right: bool = False


def make_strip(
    pieces: Mapping[str, Piece], links: Iterable[Pair], *, ends: OpenEnds | None = None
) -> Strip:
    """Return the pieces as a strip."""
    pairs = list(dict.fromkeys(links))
    return _Decomposer(pieces, ends or OpenEnds()).build_strip(list(pieces), pairs)


class _StripBuilder(Struct):
    """A strip in the making."""

    pieces: list[Piece] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    breaks: set[str] = field(default_factory=set)


class _Decomposer:
    """Splits a graph at the pieces that all data passes."""

    def __init__(self, pieces: Mapping[str, Piece], ends: OpenEnds) -> None:
        self.pieces, self.ends = pieces, ends

    def build_strip(self, keys: Sequence[str], links: Sequence[Pair], depth: int = 0) -> Strip:
        """Return a part of the graph, between `ENTRY` and `EXIT`, as a strip."""
        builder = _StripBuilder()
        self.add_part(keys, links, (ENTRY, EXIT), builder, depth)
        return Strip(tuple(builder.pieces), tuple(builder.arcs), frozenset(builder.breaks))

    def add_part(
        self,
        keys: Sequence[str],
        links: Sequence[Pair],
        ends: Pair,
        builder: _StripBuilder,
        depth: int,
    ) -> None:
        """Append the pieces and arcs between two ends to a strip."""
        cuts = _find_cuts(keys, links, ends)
        stops = [ends[0], *cuts, ends[1]]
        between = _split_at(keys, links, stops)
        for number, (start, stop) in enumerate(pairwise(stops)):
            inner = between[number]
            inside = set(inner)
            inner_links = [
                pair
                for pair in links
                if (pair[0] in inside or pair[0] == start)
                and (pair[1] in inside or pair[1] == stop)
            ]
            if inner:
                is_whole = not cuts
                self.add_span(inner, inner_links, (start, stop), builder, depth, is_whole=is_whole)
            if stop != ends[1]:
                builder.pieces.append(self.pieces[stop])

    def add_span(
        self,
        keys: Sequence[str],
        links: Sequence[Pair],
        ends: Pair,
        builder: _StripBuilder,
        depth: int,
        *,
        is_whole: bool,
    ) -> None:
        """Append the pieces between two neighbouring bottlenecks."""
        has_direct_link = ends in links
        rest = [pair for pair in links if pair != ends]
        groups = components(keys, rest)
        if has_direct_link:
            builder.arcs.append(Arc(*ends))
        if len(groups) > 1:
            builder.pieces.append(self.build_fork(groups, rest, ends, depth))
        elif depth > DEEPEST or (is_whole and not has_direct_link):
            self.add_row(keys, rest, ends, builder)
        else:
            self.add_part(keys, rest, ends, builder, depth + 1)

    def build_fork(
        self, groups: Sequence[Sequence[str]], links: Sequence[Pair], ends: Pair, depth: int
    ) -> Fork:
        """Return parts side by side, each with `ENTRY` and `EXIT` for its ends."""
        lanes = []
        for group in groups:
            inside = set(group)
            inner_links = [
                (
                    source if source in inside else ENTRY,
                    target if target in inside else EXIT,
                )
                for source, target in links
                if source in inside or target in inside
            ]
            lanes.append(self.build_strip(group, list(dict.fromkeys(inner_links)), depth + 1))
        is_outermost = depth == 0
        return Fork(
            key=f"{ends[0]} {ends[1]}",
            lanes=tuple(lanes),
            open_left=is_outermost and self.ends.left and ends[0] == ENTRY,
            open_right=is_outermost and self.ends.right and ends[1] == EXIT,
        )

    def add_row(
        self,
        keys: Sequence[str],
        links: Sequence[Pair],
        ends: Pair,
        builder: _StripBuilder,
    ) -> None:
        """Append pieces in their order; every link that does not join neighbours is an arc."""
        builder.pieces.extend(self.pieces[key] for key in keys)
        order = [ends[0], *keys, ends[1]]
        neighbours = set(pairwise(order))
        builder.arcs.extend(Arc(*pair) for pair in links if pair not in neighbours)
        joined = set(links)
        builder.breaks.update(pair[1] for pair in neighbours - joined if pair[1] != ends[1])


def _find_cuts(keys: Sequence[str], links: Sequence[Pair], ends: Pair) -> list[str]:
    """Return the keys, in order, that every path from one end to the other passes."""
    place = {key: number for number, key in enumerate((ends[0], *keys, ends[1]))}
    reach = [0] * len(place)
    for source, target in links:
        reach[place[source]] = max(reach[place[source]], place[target])
    return [keys[number - 1] for number in bottlenecks(range(len(keys) + 1), reach, 0) if number]


def _split_at(keys: Sequence[str], links: Sequence[Pair], stops: Sequence[str]) -> list[list[str]]:
    """Return the keys between each two stops that follow each other."""
    place = {stop: number for number, stop in enumerate(stops)}
    into: dict[str, list[str]] = {}
    for source, target in links:
        into.setdefault(target, []).append(source)
    between: list[list[str]] = [[] for _ in stops[1:]]
    for key in keys:
        if key not in place:
            place[key] = max((place[source] for source in into.get(key, ())), default=0)
            between[place[key]].append(key)
    return between
