"""Small outlines, and each stage of composing them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from net2fig.compose import Composition, fit_to_page
from net2fig.compose.diagram import Diagram, DrawContext, make_diagram
from net2fig.compose.style.style_book import make_style_book
from net2fig.data.grammar import load_grammar
from net2fig.network import Extent
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.outline import Block, Definition, Link, Outline
from net2fig.scene import Group, Item, Path, Scene, Text
from tests.laws.scenes import block

GRAMMAR = load_grammar()
PAGE = resolve_page(Options())
KINDS = {
    "input": "InputLayer",
    "conv": "Conv2D",
    "pool": "MaxPooling2D",
    "up": "UpSampling2D",
    "dense": "Dense",
    "merge": "Concatenate",
    "recurrent": "LSTM",
}


def linked(
    *blocks: Block, more: str = "", groups: tuple[Definition, ...] = (), **rest: object
) -> Outline:
    """Return an outline whose blocks follow each other; `more` are further links: "a d, b d"."""
    by_id = {one.id: one for one in blocks}
    pairs = [*pairwise(by_id)]
    for pair in more.split(",") if more else []:
        source, target = pair.split()
        pairs.append((source, target))
    links = tuple(Link(source, target, by_id[source].output) for source, target in pairs)
    ports = {"inputs": ((blocks[0].id, blocks[0].id),), "outputs": ((blocks[-1].id,) * 2,)}
    return Outline(tuple(blocks), links, groups=groups, **{**ports, **rest})  # type: ignore[arg-type]


def of_kind(id: str, kind: str, *output: int, **rest: object) -> Block:
    """Return a block of a kind, of its most common class."""
    return block(id, KINDS[kind], kind, *output, **rest)  # type: ignore[arg-type]


def unknown(id: str, axes: int = 2, features: int | None = 8) -> Block:
    """Return a convolution of unknown resolution."""
    return Block(id, "Conv2D", "conv", (id,), Extent((None,) * axes, features), name=id)


def classifier() -> Outline:
    """Return an image classifier: convolutions, a pooling to a point, two dense layers."""
    return linked(
        of_kind("in", "input", 32, 32, 3),
        of_kind("c1", "conv", 32, 32, 16),
        of_kind("p1", "pool", 16, 16, 16),
        of_kind("c2", "conv", 16, 16, 64),
        block("gap", "GlobalAveragePooling2D", "pool", 64),
        of_kind("d1", "dense", 100),
        of_kind("d2", "dense", 10),
    )


def segmenter() -> Outline:
    """Return a network of which a skip leads past a lower resolution."""
    return linked(
        of_kind("in", "input", 32, 32, 3),
        of_kind("c1", "conv", 32, 32, 16),
        of_kind("p1", "pool", 16, 16, 16),
        of_kind("c2", "conv", 16, 16, 32),
        of_kind("u1", "up", 32, 32, 32),
        of_kind("cat", "merge", 32, 32, 48),
        of_kind("c3", "conv", 32, 32, 2),
        more="c1 cat",
    )


def make_context(outline: Outline, **options: object) -> DrawContext:
    """Return the style of an outline."""
    given = Options(**options)  # type: ignore[arg-type]
    page = resolve_page(given)
    return DrawContext(page, given, make_style_book(outline, GRAMMAR, page, given))


def sized(outline: Outline, **options: object) -> Diagram:
    """Return the diagram of an outline."""
    return make_diagram(outline, make_context(outline, **options))


def composed(*outlines: Outline, **options: object) -> Composition:
    """Return the composition of the first outline that fits."""
    given = Options(**options)  # type: ignore[arg-type]
    return fit_to_page(outlines, GRAMMAR, resolve_page(given), given, "title", lambda _: "in words")


def groups_of(scene: Scene, name: str) -> list[Group]:
    """Return the groups of a class, in the order of drawing."""
    return [item for item, _ in scene.walk() if isinstance(item, Group) and name in item.classes]


def within(item: Item) -> Iterator[Item]:
    """Yield an item and all that it holds."""
    yield item
    if isinstance(item, Group):
        for child in item.items:
            yield from within(child)


def strings(item: Item, name: str = "label") -> list[str]:
    """Return the texts of a class in an item."""
    return [t.string for t in within(item) if isinstance(t, Text) and name in t.classes]


def bodies(item: Item) -> list[Path]:
    """Return the bodies of the glyphs in an item."""
    return [p for p in within(item) if isinstance(p, Path) and "body" in p.classes]
