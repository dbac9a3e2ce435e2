"""Small groups in the place of their boxes: a name for two boxes says less than the boxes do.

Ensures: a block that takes the place of a group's has the layers of this occurrence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from net2fig.compose.boxes.joined import join_blocks
from net2fig.network import Extent
from net2fig.outline import ENTRY, EXIT, Block, Definition, Link, Outline

SMALL = 2
"""The most boxes of a group that is not worth its name."""


def inline_groups(
    outline: Outline, definitions: Mapping[str, Definition], sums: Collection[str]
) -> tuple[Outline, dict[str, Definition]]:
    """Return an outline and definitions without small groups, inner before outer."""
    bodies = [outline, *(each.body for each in definitions.values())]
    named = {block.type for body in bodies for block in body.blocks if block.count > 1}
    named |= {each.body[id].type for each in definitions.values() for id in each.repeated}
    while True:
        small, kept = _sort_out(definitions, sums, named)
        inlined = _inline(outline, small)
        drawn = [inlined, *(each.body for each in kept.values())]
        left = {block.type for body in drawn for block in body.blocks if block.type in small}
        if not left:
            return inlined, kept
        # An occurrence that differs keeps its box, and with it the name.
        named |= left


def _sort_out(
    definitions: Mapping[str, Definition], sums: Collection[str], named: Collection[str]
) -> tuple[dict[str, Definition], dict[str, Definition]]:
    """Return the groups that are small and not among those named, and the others without them."""
    small: dict[str, Definition] = {}
    kept: dict[str, Definition] = {}
    for name, definition in definitions.items():
        own = replace(definition, body=_inline(definition.body, small))
        if name not in named and _is_small(own, sums):
            small[name] = own
        else:
            kept[name] = own
    return small, kept


def _is_small(definition: Definition, sums: Collection[str]) -> bool:
    """Tell whether a group that the search made has few boxes, and one way out."""
    body = definition.body
    boxes = [
        block
        for block in join_blocks(body, sums).outline.blocks
        if block.kind != "merge" or block.op not in sums
    ]
    ends = body.into(EXIT)
    is_plain = len(ends) == 1 and not ends[0].exit and not body.brackets
    return definition.origin.by == "repeats" and len(boxes) <= SMALL and is_plain


def _inline(outline: Outline, small: Mapping[str, Definition]) -> Outline:
    """Return an outline with the blocks of small groups in their places."""
    blocks: list[Block] = []
    links: dict[str, list[Link]] = {block.id: outline.into(block.id) for block in outline.blocks}
    order: list[str] = []
    for block in outline.blocks:
        inside = _match(block, small[block.type]) if block.type in small else None
        if inside is None:
            blocks.append(block)
            order.append(block.id)
            continue
        body, own = inside
        arriving = links.pop(block.id)
        for inner in body.blocks:
            blocks.append(_replace_layers(inner, own))
            order.append(own[inner.id])
            links[own[inner.id]] = [
                _carry(link, own, arriving, own[inner.id]) for link in body.into(inner.id)
            ]
    flat = tuple(link for id in order for link in links[id])
    leaving = tuple(outline.into(EXIT))
    return replace(outline, blocks=tuple(blocks), links=(*flat, *leaving))


def _match(block: Block, definition: Definition) -> tuple[Outline, dict[str, str]] | None:
    """Return the body of an occurrence, and its layers by those of the body that is shown.

    None if they are unlike: then the numbers of the body are not those of the occurrence.
    """
    body = definition.body
    shown = [id for inner in body.blocks for id in inner.layers]
    last = body.into(EXIT)[0].source
    if len(shown) != len(block.layers) or last not in shown:
        return None
    own = dict(zip(shown, block.layers, strict=True))
    # Others read a group by its own id: that of the block from which its data leave.
    if own[last] != block.id:
        return None
    if own[last] == last:
        return body, own
    places = {inner.output.spatial for inner in body.blocks if inner.output}
    if definition.varying or block.output is None or len(places) != 1:
        return None
    return _move_to(body, block.output.spatial), own


def _move_to(body: Outline, spatial: tuple[int | None, ...]) -> Outline:
    """Return a body whose resolution never changes, at another one."""

    def at(extent: Extent | None) -> Extent | None:
        return extent and replace(extent, spatial=spatial, grid=())

    blocks = tuple(
        replace(block, output=at(block.output), arrives=at(block.arrives)) for block in body.blocks
    )
    links = tuple(
        link if link.source == ENTRY else replace(link, extent=at(link.extent))
        for link in body.links
    )
    return replace(body, blocks=blocks, links=links)


def _replace_layers(inner: Block, own: Mapping[str, str]) -> Block:
    layers = tuple(own[id] for id in inner.layers)
    return replace(inner, id=own[inner.id], name=own[inner.id], layers=layers)


def _carry(link: Link, own: Mapping[str, str], arriving: Iterable[Link], target: str) -> Link:
    """Return a link of a body between the blocks of an occurrence, or from what it reads."""
    if link.source != ENTRY:
        return replace(link, source=own[link.source], target=target)
    return replace([*arriving][link.entry], target=target)
