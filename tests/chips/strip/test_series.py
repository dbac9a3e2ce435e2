"""Graphs in a row: small cases, then laws on random graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hypothesis import given
from hypothesis import strategies as st

from net2fig.chips.strip.series import make_strip
from net2fig.chips.strip.strip import Cell, Fork, Piece, Plate, Strip
from net2fig.data.grammar import Entry
from net2fig.outline import ENTRY, EXIT

PLAIN = Entry("conv", "conv", "Conv", ("Conv2D",))


def cells(names: str) -> Mapping[str, Piece]:
    return {name: Cell(name, "Conv2D", PLAIN, None) for name in names}


def describe(strip: Strip) -> str:
    """Return a strip in letters: "a(b|c)d", arcs behind it."""
    words = []
    for piece in strip.pieces:
        if isinstance(piece, Fork):
            words.append("(" + "|".join(describe(lane) for lane in piece.lanes) + ")")
        else:
            words.append(piece.key)
    arcs = sorted(f" {arc.source}>{arc.target}" for arc in strip.arcs)
    return "".join([*words, *arcs])


def row(names: str, *pairs: str) -> str:
    links = [(ENTRY, names[0]), *((pair[0], pair[1]) for pair in pairs), (names[-1], EXIT)]
    return describe(make_strip(cells(names), links))


def test_a_chain() -> None:
    assert row("abc", "ab", "bc") == "abc"


def test_a_skip_is_an_arc() -> None:
    assert row("abc", "ab", "bc", "ac") == "abc a>c"


def test_a_skip_from_the_input() -> None:
    links = [(ENTRY, "a"), ("a", "b"), (ENTRY, "b"), ("b", EXIT)]
    assert describe(make_strip(cells("ab"), links)) == "ab @in>b"


def test_branches_stand_side_by_side() -> None:
    assert row("abcde", "ab", "bc", "ad", "ce", "de") == "a(bc|d)e"


def test_branches_within_branches() -> None:
    pairs = ("ab", "bc", "bd", "ce", "de", "af", "eg", "fg")
    assert row("abcdefg", *pairs) == "a(b(c|d)e|f)g"


def test_skips_within_skips() -> None:
    assert row("abcde", "ab", "bc", "cd", "de", "ae", "bd") == "abcde a>e b>d"


def test_other_graphs_are_in_topological_order_with_arcs() -> None:
    strip = make_strip(
        cells("abcd"),
        [(ENTRY, "a"), (ENTRY, "b"), ("a", "c"), ("a", "d"), ("b", "d"), ("c", EXIT), ("d", EXIT)],
    )
    assert [piece.key for piece in strip.pieces] == ["a", "b", "c", "d"]
    assert strip.breaks == {"b", "c", "d"}
    assert describe(strip) == "abcd @in>b a>c a>d b>d c>@out"


@st.composite
def graphs(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """Return nodes, and links among them that go forwards; each is reached and left."""
    size = draw(st.integers(1, 9))
    names = "abcdefghi"[:size]
    pairs = [(one, two) for i, one in enumerate(names) for two in names[i + 1 :]]
    links = draw(st.lists(st.sampled_from(pairs), max_size=14)) if pairs else []
    links = [*dict.fromkeys(links)]
    entered, left = {two for _, two in links}, {one for one, _ in links}
    links += [(ENTRY, name) for name in names if name not in entered]
    links += [(name, EXIT) for name in names if name not in left]
    return names, links


def links_of(strip: Strip, start: str, stop: str) -> Iterator[tuple[str, str]]:
    """Yield the links that a strip shows, between the pieces that stand before and behind it."""
    ends = {ENTRY: start, EXIT: stop}
    before: list[str] = [start]
    for piece in strip.pieces:
        first, last = _ways(piece)
        if piece.key not in strip.breaks:
            yield from ((one, two) for one in before for two in first)
        if isinstance(piece, Fork):
            for lane in piece.lanes:
                yield from links_of(lane, "", "")
        before = list(last)
    yield from ((one, stop) for one in before)
    for arc in strip.arcs:
        yield ends.get(arc.source, arc.source), ends.get(arc.target, arc.target)


def _ways(piece: Piece) -> tuple[list[str], list[str]]:
    """Return the keys at which a piece begins and those at which it ends."""
    if not isinstance(piece, Fork):
        return [piece.key], [piece.key]
    first: list[str] = []
    last: list[str] = []
    for lane in piece.lanes:
        first += _ways(lane.pieces[0])[0]
        first += [arc.target for arc in lane.arcs if arc.source == ENTRY]
        last += _ways(lane.pieces[-1])[1]
        last += [arc.source for arc in lane.arcs if arc.target == EXIT]
    return first, last


@given(graphs())
def test_every_piece_occurs_once(graph: tuple[str, list[tuple[str, str]]]) -> None:
    names, links = graph
    strip = make_strip(cells(names), links)
    assert sorted(cell.key for cell in strip.cells()) == sorted(names)


@given(graphs())
def test_the_strip_shows_the_links_and_nothing_else(
    graph: tuple[str, list[tuple[str, str]]],
) -> None:
    names, links = graph
    strip = make_strip(cells(names), links)
    assert {pair for pair in links_of(strip, ENTRY, EXIT) if "" not in pair} == set(links)


def test_a_plate_is_one_piece() -> None:
    plate = Plate("p", Strip(tuple(cells("x").values())), 3)
    strip = make_strip({"p": plate}, [(ENTRY, "p"), ("p", EXIT)])
    assert strip.pieces == (plate,)
