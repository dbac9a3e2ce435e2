"""What a diagram is made of: glyphs, lines, and what the layout needs of each."""

from __future__ import annotations

from msgspec import Struct

from net2fig.compose.labels import Caption
from net2fig.compose.samples import Sample
from net2fig.compose.tags import Tag
from net2fig.geometry import Point
from net2fig.glyphs import Look, Solid
from net2fig.layout import Edge, Node
from net2fig.network import Extent
from net2fig.outline import Block, Bracket, Link


class Glyph(Struct, frozen=True):
    """A block to draw: which glyph, how it looks, what stands beneath it, and above a cuboid.

    `word` stands in the middle of it.
    """

    block: Block
    glyph: str
    look: Look
    caption: Caption | None
    role: str = "block"
    extent_in: Extent | None = None
    sample: Sample | None = None
    tags: tuple[Tag, ...] = ()
    solid: Solid | None = None
    title: str = ""
    word: str = ""


class LabelledLink(Struct, frozen=True):
    """A link to draw, with the text above it.

    A line begins so far inside of the box of a cuboid as is its `reach`: in the middle of a face.
    """

    link: Link
    label: str = ""
    is_dashed: bool = False
    is_state: bool = False
    reach: Point = Point(0.0, 0.0)


class Diagram(Struct, frozen=True):
    """Glyphs by id and lines, each with what the layout needs of it."""

    glyphs: dict[str, Glyph]
    lines: tuple[LabelledLink, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    brackets: tuple[Bracket, ...] = ()

    @property
    def has_tags(self) -> bool:
        """Whether letters stand for some of the lines."""
        return any(glyph.tags for glyph in self.glyphs.values())

    @property
    def has_copies(self) -> bool:
        """Whether some of the lines are copies."""
        return any(line.is_dashed and not line.is_state for line in self.lines)


def find_reach(glyph: Glyph | None) -> Point:
    """Return how far from the box of a cuboid the middles of its faces are."""
    if glyph is None or glyph.solid is None:
        return Point(0.0, 0.0)
    back, border = glyph.solid.back, glyph.look.border
    return Point((back.x + border) / 2, (back.y + border) / 2)
