"""A scene as a reader sees it: glyphs, lines, texts and the legend, each with what it paints.

Requires: a scene with the classes and data that the figure's style sheet knows (see README).
Ensures: every visible item of the scene is in exactly one of `writings`, `marks` and `pictures`;
`planes` order the glyphs and lines among them by the drawing that they belong to: the network
first, then the bodies of groups in the legend.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from net2fig.geometry import Box, Point, Size
from net2fig.laws.shapes import Area, Chain, area, chains_of
from net2fig.laws.text_ink import ink
from net2fig.scene import Fill, Group, Image, Item, Path, Scene, Text


class Part(Struct, frozen=True):
    """A glyph or a placeholder: what its classes and data say, and its outline."""

    id: str
    kind: str
    type: str
    body: Area
    fill: Fill
    group: Group
    incoming: str = ""
    outgoing: str = ""
    count: int = 1

    @property
    def is_placeholder(self) -> bool:
        """Whether it stands for a sample, not for a layer."""
        return self.kind == "placeholder"

    @property
    def box(self) -> Box:
        """The box around all that it paints."""
        return self.body.box

    def side(self, right: bool) -> list[tuple[float, float]]:
        """Return the handles of a side, as painted: the upper and the lower end of each."""
        half = self.body.half
        x = self.box.right - half if right else self.box.x + half
        ends = []
        for chain in self.body.chains:
            for one, two in pairwise(chain):
                if abs(one.x - x) < 1e-6 and abs(two.x - x) < 1e-6:
                    ends.append((min(one.y, two.y) - half, max(one.y, two.y) + half))
        return ends

    def handle(self, right: bool, y: float) -> tuple[float, float] | None:
        """Return the handle of a side that is nearest to a height."""
        return min(
            self.side(right),
            key=lambda end: max(end[0] - y, y - end[1], 0.0) + abs(y - sum(end) / 2) * 1e-3,
            default=None,
        )


class Wire(Struct, frozen=True):
    """A line from one part to another; several routes where rows end in between."""

    source: str
    target: str
    routes: tuple[Chain, ...]
    paint: Area


class Run(Struct, frozen=True):
    """A bracket beneath a run of glyphs, in as many pieces as rows: its ends, and its words."""

    blocks: tuple[str, ...]
    spans: tuple[Box, ...]
    words: tuple[str, ...]


class Plane(Struct, frozen=True):
    """Glyphs and lines of one drawing: the network, or the body of a group in the legend.

    `owner` is the type that the body's entry explains; a network has none.
    """

    parts: tuple[Part, ...]
    wires: tuple[Wire, ...]
    runs: tuple[Run, ...] = ()
    owner: str = ""

    def part(self, id: str) -> Part | None:
        """Return the part with this id, if it is drawn."""
        return next((part for part in self.parts if part.id == id), None)


class Writing(Struct, frozen=True):
    """A text and the box of its ink; `around` are the groups that it stands in."""

    text: Text
    ink: Area
    around: tuple[Group, ...]


class Mark(Struct, frozen=True):
    """A path and what it paints."""

    path: Path
    paint: Area
    around: tuple[Group, ...]


class Key(Struct, frozen=True):
    """An entry of the legend: the types that it explains, its swatches and its words."""

    types: str
    swatches: tuple[Fill, ...]
    words: str
    at: Point

    def covers(self, type: str) -> bool:
        """Tell whether the entry is for a type of block (a name of a group may hold spaces)."""
        return type == self.types or type in self.types.split()


class Sight(Struct, frozen=True):
    """All that is seen; `keys` is None where there is no legend."""

    size: Size
    planes: tuple[Plane, ...]
    writings: tuple[Writing, ...]
    marks: tuple[Mark, ...]
    pictures: tuple[Box, ...]
    keys: tuple[Key, ...] | None
    notes: str

    @property
    def network(self) -> Plane:
        """The drawing of the network itself."""
        return self.planes[0]


def seen(scene: Scene) -> Sight:
    """Return what a reader sees of a scene."""
    writings, marks, pictures = [], [], []
    planes: list[Plane] = []
    legends = []
    for item, around in scene.walk():
        if isinstance(item, Text):
            writings.append(Writing(item, ink(item), around))
        elif isinstance(item, Path):
            marks.append(Mark(item, painted(item), around))
        elif isinstance(item, Image):
            pictures.append(item.box)
        elif "network" in item.classes:
            planes.insert(0, _plane(item))
        elif "body" in item.classes:
            owners = [dict(g.data).get("type", "") for g in around if "entry" in g.classes]
            planes.append(_plane(item, *owners[-1:]))
        elif "legend" in item.classes:
            legends.append(item)
    keys = [_key(item) for legend in legends for item in _entries(legend)]
    notes = [w.text.string for w in writings if "note" in w.text.classes]
    return Sight(
        scene.size,
        tuple(planes) or (Plane((), ()),),
        tuple(writings),
        tuple(marks),
        tuple(pictures),
        tuple(keys) if legends else None,
        " ".join(notes),
    )


def painted(path: Path) -> Area:
    """Return what a path paints."""
    half = path.width / 2 if path.stroke else 0.0
    return area(chains_of(path.commands), filled=path.fill is not None, half=half)


def _groups(group: Group) -> Iterator[Group]:
    return (item for item in group.items if isinstance(item, Group))


def _entries(group: Group) -> Iterator[Group]:
    """Yield the entries of a legend, which may stand in columns; an entry holds no other."""
    for item in _groups(group):
        if "entry" in item.classes:
            yield item
        else:
            yield from _entries(item)


def _plane(group: Group, owner: str = "") -> Plane:
    parts, wires, runs = [], [], []
    for item in _groups(group):
        if "edge" in item.classes:
            wires.append(_wire(item))
        elif "bracket" in item.classes:
            runs.append(_run(item))
        elif {"glyph", "placeholder"} & set(item.classes):
            part = _part(item)
            parts += [part] if part else []
    return Plane(tuple(parts), tuple(wires), tuple(runs), owner)


def _run(group: Group) -> Run:
    """Return a bracket: the pieces of its line, and what its badges say."""
    paths = [item for item in group.items if isinstance(item, Path)]
    texts = [text for item in group.items for text in _texts(item)]
    return Run(
        tuple(dict(group.data).get("blocks", "").split()),
        tuple(painted(path).box for path in paths),
        tuple(text.string for text in texts if "count" in text.classes),
    )


def _texts(item: Item) -> Iterator[Text]:
    if isinstance(item, Text):
        yield item
    elif isinstance(item, Group):
        for child in item.items:
            yield from _texts(child)


def _wire(group: Group) -> Wire:
    data = dict(group.data)
    paths = [item for item in group.items if isinstance(item, Path)]
    routes = tuple(chain for path in paths for chain in chains_of(path.commands))
    half = max((path.width for path in paths), default=0.0) / 2
    paint = area(routes, filled=False, half=half)
    return Wire(data.get("from", ""), data.get("to", ""), routes, paint)


def _part(group: Group) -> Part | None:
    """Return a glyph; None where it has no outline, which is a breach of its own."""
    outline = _outline(group.items)
    if outline is None:
        return None
    data = dict(group.data)
    kinds = [name.removeprefix("kind-") for name in group.classes if name.startswith("kind-")]
    return Part(
        group.id or "",
        "placeholder" if "placeholder" in group.classes else (kinds or [""])[0],
        data.get("type", ""),
        painted(outline),
        outline.fill,
        group,
        data.get("in", ""),
        data.get("out", ""),
        int(data.get("count", "1")),
    )


def _outline(items: tuple[Item, ...]) -> Path | None:
    for item in items:
        if isinstance(item, Path) and {"body", "frame"} & set(item.classes):
            return item
    return None


def _key(group: Group) -> Key:
    """Return an entry: the fills of its own swatches, not of those in a group's body."""
    swatches = [p for p in group.items if isinstance(p, Path) and "body" in p.classes]
    texts = [item for item in group.items if isinstance(item, Text)]
    corner = painted(swatches[0]).box if swatches else Box(0, 0, 0, 0)
    return Key(
        dict(group.data).get("type", ""),
        tuple(path.fill for path in swatches),
        " ".join(text.string for text in texts),
        Point(corner.x, corner.y),
    )
