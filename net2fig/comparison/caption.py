"""The differences in words, as lines of a figure: each sentence after the sign of its mark.

    (+) only in B   (≠) differs          the signs that the figure has
    (1) Dropout after pool2   (2) filters of conv3: 64 → 128
    parameters +12.3 %                   the sums on a line of their own

Ensures: it has every sentence, no line is wider than the figure, and every sign is explained. A
number stands on the blocks that its sentence is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.comparison.differences import CHANGED
from net2fig.comparison.phrases import Sentence
from net2fig.comparison.traits import DifferenceMark, load_rules
from net2fig.compose.diagram import DrawContext
from net2fig.compose.panels import make_text
from net2fig.compose.wording import words
from net2fig.geometry import Box, Point, Size
from net2fig.scene import Group, Item, Path, polyline, rounded, transformed

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
NUMBER_PAD = 2.0
"""The room on both sides of a number on its disc."""
INDENT = DISC + PAD


class DifferenceCaption(Struct, frozen=True):
    """The words, their upper left corner at (0, 0)."""

    items: tuple[Item, ...]
    size: Size

    def at(self, x: float, y: float) -> Group:
        """Return the words with their upper left corner at (x, y)."""
        items = tuple(transformed(item, dx=x, dy=y) for item in self.items)
        return Group(items, classes=("words",))


def draw_caption(
    sentences: Sequence[Sentence],
    marks: Iterable[str],
    names: tuple[str, str],
    context: DrawContext,
    width: float,
) -> DifferenceCaption:
    """Return the meaning of the marks in a figure, then the sentences."""
    known_marks = load_rules().marks
    first, second = names
    drawn_marks = set(marks)
    sentences = [_adapt_mark(sentence, drawn_marks, known_marks, names) for sentence in sentences]
    used_marks = drawn_marks | {sentence.mark for sentence in sentences}
    keys = [
        Sentence(mark.label.format(first=first, second=second), name)
        for name, mark in known_marks.items()
        if name in used_marks
    ]
    marked = [sentence for sentence in sentences if sentence.mark]
    totals = [sentence for sentence in sentences if not sentence.mark]
    lines = [
        line for part in (keys, marked, totals) for line in _place_sentences(part, context, width)
    ]
    items: list[Item] = []
    y = reach = 0.0
    for line in lines:
        for x, sentence in line:
            items += _draw_sentence(sentence, x, y, context)
            reach = max(reach, x + _measure_sentence(sentence, context))
        y += DISC + LEADING
    return DifferenceCaption(tuple(items), Size(reach, max(y - LEADING, 0.0)))


def _adapt_mark(
    sentence: Sentence,
    drawn_marks: set[str],
    known_marks: Mapping[str, DifferenceMark],
    names: tuple[str, str],
) -> Sentence:
    """Return a sentence under a sign that the figure has.

    Another number of a block that both have is a difference, not a block of one alone.
    """
    if sentence.mark in (CHANGED, "", *drawn_marks):
        return sentence
    label = known_marks[sentence.mark].label.format(first=names[0], second=names[1])
    return replace(sentence, text=f"{label}: {sentence.text}", mark=CHANGED)


Line = list[tuple[float, Sentence]]


def _place_sentences(
    sentences: Sequence[Sentence], context: DrawContext, width: float
) -> list[Line]:
    """Put sentences side by side; one that is too long goes on, under its own beginning."""
    lines: list[Line] = []
    x = 0.0
    for sentence in sentences:
        if lines and x + _measure_sentence(sentence, context) <= width:
            lines[-1].append((x, sentence))
        elif _measure_sentence(sentence, context) <= width:
            lines.append([(0.0, sentence)])
            x = 0.0
        else:
            begin, *more = _break_sentence(sentence, context, width)
            lines.append([(0.0, begin)])
            lines += [[(INDENT, each)] for each in more]
            x = INDENT if more else 0.0
        x += _measure_sentence(lines[-1][-1][1], context) + GAP
    return lines


def _break_sentence(sentence: Sentence, context: DrawContext, width: float) -> list[Sentence]:
    """Break a sentence between words; the first part keeps the sign."""
    parts = words.break_lines(sentence.text, lambda line: INDENT + context.width(line) <= width)
    return [replace(sentence, text=parts[0]), *map(Sentence, parts[1:])]


def _measure_sentence(sentence: Sentence, context: DrawContext) -> float:
    return context.width(sentence.text) + (INDENT if sentence.mark else 0.0)


def _draw_sentence(sentence: Sentence, x: float, y: float, context: DrawContext) -> list[Item]:
    """Return a sentence whose line begins at y, its left end at x."""
    middle = y + DISC / 2
    items: list[Item] = []
    if sentence.mark:
        look = resolve_mark(sentence.mark, context)
        number = str(sentence.number or "")
        items.append(draw_sign(look, Point(x + DISC / 2, middle), sentence.mark, context, number))
        x += INDENT
    at = Point(x, middle + 0.36 * context.page.size)
    return [*items, make_text(at, sentence.text, context)]


def resolve_mark(name: str, context: DrawContext) -> DifferenceMark:
    """Return the look of a mark, in black and white if the figure has no colours."""
    look = load_rules().marks[name]
    if not context.style_book.mono:
        return look
    ink = context.style_book.palette.ink
    return replace(look, ink=ink["text"], tint=ink["paper"])


def draw_sign(
    look: DifferenceMark, middle: Point, name: str, context: DrawContext, number: str = ""
) -> Group:
    """Return the sign of a mark on a disc; in its place a number, where there is one."""
    width = measure_disc(number, context)
    disc = Box(middle.x - width / 2, middle.y - DISC / 2, width, DISC)
    paper = context.style_book.palette.ink["paper"]
    frame = Path(rounded(disc, DISC / 2), fill=look.ink)
    if number:
        at = Point(middle.x, middle.y + 0.36 * context.page.small)
        text = make_text(at, number, context, bold=True, classes=("label", "number"))
        text = replace(text, color=paper, size=context.page.small, anchor="middle")
        return Group((frame, text), classes=("mark", name, "badge"))
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
    return Group((frame, *strokes), classes=("mark", name))


def measure_disc(number: str, context: DrawContext) -> float:
    """Return the width of a disc with a number on it."""
    if not number:
        return DISC
    return max(DISC, context.width(number, context.page.small, bold=True) + 2 * NUMBER_PAD)


def list_number_texts(numbers: Sequence[int]) -> list[str]:
    """Return numbers as they may stand on a disc, the longest text first."""
    return ["·".join(map(str, numbers[:end])) for end in range(len(numbers), 0, -1)]
