"""A scene as a reader sees it: glyphs, lines, texts and the legend, each with what it paints.

Requires: a scene with the classes and data that the figure's style sheet knows (see README).
Ensures: every visible item of the scene is in exactly one of `writings`, `marks` and `pictures`;
`planes` order the glyphs and lines among them by the drawing that they belong to: the network
first, then the bodies of groups in the legend.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from net2fig.geometry import Box, Point, Size
from net2fig.laws.shapes import Area, Chain, flatten_path, make_area
from net2fig.laws.text_ink import measure_ink
from net2fig.scene import Fill, Group, Image, Item, Path, Scene, Text, rounded

SHORT = 1e-6
"""A line of this length has none."""


class SeenGlyph(Struct, frozen=True):
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
    def tags(self) -> tuple[str, ...]:
        """The blocks whose tensors are named by its tags; its own id where one leaves here."""
        marks = [item for item in _list_groups(self.group) if "tag" in item.classes]
        return tuple(dict(mark.data).get("from", "") for mark in marks)

    @property
    def is_sign(self) -> bool:
        """Whether it is a circle with a sign, which shows no resolution."""
        return any("sign" in item.classes for item in self.group.items)

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


class SeenLine(Struct, frozen=True):
    """A line from one part to another; several routes where rows end in between."""

    source: str
    target: str
    routes: tuple[Chain, ...]
    paint: Area
    is_side: bool = False
    is_state: bool = False

    @property
    def is_contact(self) -> bool:
        """Whether it has no length, since what it joins touches."""
        box = self.paint.box
        return max(box.width, box.height) <= 2 * self.paint.half + SHORT


class SeenBracket(Struct, frozen=True):
    """A bracket beneath a run of glyphs, in as many pieces as rows: its ends, and its words."""

    blocks: tuple[str, ...]
    spans: tuple[Box, ...]
    words: tuple[str, ...]


class SeenDrawing(Struct, frozen=True):
    """Glyphs and lines of one drawing: the network, or the body of a group in the legend.

    `owner` is the type that the body's entry explains; a network has none. `frame` is the id of the
    opened group that it stands in. In one that is `tiered` each resolution has a line of its own.
    """

    glyphs: tuple[SeenGlyph, ...]
    lines: tuple[SeenLine, ...]
    brackets: tuple[SeenBracket, ...] = ()
    owner: str = ""
    frame: str = ""
    tiered: bool = False

    def part(self, id: str) -> SeenGlyph | None:
        """Return the part with this id, if it is drawn."""
        return next((part for part in self.glyphs if part.id == id), None)


class SeenAnnotation(Struct, frozen=True):
    """An annotation: its sort, what it is about, its lines, and its ground if it is a panel."""

    sort: str
    about: tuple[str, ...]
    lines: tuple[Chain, ...] = ()
    ground: Area | None = None


class SeenText(Struct, frozen=True):
    """A text and the box of its ink; `around` are the groups that it stands in."""

    text: Text
    ink: Area
    around: tuple[Group, ...]


class SeenPath(Struct, frozen=True):
    """A path and what it paints."""

    path: Path
    paint: Area
    around: tuple[Group, ...]


class SeenEntry(Struct, frozen=True):
    """An entry of the legend: the types that it explains, its swatches and its words."""

    types: str
    swatches: tuple[Fill, ...]
    words: str
    at: Point

    def covers(self, type: str) -> bool:
        """Tell whether the entry is for a type of block (a name of a group may hold spaces)."""
        return type == self.types or type in self.types.split()


class ReaderView(Struct, frozen=True):
    """All that is seen; `keys` is None where there is no legend.

    `boxes` is the way of the flow in a block diagram, "" in any other figure; `explained` are the
    frames beside it. `cells` are the drawings of the inside of layers. In `volumes` glyphs are
    cuboids.
    """

    size: Size
    drawings: tuple[SeenDrawing, ...]
    texts: tuple[SeenText, ...]
    marks: tuple[SeenPath, ...]
    pictures: tuple[Box, ...]
    keys: tuple[SeenEntry, ...] | None
    notes: str
    boxes: str = ""
    explained: tuple[SeenGlyph, ...] = ()
    annotations: tuple[SeenAnnotation, ...] = ()
    cells: tuple[SeenDrawing, ...] = ()
    volumes: bool = False

    @property
    def is_up(self) -> bool:
        """Whether data flow upwards."""
        return self.boxes == "up"

    @property
    def network(self) -> SeenDrawing:
        """The drawing of the network itself."""
        return self.drawings[0]


def read_scene(scene: Scene) -> ReaderView:
    """Return what a reader sees of a scene."""
    texts, paths, pictures = [], [], []
    drawings: list[SeenDrawing] = []
    cells: list[SeenDrawing] = []
    legends = []
    annotations: list[SeenAnnotation] = []
    boxes, volumes = "", False
    for item, around in scene.walk():
        if isinstance(item, Text):
            texts.append(SeenText(item, measure_ink(item), around))
        elif isinstance(item, Path):
            paths.append(SeenPath(item, measure_paint(item), around))
        elif isinstance(item, Image):
            pictures.append(item.box)
        elif "cell" in item.classes:
            cells.append(_read_drawing(item))
        elif "network" in item.classes:
            drawings.insert(0, replace(_read_drawing(item), tiered="tiers" in item.classes))
            boxes = item.classes[-1] if "boxes" in item.classes else ""
            volumes = "volumes" in item.classes
        elif "body" in item.classes:
            owners = [g for g in around if {"entry", "open"} & set(g.classes)]
            owner = dict(owners[-1].data).get("type", "") if owners else ""
            frame = (around[-1].id or "") if around and "open" in around[-1].classes else ""
            drawings.append(_read_drawing(item, owner, frame))
        elif "legend" in item.classes:
            legends.append(item)
        elif "annotation" in item.classes:
            annotations.append(_read_annotation(item))
    entries = [_read_entry(item) for legend in legends for item in _list_entries(legend)]
    notes = [w.text.string for w in texts if "note" in w.text.classes]
    return ReaderView(
        scene.size,
        tuple(drawings) or (SeenDrawing((), ()),),
        tuple(texts),
        tuple(paths),
        tuple(pictures),
        tuple(entries) if legends else None,
        " ".join(notes),
        boxes,
        tuple(part for legend in legends for part in _read_drawing(legend).glyphs),
        tuple(annotations),
        tuple(cells),
        volumes,
    )


def measure_paint(path: Path) -> Area:
    """Return what a path paints."""
    half = path.width / 2 if path.stroke else 0.0
    return make_area(flatten_path(path.commands), filled=path.fill is not None, half=half)


def _list_groups(group: Group) -> Iterator[Group]:
    return (item for item in group.items if isinstance(item, Group))


def _list_entries(group: Group) -> Iterator[Group]:
    """Yield the entries of a legend, which may stand in columns; an entry holds no other."""
    for item in _list_groups(group):
        if "entry" in item.classes:
            yield item
        else:
            yield from _list_entries(item)


def _read_drawing(group: Group, owner: str = "", frame: str = "") -> SeenDrawing:
    glyphs, lines, brackets = [], [], []
    for item in _list_groups(group):
        if "edge" in item.classes:
            lines.append(_read_line(item))
        elif "bracket" in item.classes:
            brackets.append(_read_bracket(item))
        elif {"glyph", "placeholder"} & set(item.classes):
            part = _read_glyph(item)
            glyphs += [part] if part else []
    return SeenDrawing(tuple(glyphs), tuple(lines), tuple(brackets), owner, frame)


def _read_annotation(group: Group) -> SeenAnnotation:
    """Return an annotation; an arrow's head goes on to its tip."""
    paths = [item for item in group.items if isinstance(item, Path)]
    lines = [c for p in paths if "line" in p.classes for c in flatten_path(p.commands)]
    tips = [flatten_path(p.commands)[0][0] for p in paths if "arrow" in p.classes]
    if lines and tips:
        lines[-1] = (*lines[-1], tips[0])
    grounds = [measure_paint(path) for path in paths if "panel" in path.classes]
    about = tuple(dict(group.data).get("about", "").split())
    return SeenAnnotation(group.classes[-1], about, tuple(lines), grounds[0] if grounds else None)


