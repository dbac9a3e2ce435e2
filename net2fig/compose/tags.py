"""Tags: a tensor that many blocks read is named where it leaves and where it is read, by a letter.

     (t)         Lines to all of them would cover the figure: the embedding of a time step, a
   ┌──┴──┐       mask, a condition. A block that reads nothing else keeps its line, and where there
   │     ├──     is none the first that reads it before all else, so that a path stays whole.
   └─────┘

Where rows end, a tag stands for a line that would go on in the next.

Ensures: every link is either a line or a tag at its reader, with the letter of its source. The tags
of a glyph stand in rows above it, as far apart as their frames need; no row is wider than `MOST`
tags of one letter, unless a single tag is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec import Struct

from net2fig.outline import Block, Outline

LETTERS = "abcdefhiklnorstuvxzABCDEFGHKLNPRSTUVXYZ"
"""The letters that stand well in a circle: none reaches below the line, none is wide."""
VECTOR_READERS, READERS = 3, 6
"""How many blocks that have other inputs as well must read a vector, or another tensor."""


TAG, STEM = 8.4, 2.6
"""The height of a tag, and how far it stands above its glyph."""
STEM_INSET = 0.7
"""How far a stem stays within the corners of its glyph."""
ROOM = TAG + STEM + 1.0
"""The height of one row, with all that it keeps clear of."""
GAP = 1.2
"""Between two tags."""
MOST = 12
"""How many tags of one letter stand in one row."""
PAD = 1.9
"""Between the letters and the frame of a tag of several."""


class Tag(Struct, frozen=True):
    """The letter of a tensor at a block: where it leaves, or where it is read."""

    letter: str
    source: str
    leaves: bool = False


class Tags(Struct, frozen=True):
    """The tags at each block, and the links that they stand for, by their place in the outline."""

    at: Mapping[str, tuple[Tag, ...]]
    links: frozenset[int]


def find_tags(outline: Outline, also: Collection[int] = ()) -> Tags:
    """Return the tags of an outline; `also` are further links that become tags."""
    at: dict[str, list[Tag]] = {}
    links: set[int] = set()
    letters: dict[str, str] = {}
    by_source: dict[str, list[int]] = {}
    sources: dict[str, set[str]] = {}
    for number, link in enumerate(outline.links):
        by_source.setdefault(link.source, []).append(number)
        sources.setdefault(link.target, set()).add(link.source)
    # What has other inputs as well.
    joining = {target for target, several in sources.items() if len(several) > 1}
    for block in outline.blocks:
        leaving = by_source.get(block.id, [])
        wanted = {number for number in leaving if number in also}
        chosen = sorted({*_choose(outline, block, leaving, joining), *wanted})
        if not chosen:
            continue
        letter = letters[block.id] = _choose_letter(outline, block, set(letters.values()))
        at.setdefault(block.id, []).insert(0, Tag(letter, block.id, leaves=True))
        for number in chosen:
            at.setdefault(outline.links[number].target, []).append(Tag(letter, block.id))
        links.update(chosen)
    return Tags({id: tuple(tags) for id, tags in at.items()}, frozenset(links))


def _choose(
    outline: Outline, block: Block, leaving: list[int], joining: Collection[str]
) -> list[int]:
    """Return those of the links that leave a block which become tags."""
    links = [outline.links[number] for number in leaving]
    several = [n for n, link in zip(leaving, links, strict=True) if link.target in joining]
    is_vector = block.output is not None and not block.output.spatial
    if is_vector:
        return several if len(several) >= VECTOR_READERS else []
    if len(several) < READERS:
        return []
    # The path that the data take is not cut: where it goes on in the first reader alone, that
    # keeps its line. A condition is no first input.
    first = outline.into(outline.links[several[0]].target)[0]
    return several if len(several) < len(links) or first.source != block.id else several[1:]


def _choose_letter(outline: Outline, block: Block, taken: set[str]) -> str:
    """Return the initial of the input that a vector is made from alone, or the next free letter.

    An initial that several inputs have is that of none.
    """
    here = block.id
    while block.output and not block.output.spatial and len(before := outline.into(here)) == 1:
        here = before[0].source
    names = [name for name, id in outline.inputs if id == here]
    initial = names[0][:1].lower() if names else ""
    is_one = sum(name[:1].lower() == initial for name, _ in outline.inputs) == 1
    wanted = [initial] if is_one and initial in LETTERS else []
    free = [letter for letter in (*wanted, *LETTERS) if letter not in taken]
    return free[0] if free else str(len(taken) - len(LETTERS) + 1)


Measure = Callable[[str], float]
"""Returns the width of letters."""


class PlacedTag(Struct, frozen=True):
    """A tag, the middle of it as seen from the middle of all, its width, and its row."""

    tag: Tag
    x: float
    width: float
    row: int


def measure_tag(tag: Tag, measure: Measure) -> float:
    """Return the width of a tag: a circle for one letter, a pill for more."""
    return TAG if len(tag.letter) < 2 else max(TAG, measure(tag.letter) + 2 * PAD)


def place_tags(tags: Sequence[Tag], measure: Measure) -> tuple[PlacedTag, ...]:
    """Return the tags in rows, the first row lowest."""
    rows: list[list[tuple[Tag, float]]] = []
    used = 0.0
    for tag in tags:
        width = measure_tag(tag, measure)
        if not rows or used + width > MOST * (TAG + GAP):
            rows.append([])
            used = 0.0
        rows[-1].append((tag, width))
        used += width + GAP
    placed = []
    for number, row in enumerate(rows):
        x = (GAP - sum(width + GAP for _, width in row)) / 2
        for tag, width in row:
            placed.append(PlacedTag(tag, x + width / 2, width, number))
            x += width + GAP
    return tuple(placed)


def measure_tags(tags: Sequence[Tag], measure: Measure) -> tuple[float, float]:
    """Return the width and the height of the room of all tags."""
    placed = place_tags(tags, measure)
    if not placed:
        return 0.0, 0.0
    width = 2 * max(each.x + each.width / 2 for each in placed)
    return width, ROOM + placed[-1].row * (TAG + GAP)
