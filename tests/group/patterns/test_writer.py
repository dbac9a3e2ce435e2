"""The body of a group, said in the language of patterns."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.attributes import keras_attributes
from net2fig.data.grammar import load_grammar
from net2fig.figure import draw
from net2fig.group import outline
from net2fig.group.patterns.writer import pattern_of
from net2fig.options.table import Options
from net2fig.options.types import GroupRule
from net2fig.outline import ENTRY, EXIT, Block, Definition, Link, Outline
from net2fig.pattern import Atom, Series, parse
from tests.running import names


def body(text: str, *, exit: str, kinds: dict[str, str] | None = None, **fields: int) -> Definition:
    """Return a definition from edges such as "> a, a > b": an empty end is the entry."""
    links = [
        Link(source.strip() or ENTRY, target.strip(), None)
        for source, target in (edge.split(">") for edge in text.split(","))
    ]
    ids = sorted({link.target for link in links})
    blocks = tuple(
        Block(id, (kinds or {}).get(id, id.upper()), "conv", (id,), None, count=fields.get(id, 1))
        for id in ids
    )
    links.append(Link(exit, EXIT, None))
    return Definition("Group", Outline(blocks, tuple(links)), 2, 4)


@pytest.mark.parametrize(
    ("edges", "exit", "expected"),
    [
        (">a, a>b, b>c", "c", "A > B > C"),
        (">a, a>b, b>c, >c", "c", "(A > B | .) > C"),
        (">c, >a, a>b, b>c", "c", "(A > B | .) > C"),
        (">a, a>b, a>c, b>d, c>d", "d", "A > (B | C) > D"),
        (">a, >b, a>c, b>c, c>d, c>e, d>e", "e", "(A | B) > C > (D | .) > E"),
        (">a, a>b, a>c, b>d, c>d, >e, d>f, e>f", "f", "(A > (B | C) > D | E) > F"),
    ],
)
def test_a_body_is_said(edges: str, exit: str, expected: str) -> None:
    assert pattern_of(body(edges, exit=exit)) == expected


def test_several_inputs_are_told_apart() -> None:
    plain = body(">a, >b, a>c, b>c, c>d, >d", exit="d")
    links = tuple(replace(link, entry=link.target == "b") for link in plain.body.links)
    gate = replace(plain, body=replace(plain.body, links=links))
    assert pattern_of(gate) == "((.1 > A | .2 > B) > C | .1) > D"


def test_repeats_and_names_are_said() -> None:
    kinds = {"b": "Residual block", "c": "_", "d": 'say "x"'}
    said = pattern_of(body(">a, a>b, b>c, c>d", exit="d", kinds=kinds, a=3))
    assert said == """A*3 > "Residual block" > "_" > 'say "x"'"""


@pytest.mark.parametrize(
    ("edges", "exit", "why"),
    [
        (">a, >b, a>c, b>c, a>d, c>d", "d", "a block is read in two paths"),
        (">a, a>b, a>c", "c", "a block leads nowhere"),
        (">a, a>b, b>c, >b", "c", "its middle is folded and joins"),
    ],
)
def test_what_no_pattern_says_is_not_said(edges: str, exit: str, why: str) -> None:
    assert pattern_of(body(edges, exit=exit, b=2 if "folded" in why else 1)) is None


def test_an_exact_pattern_tells_kernels() -> None:
    blocks = (
        Block(
            "a",
            "Conv2D",
            "conv",
            ("a",),
            None,
            attributes=keras_attributes("Conv2D", {"kernel_size": [3, 3]}),
        ),
        Block(
            "b",
            "Conv2D",
            "conv",
            ("b",),
            None,
            attributes=keras_attributes("Conv2D", {"kernel_size": [1, 7]}),
        ),
        Block("c", "Dense", "dense", ("c",), None),
    )
    links = (Link(ENTRY, "a", None), Link("a", "b", None), Link("b", "c", None))
    definition = Definition("G", Outline(blocks, (*links, Link("c", EXIT, None))), 2, 6)
    said = "Conv2D[kernel_size=3] > Conv2D[kernel_size=1x7] > Dense"
    assert pattern_of(definition, exact=True) == said


WITHOUT_PATTERN = {("transformer", "Decoder block"), ("wavenet", "Residual block")}
"""Groups for which the language has no words: a tensor enters or leaves midway."""


@pytest.mark.parametrize("name", names())
def test_every_group_of_the_gallery_is_said(name: str, models: Path) -> None:
    figure = draw(models / f"{name}.network.json", template="cvpr")
    for definition in figure.outline.groups:
        for exact in (False, True):
            said = pattern_of(definition, exact=exact)
            assert (said is None) == ((name, definition.name) in WITHOUT_PATTERN)
            if said is None:
                continue
            assert parse(said).items


# Laws


def items(depth: int) -> st.SearchStrategy[tuple]:
    """Return series as tuples: of names, and of frozen sets of parallel series."""
    name = st.sampled_from("ABC")
    if not depth:
        return st.lists(name, min_size=1, max_size=3).map(tuple)
    branch = st.just(()) | items(depth - 1)
    paths = st.lists(branch, min_size=2, max_size=3).filter(
        lambda found: sum(not each for each in found) < 2
    )
    joined = st.tuples(paths.map(tuple), name)
    return st.lists(name.map(lambda one: (one,)) | joined, min_size=1, max_size=3).map(
        lambda found: tuple(item for part in found for item in part)
    )


def built(series: tuple) -> Definition:
    """Return the definition whose body is a series."""
    blocks: list[Block] = []
    links: list[Link] = []

    def add(series: tuple, source: str) -> str:
        sources = [source]
        for item in series:
            if isinstance(item, tuple):
                sources = [add(branch, sources[0]) for branch in item]
                continue
            id = str(len(blocks))
            blocks.append(Block(id, item, "conv", (id,), None))
            links.extend(Link(before, id, None) for before in sources)
            sources = [id]
        return sources[0]

    links.append(Link(add(series, ENTRY), EXIT, None))
    return Definition("G", Outline(tuple(blocks), tuple(links)), 2, len(blocks))


def plain(series: Series) -> tuple:
    """Return a pattern as a tuple; the order of paths does not count."""
    return tuple(
        item.text if isinstance(item, Atom) else ordered(plain(each) for each in item.branches)
        for item in series.items
    )


def ordered(branches: Iterable[tuple]) -> tuple:
    return tuple(sorted(branches, key=repr))


def canonical(series: tuple) -> tuple:
    return tuple(
        ordered(canonical(each) for each in item) if isinstance(item, tuple) else item
        for item in series
    )


@given(series=items(2))
def test_what_a_pattern_builds_is_said_as_that_pattern(series: tuple) -> None:
    said = pattern_of(built(series))
    assert said is not None
    assert plain(parse(said)) == canonical(series)


@pytest.mark.parametrize("name", ["inceptionv3", "densenet121", "resnet50", "vit"])
def test_a_group_is_met_where_its_pattern_is_given(name: str, models: Path) -> None:
    figure = draw(models / f"{name}.network.json", template="cvpr")
    rules = tuple(GroupRule(each.name, pattern_of(each) or "") for each in figure.outline.groups)
    made = outline(
        figure.network, load_grammar(), Options(groups=rules, repeats=False), figure.outline.level
    )
    met = {each.name: each.body for each in made.groups}
    for each in figure.outline.groups:
        again = pattern_of(Definition(each.name, met[each.name], 1, 1))
        assert plain(parse(again or "")) == plain(parse(pattern_of(each) or ""))