def _read_bracket(group: Group) -> SeenBracket:
    """Return a bracket: the pieces of its line, and what its badges say."""
    paths = [item for item in group.items if isinstance(item, Path)]
    texts = [text for item in group.items for text in _list_texts(item)]
    return SeenBracket(
        tuple(dict(group.data).get("blocks", "").split()),
        tuple(measure_paint(path).box for path in paths),
        tuple(text.string for text in texts if "count" in text.classes),
    )


def _list_texts(item: Item) -> Iterator[Text]:
    if isinstance(item, Text):
        yield item
    elif isinstance(item, Group):
        for child in item.items:
            yield from _list_texts(child)


def _read_line(group: Group) -> SeenLine:
    data = dict(group.data)
    paths = [item for item in group.items if isinstance(item, Path) and not item.fill]
    routes = tuple(chain for path in paths for chain in flatten_path(path.commands))
    half = max((path.width for path in paths), default=0.0) / 2
    paint = make_area(routes, filled=False, half=half)
    heads = [item for item in group.items if isinstance(item, Path) and "arrow" in item.classes]
    if routes and heads:
        # An arrow's head goes on to its tip.
        routes = (*routes[:-1], (*routes[-1], flatten_path(heads[0].commands)[0][0]))
    is_side, is_state = "side" in group.classes, "state" in group.classes
    return SeenLine(data.get("from", ""), data.get("to", ""), routes, paint, is_side, is_state)


