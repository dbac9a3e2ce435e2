"""The body of a group, said in the language of patterns."""

from __future__ import annotations

from pathlib import Path

import pytest

from net2fig.commands.sayable import pattern_of
from net2fig.figure import draw
from net2fig.group.pattern import parse
from net2fig.outline import ENTRY, EXIT, Block, Definition, Link, Outline
from tests.commands.conftest import names


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
        Block("a", "Conv2D", "conv", ("a",), None, config={"kernel_size": [3, 3]}),
        Block("b", "Conv2D", "conv", ("b",), None, config={"kernel_size": [1, 7]}),
        Block("c", "Dense", "dense", ("c",), None),
    )
    links = (Link(ENTRY, "a", None), Link("a", "b", None), Link("b", "c", None))
    definition = Definition("G", Outline(blocks, (*links, Link("c", EXIT, None))), 2, 6)
    said = "Conv2D[kernel_size=3] > Conv2D[kernel_size=1x7] > Dense"
    assert pattern_of(definition, exact=True) == said


@pytest.mark.parametrize("name", names())
def test_every_group_of_the_gallery_is_said(name: str, models: Path) -> None:
    figure = draw(models / f"{name}.network.json", template="cvpr")
    for definition in figure.outline.groups:
        for exact in (False, True):
            said = pattern_of(definition, exact=exact)
            assert said
            assert parse(said).items
