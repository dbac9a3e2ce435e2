"""Settings and names that a figure prints unasked: those that alone tell equal glyphs apart.

Convolutions of one entry print their windows where these differ, in bodies as well, in a figure
that has the room. Two glyphs are equal where kind, size and features are. The branches of one fork,
and neighbours in a chain, that are equal and yet do something else print in what they differ: their
kernels, their dilations, or their strides. Those that do the same print the names that their author
gave them.

Ensures: only glyphs that differ from others in their look print something.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping

from net2fig.compose.wording import words
from net2fig.compose.wording.ports import find_meaningful_name
from net2fig.outline import Block, Outline

UNDILATED = "dilation 1"
CONV = "conv"
PORTS = ("sample", "input")
MOST = 24
"""How many glyphs have room for more than their numbers."""
KeyOf = Callable[[Block], Hashable]
"""Returns what the look of a block has in common with others: its entry in the legend."""


def find_settings(outline: Outline, key_of: KeyOf) -> dict[str, str]:
    """Return what to print beneath blocks, by their ids."""
    texts = {block.id: _describe(block, outline) for block in outline.blocks}
    printed = {block.id: texts[block.id] for block in outline.blocks if _is_dilated(block, texts)}
    for blocks in (*_find_siblings(outline, key_of), *_find_neighbours(outline, key_of)):
        distinct = {texts[block.id] for block in blocks}
        if len(distinct) > 1 and (all(distinct) or blocks[0].is_group):
            printed |= {block.id: texts[block.id] for block in blocks if texts[block.id]}
    # What one prints, its equals at other resolutions print as well.
    looks = {_make_part_look(outline[id], key_of) for id in printed if not outline[id].is_group}
    printed |= {
        block.id: texts[block.id]
        for block in outline.blocks
        if texts[block.id] and not block.is_group and _make_part_look(block, key_of) in looks
    }
    if not has_room(outline):
        return printed
    # The legend names the window that most have, and each other is printed.
    windows: dict[Hashable, set[str]] = {}
    convs = [b for b in outline.blocks if b.kind == CONV and not b.is_group and texts[b.id]]
    inner = (block for each in outline.groups for block in each.body.blocks)
    for block in (*convs, *(b for b in inner if b.kind == CONV and not b.is_group)):
        windows.setdefault(key_of(block), set()).add(words.format_kernel(block.attributes))
    return printed | {b.id: texts[b.id] for b in convs if len(windows[key_of(b)]) > 1}


def has_room(outline: Outline) -> bool:
    """Tell whether a figure has so few glyphs that the windows of all have room."""
    return sum(block.kind != "sample" for block in outline.blocks) <= MOST


def _is_dilated(block: Block, texts: Mapping[str, str]) -> bool:
    """Tell whether a block has a dilation that stands in no note."""
    if block.is_group:
        return texts[block.id] not in ("", UNDILATED)
    return words.format_dilation(block.attributes) != "" and bool(texts[block.id])


def find_names(outline: Outline, key_of: KeyOf) -> dict[str, str]:
    """Return the names of equal layers that read one tensor, as "mean" and "log variance".

    So have those of which one merge reads all, as the ends of two towers.
    """
    named: dict[str, str] = {}
    siblings = _find_siblings(outline, key_of, is_one=False)
    for blocks in (*siblings, *_find_merged(outline, key_of)):
        names = [find_meaningful_name(block) for block in blocks]
        if all(names) and len(set(names)) == len(names):
            named |= {block.id: name for block, name in zip(blocks, names, strict=True)}
    return named


def _describe(block: Block, outline: Outline) -> str:
    """Return the settings of a layer; of a group the dilation, where it is one for all of it."""
    if not block.is_group:
        return words.format_window(block.attributes, is_up=block.kind == "up")
    bodies = {
        definition.name: definition.body
        for definition in outline.groups
        if all(note.kind != "dilation" for note in definition.notes)
    }
    inside = bodies[block.type].blocks if block.type in bodies else ()
    dilated = [each for each in inside if each.attributes.innermost.numbers_of("dilation")]
    if len({words.format_dilation(each.attributes) for each in dilated}) != 1:
        return ""
    return f"dilation {words.format_dilation(block.attributes) or 1}"


def _make_part_look(block: Block, key_of: KeyOf) -> Hashable:
    """Return what blocks have in common that do the same at several resolutions."""
    return key_of(block), block.output.features if block.output else None, block.count


def _make_look(block: Block, key_of: KeyOf) -> Hashable:
    """Return what two glyphs have in common that nobody can tell apart."""
    return key_of(block), block.output, block.count


def find_curves(outline: Outline) -> dict[str, str]:
    """Return the activations of equal layers that read one tensor, where these differ: a gate."""

    def describe(block: Block) -> Hashable:
        return block.op, words.format_window(block.attributes)

    curves: dict[str, str] = {}
    for blocks in _find_siblings(outline, describe):
        texts = {block.id: words.format_activation(block.attributes) for block in blocks}
        curves |= texts if len(set(texts.values())) > 1 else {}
    return curves


def _find_siblings(
    outline: Outline, key_of: KeyOf, *, is_one: bool = True
) -> Iterator[list[Block]]:
    """Yield the blocks of equal looks that read one tensor, and by itself if it `is_one`."""
    groups: dict[Hashable, list[Block]] = {}
    for block in outline.blocks:
        sources = dict.fromkeys(link.source for link in outline.into(block.id))
        if block.kind in PORTS or (is_one and len(outline.into(block.id)) != 1):
            continue
        for source in sources:
            groups.setdefault((source, _make_look(block, key_of)), []).append(block)
    return (blocks for blocks in groups.values() if len(blocks) > 1)


def _find_merged(outline: Outline, key_of: KeyOf) -> Iterator[list[Block]]:
    """Yield the blocks of equal looks that a merge reads, where it reads nothing else."""
    for block in outline.blocks:
        if block.kind != "merge":
            continue
        sources = [outline[link.source] for link in outline.into(block.id)]
        is_made = len(sources) > 1 and all(source.kind not in PORTS for source in sources)
        if is_made and len({_make_look(source, key_of) for source in sources}) == 1:
            yield sources


def _find_neighbours(outline: Outline, key_of: KeyOf) -> Iterator[list[Block]]:
    """Yield the runs of blocks of equal looks that follow each other in a chain."""
    run: dict[str, list[Block]] = {}
    for block in outline.blocks:
        if block.kind in ("sample", "input", "merge"):
            continue
        sources = [link.source for link in outline.into(block.id)]
        before = run.get(sources[0]) if len(sources) == 1 else None
        is_equal = before and _make_look(before[-1], key_of) == _make_look(block, key_of)
        if before and is_equal and before[-1].id == sources[0]:
            before.append(block)
            run[block.id] = before
        else:
            run[block.id] = [block]
    return (blocks for id, blocks in run.items() if len(blocks) > 1 and blocks[-1].id == id)