def _read_glyph(group: Group) -> SeenGlyph | None:
    """Return a glyph; None where it has no outline, which is a breach of its own."""
    outline = _find_outline(group.items)
    if outline is None and "placeholder" in group.classes:
        outline = _frame_words(group)
    if outline is None:
        return None
    data = dict(group.data)
    kinds = [name.removeprefix("kind-") for name in group.classes if name.startswith("kind-")]
    return SeenGlyph(
        group.id or "",
        "placeholder" if "placeholder" in group.classes else (kinds or [""])[0],
        data.get("type", ""),
        measure_paint(outline),
        outline.fill,
        group,
        data.get("in", ""),
        data.get("out", ""),
        int(data.get("count", "1")),
    )


def _find_outline(items: tuple[Item, ...]) -> Path | None:
    for item in items:
        if isinstance(item, Path) and {"body", "frame"} & set(item.classes):
            return item
    return None


def _frame_words(group: Group) -> Path | None:
    """Return the box around the words and the sample of a port that has no frame."""
    boxes = [_measure_line(text) for item in group.items for text in _list_texts(item)]
    boxes += [item.box for item in group.items if isinstance(item, Image)]
    if not boxes:
        return None
    return Path(rounded(reduce(Box.union, boxes), 0.0))


def _measure_line(text: Text) -> Box:
    """Return the box of a line of text: as wide as its ink, as high as its highest letters."""
    ink = measure_ink(text).box
    return Box(ink.x, text.at.y - text.size, ink.width, 1.3 * text.size)


def _read_entry(group: Group) -> SeenEntry:
    """Return an entry: the fills of its own swatches, not of those in a group's body."""
    swatches = [p for p in group.items if isinstance(p, Path) and "body" in p.classes]
    texts = [item for item in group.items if isinstance(item, Text)]
    corner = measure_paint(swatches[0]).box if swatches else Box(0, 0, 0, 0)
    return SeenEntry(
        dict(group.data).get("type", ""),
        tuple(path.fill for path in swatches),
        " ".join(text.string for text in texts),
        Point(corner.x, corner.y),
    )
