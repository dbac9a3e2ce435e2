"""A figure that breaks no law, and tools to damage it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise

from msgspec.structs import replace

from net2fig.attributes import keras_attributes
from net2fig.compose import fit_to_page
from net2fig.data.grammar import load_grammar
from net2fig.geometry import Point
from net2fig.network import Extent
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.outline import ENTRY, EXIT, Block, Definition, LeftOut, Link, Outline
from net2fig.scene import Close, Command, Curve, Group, Item, Line, Move, Path, Scene, Text

PAGE = resolve_page(Options(template="cvpr"))

Pick = Callable[[Item], bool]
Change = Callable[[Item], Item | None]


def block(id: str, type: str, kind: str, *output: int, count: int = 1, **config: object) -> Block:
    """Return a block; the last number of its output is that of its features."""
    extent = Extent(tuple(output[:-1]), output[-1])
    return Block(id, type, kind, (id,), extent, count, id, keras_attributes(type, config))


def residual() -> Definition:
    """Return a group with a way around."""
    first = block("a", "Conv2D", "conv", 32, 32, 64, kernel_size=[3, 3])
    second = block("b", "Conv2D", "conv", 32, 32, 64, kernel_size=[3, 3])
    add = block("sum", "Add", "merge", 32, 32, 64)
    links = [(ENTRY, "a"), ("a", "b"), (ENTRY, "sum"), ("b", "sum"), ("sum", EXIT)]
    body = Outline(
        (first, second, add),
        tuple(Link(source, target, first.output) for source, target in links),
    )
    return Definition("Residual block", body, 2, 6)


def outline() -> Outline:
    """Return an outline with all that laws speak of: a skip, a group, a fold, what is hidden."""
    blocks = (
        block("in", "InputLayer", "input", 64, 64, 3),
        block("one", "Conv2D", "conv", 64, 64, 16),
        block("pool", "MaxPooling2D", "pool", 32, 32, 16),
        block("group", "Residual block", "group", 32, 32, 64, count=2),
        block("up", "UpSampling2D", "up", 64, 64, 64),
        block("join", "Concatenate", "merge", 64, 64, 80),
        block("two", "Conv2D", "conv", 64, 64, 16),
        block("mean", "GlobalAveragePooling2D", "pool", 16),
        block("hidden", "Dense", "dense", 100),
        block("out", "Dense", "dense", 10),
    )
    ids = [one.id for one in blocks]
    pairs = [*pairwise(ids), ("one", "join")]
    by_id = {one.id: one for one in blocks}
    return Outline(
        blocks,
        tuple(Link(source, target, by_id[source].output) for source, target in pairs),
        inputs=(("in", "in"),),
        outputs=(("out", "out"),),
        groups=(residual(),),
        left_out=(left_out("BatchNormalization", 7), left_out("Dropout", 1)),
    )


def left_out(op: str, count: int) -> LeftOut:
    """Return layers of one class that are left out."""
    return LeftOut(op, op, count, (op,))


@cache
def scene() -> Scene:
    """Return the figure of that outline."""
    page = fit_to_page([outline()], load_grammar(), PAGE, Options(), "net", lambda _: "")
    return page.scene


def changed(drawing: Scene, pick: Pick, change: Change) -> Scene:
    """Return a scene in which the first item picked is changed, or left out where that is None."""
    done = False

    def walk(items: tuple[Item, ...]) -> tuple[Item, ...]:
        nonlocal done
        made: list[Item] = []
        for item in items:
            here: Item | None = item
            if not done and pick(item):
                done, here = True, change(item)
            elif isinstance(item, Group):
                here = replace(item, items=walk(item.items))
            made += [here] if here is not None else []
        return tuple(made)

    damaged = replace(drawing, items=walk(drawing.items))
    assert done, "nothing was picked"
    return damaged


def added(drawing: Scene, *items: Item) -> Scene:
    """Return the scene with more items in it."""
    return replace(drawing, items=(*drawing.items, *items))


def text(string: str) -> Pick:
    """Pick a text by its words."""
    return lambda item: isinstance(item, Text) and item.string == string


def glyph(id: str) -> Pick:
    """Pick a glyph by its id."""
    return lambda item: isinstance(item, Group) and item.id == id


def edge(source: str, target: str) -> Pick:
    """Pick a line by its ends."""
    data = (("from", source), ("to", target))
    return lambda item: isinstance(item, Group) and item.data == data


def entry(types: str) -> Pick:
    """Pick an entry of the legend by its types."""
    return lambda item: (
        isinstance(item, Group) and "entry" in item.classes and dict(item.data)["type"] == types
    )


def moved(dx: float, dy: float) -> Change:
    """Move an item, and what it holds."""
    return lambda item: _mapped(item, lambda point: point.moved(dx, dy))


def stretched(across: float, down: float) -> Change:
    """Stretch an item about the upper left corner of the page."""
    return lambda item: _mapped(item, lambda point: Point(point.x * across, point.y * down))


def _mapped(item: Item, to: Callable[[Point], Point]) -> Item:
    if isinstance(item, Group):
        return replace(item, items=tuple(_mapped(child, to) for child in item.items))
    if isinstance(item, Text):
        return replace(item, at=to(item.at))
    if isinstance(item, Path):
        return replace(item, commands=tuple(_command(one, to) for one in item.commands))
    return item


def _command(command: Command, to: Callable[[Point], Point]) -> Command:
    match command:
        case Move(at):
            return Move(to(at))
        case Line(at):
            return Line(to(at))
        case Curve(first, second, at):
            return Curve(to(first), to(second), to(at))
        case Close():
            return command


def points_of(item: Item) -> list[Point]:
    """Return the corners of the paths in an item."""
    if isinstance(item, Group):
        return [point for child in item.items for point in points_of(child)]
    if isinstance(item, Path):
        return [c.to for c in item.commands if not isinstance(c, Close)]
    return []


def find_item(drawing: Scene, pick: Pick) -> Item:
    """Return the first item picked."""
    return next(item for item, _ in drawing.walk() if pick(item))
