"""The differences in words, as lines of a figure: each sentence after the sign of its mark.

    (+) only in B   (≠) differs          what the signs say, where the figure has them
    (+) Dropout after pool2   (≠) filters of conv3: 64 → 128   parameters +12.3 %

Ensures: every sentence is there, no line is longer than the width, and every sign is explained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.comparison.differences import CHANGED
from net2fig.comparison.phrases import Sentence
from net2fig.comparison.traits import Mark, load_rules
from net2fig.compose.diagram import DrawContext
from net2fig.geometry import Box, Point, Size
from net2fig.scene import Group, Item, Path, Text, polyline, rounded, transformed

GAP = 14.0
"""Between two sentences of one line."""
PAD = 3.0
"""Between a sign and its words."""
LEADING = 2.6
"""Between two lines."""
DISC = 7.6
"""The size of a sign, and the share of it that its strokes take."""
SIGN = 0.52
STROKE = 0.9
INDENT = DISC + PAD


class Caption(Struct, frozen=True):
    """The words, their upper left corner at (0, 0)."""

    items: tuple[Item, ...]
    size: Size

    def at(self, x: float, y: float) -> Group:
        """Return the words with their upper left corner at (x, y)."""
        items = tuple(transformed(item, dx=x, dy=y) for item in self.items)
        return Group(items, classes=("words",))


def caption(
    told: Sequence[Sentence],
    marks: Iterable[str],
    names: tuple[str, str],
    style: DrawContext,
    width: float,
) -> Caption:
    """Return what the marks of a figure mean, then what is told."""
    known = load_rules().marks
    first, second = names
    drawn = set(marks)
    told = [_as_drawn(sentence, drawn, known, names) for sentence in told]
    used = drawn | {sentence.mark for sentence in told}
    keys = [
        Sentence(mark.label.format(first=first, second=second), name)
        for name, mark in known.items()
        if name in used
    ]
    lines = [*_lines(keys, style, width), *_lines(told, style, width)]
    items: list[Item] = []
    y = reach = 0.0
    for line in lines:
        for x, sentence in line:
            items += _items(sentence, x, y, style)
            reach = max(reach, x + _width(sentence, style))
        y += DISC + LEADING
    return Caption(tuple(items), Size(reach, max(y - LEADING, 0.0)))


def _as_drawn(
    sentence: Sentence, drawn: set[str], known: Mapping[str, Mark], names: tuple[str, str]
) -> Sentence:
    """Return a sentence under a sign that the figure has.

    More of a block that both have is no block of one alone: it is drawn as one that differs.
    """
    if sentence.mark in (CHANGED, "", *drawn):
        return sentence
    label = known[sentence.mark].label.format(first=names[0], second=names[1])
    return Sentence(f"{label}: {sentence.text}", CHANGED)


Line = list[tuple[float, Sentence]]


def _lines(told: Sequence[Sentence], style: DrawContext, width: float) -> list[Line]:
    """Put sentences side by side; one that is too long goes on, under its own beginning."""
    lines: list[Line] = []
    x = 0.0
    for sentence in told:
        # The sums are the bottom line.
        sums = bool(lines and lines[-1][-1][1].mark and not sentence.mark)
        if lines and not sums and x + _width(sentence, style) <= width:
            lines[-1].append((x, sentence))
        elif _width(sentence, style) <= width:
            lines.append([(0.0, sentence)])
            x = 0.0
        else:
            begin, *more = _broken(sentence, style, width)
            lines.append([(0.0, begin)])
            lines += [[(INDENT, each)] for each in more]
            x = INDENT if more else 0.0
        x += _width(lines[-1][-1][1], style) + GAP
    return lines


def _broken(sentence: Sentence, style: DrawContext, width: float) -> list[Sentence]:
    """Break a sentence between words; the first part keeps the sign."""
    parts: list[str] = []
    for word in sentence.text.split(" "):
        longer = f"{parts[-1]} {word}" if parts else word
        if parts and INDENT + style.width(longer) <= width:
            parts[-1] = longer
        else:
            parts.append(word)
    return [Sentence(parts[0], sentence.mark), *map(Sentence, parts[1:])]


def _width(sentence: Sentence, style: DrawContext) -> float:
    return style.width(sentence.text) + (INDENT if sentence.mark else 0.0)


def _items(sentence: Sentence, x: float, y: float, style: DrawContext) -> list[Item]:
    """Return a sentence whose line begins at y, its left end at x."""
    middle = y + DISC / 2
    items: list[Item] = []
    if sentence.mark:
        look = dressed(sentence.mark, style)
        items.append(sign(look, Point(x + DISC / 2, middle), sentence.mark, style))
        x += INDENT
    at = Point(x, middle + 0.36 * style.page.size)
    return [*items, text_of(at, sentence.text, style)]


def dressed(name: str, style: DrawContext) -> Mark:
    """Return how a mark looks; without colour, sign and border tell it."""
    look = load_rules().marks[name]
    if not style.style_book.mono:
        return look
    ink = style.style_book.palette.ink
    return replace(look, ink=ink["text"], tint=ink["paper"])


def sign(look: Mark, middle: Point, name: str, style: DrawContext) -> Group:
    """Return the sign of a mark on a disc."""
    disc = Box(middle.x - DISC / 2, middle.y - DISC / 2, DISC, DISC)
    paper = style.style_book.palette.ink["paper"]
    corner = DISC * (1 - SIGN) / 2
    strokes = [
        Path(
            polyline(
                [
                    Point(disc.x + corner + x * DISC * SIGN, disc.y + corner + y * DISC * SIGN)
                    for x, y in stroke
                ]
            ),
            stroke=paper,
            width=STROKE,
        )
        for stroke in look.sign
    ]
    frame = Path(rounded(disc, DISC / 2), fill=look.ink)
    return Group((frame, *strokes), classes=("mark", name))


def text_of(
    at: Point,
    string: str,
    style: DrawContext,
    *,
    bold: bool = False,
    classes: tuple[str, ...] = ("label", "note"),
) -> Text:
    """Return a text of the size of labels."""
    page, ink = style.page, style.style_book.palette.ink["text"]
    return Text(at, string, page.size, ink, bold=bold, family=page.family, classes=classes)
