"""L8: the legend has exactly one entry for each thing drawn, and tells what is not drawn.

An entry stands for a glyph when it names the glyph's type and shows its fill: a reader sees the
fill, and finds the words beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from net2fig.data.grammar import load_grammar
from net2fig.data.template import Template
from net2fig.laws.breach import Breach
from net2fig.laws.reader_view import ReaderView, SeenEntry, SeenGlyph
from net2fig.outline import LeftOut, Outline
from net2fig.scene import Fill, Path, Text


def check_legend(view: ReaderView, outline: Outline, template: Template) -> list[Breach]:
    """Return what the legend lacks, repeats or has in excess (L8)."""
    if view.keys is None:
        missing = template.legend and view.network.glyphs
        return [Breach("L8", "there is no legend")] if missing else []
    drawn = [
        part for drawing in view.drawings for part in drawing.glyphs if not part.is_placeholder
    ]
    return [
        *_find_unexplained(drawn, view.keys, _list_ops(outline)),
        *_find_idle(drawn, view.keys),
        *_find_alike(view.keys),
        *_find_unexplained_dashes(view),
        *find_missing_notes(view, outline),
    ]


BARE = "#ffffff"
"""The fill of a circle that only its sign tells from others, in textures."""


def _list_ops(outline: Outline) -> dict[str, str]:
    """Return the operation of each class, of those in bodies as well."""
    bodies = [outline, *(definition.body for definition in outline.groups)]
    return {block.type: block.op for body in bodies for block in body.blocks}


def _explains_itself(part: SeenGlyph, ops: Mapping[str, str]) -> bool:
    """Tell whether a glyph needs no entry: an input with its name, a merge with a clear sign."""
    if part.kind == "input":
        return any("name" in classes for classes in _list_classes(part))
    is_clear = load_grammar().entry(ops.get(part.type, part.type)).is_clear
    return is_clear and any("sign" in classes for classes in _list_classes(part))


def _list_classes(part: SeenGlyph) -> list[tuple[str, ...]]:
    """Return the classes of all that a glyph paints."""
    return [item.classes for item in part.group.items if isinstance(item, Path | Text)]


def _find_unexplained(
    drawn: list[SeenGlyph], keys: tuple[SeenEntry, ...], ops: Mapping[str, str]
) -> Iterator[Breach]:
    """Yield each look of glyph without an entry of its own, unless it explains itself."""
    looks: set[tuple[str, Fill]] = set()
    for part in drawn:
        look = (part.type, part.fill)
        if look in looks:
            continue
        looks.add(look)
        count = sum(key.covers(part.type) and part.fill in key.swatches for key in keys)
        if count == 1:
            continue
        if count:
            message = f"{part.type!r} has {count} entries"
        elif _explains_itself(part, ops):
            continue
        elif any(key.covers(part.type) for key in keys):
            message = f"{part.id!r} ({part.type!r}) looks otherwise than its entry"
        else:
            message = f"{part.type!r} has no entry"
        yield Breach("L8", message, part.box.centre)


def _find_idle(drawn: list[SeenGlyph], keys: tuple[SeenEntry, ...]) -> Iterator[Breach]:
    """Yield each entry that explains nothing, by its type or by its look."""
    for key in keys:
        if not any(key.covers(part.type) and part.fill in key.swatches for part in drawn):
            yield Breach("L8", f"the entry {key.words!r} explains nothing that is drawn", key.at)


def _find_alike(keys: tuple[SeenEntry, ...]) -> Iterator[Breach]:
    """Yield each two entries that a reader cannot tell apart, by fill or by words."""
    for number, one in enumerate(keys):
        for two in keys[number + 1 :]:
            if set(one.swatches) & set(two.swatches) - {BARE}:
                yield Breach("L8", f"{one.words!r} and {two.words!r} look the same", two.at)
            if one.words == two.words:
                yield Breach("L8", f"two entries are called {one.words!r}", two.at)


def _find_unexplained_dashes(view: ReaderView) -> Iterator[Breach]:
    """Yield that lines are dashed and no entry says why, or that an entry is for none.

    A line of states bears that word.
    """
    dashed = [
        mark
        for mark in view.marks
        if mark.path.dash
        and any("edge" in group.classes and "state" not in group.classes for group in mark.around)
    ]
    entries = [mark for mark in view.marks if "copy" in mark.path.classes]
    if dashed and not entries:
        yield Breach("L8", "dashed lines have no entry", dashed[0].paint.box.centre)
    if entries and not dashed:
        yield Breach("L8", "an entry is for dashed lines, and there are none")


HIDDEN = "Not shown:"
"""How the sentence begins about what is left out."""


def _find_hidden(notes: str) -> str:
    """Return the sentence about what is left out, without what stands in parentheses."""
    _, start, rest = notes.partition(HIDDEN)
    return start + re.sub(r"\([^)]*\)", "", rest.partition(".")[0])


def _is_untold(each: LeftOut) -> bool:
    """Tell whether a figure need not tell of a layer that is left out: alone, and a quiet one."""
    return each.count == 1 and load_grammar().kind(each.op).is_quiet


def find_missing_notes(view: ReaderView, outline: Outline) -> Iterator[Breach]:
    """Yield what is not told: how many layers are hidden, counts of folded blocks, notes."""
    wanted = sum(each.count for each in outline.left_out if not _is_untold(each))
    count = sum(
        map(int, re.findall(r"(?<=[:,] )(\d+)\N{NO-BREAK SPACE}", _find_hidden(view.notes)))
    )
    if count != wanted:
        yield Breach("L8", f"{wanted} are hidden, of which {count} are told")
    for note in outline.notes:
        if note not in view.notes:
            yield Breach("L8", f"a note is missing: {note!r}")
    badges = {
        (group.id, number)
        for w in view.texts
        if "count" in w.text.classes
        for group in w.around
        for number in re.findall(r"\d+", w.text.string)
    }
    for block in outline.blocks:
        if block.count > 1 and (block.id, str(block.count)) not in badges:
            yield Breach("L8", f"{block.id!r} stands for {block.count}, which is not told")
    turns = {id: number for each in outline.groups for id, number in each.turns.items()}
    told = {(group.id, w.text.string) for w in view.texts for group in w.around}
    for block in outline.blocks:
        number = next((turns[id] for id in block.layers if id in turns), None)
        lines = [text for id, text in told if id == block.id]
        if number is not None and not any(f"n = {number}" in line for line in lines):
            yield Breach("L8", f"that n is {number} in {block.id!r} is not told")
