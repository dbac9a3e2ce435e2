"""Two outlines joined, so that one diagram, one style book and one legend serve both.

Requires: the outlines of two networks.
Ensures: ids begin with their side; groups with the same body are one group with one name; groups
with other bodies have other names.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.wording.hidden import list_hidden
from net2fig.compose.wording.words import bind_number
from net2fig.data.grammar import load_grammar
from net2fig.outline import Block, Bracket, Definition, Link, Outline

SIDES = ("a/", "b/")
"""The prefixes of the ids in the two figures."""


class JointOutline(Struct, frozen=True):
    """Two outlines as one, and the new names of the groups of the second."""

    outline: Outline
    renamed: Mapping[str, str]


def join_outlines(one: Outline, two: Outline, names: tuple[str, str]) -> JointOutline:
    """Return one outline of both; `names` are those of the two models."""
    new_names = _rename_groups(one, two)
    second = [rename_group(definition, new_names) for definition in two.groups]
    firsts = {definition.name: definition for definition in one.groups}
    by_name = {definition.name: definition for definition in second}
    groups = [
        _merge_definitions(definition, by_name.get(definition.name), names)
        for definition in one.groups
    ]
    groups += [_merge_definitions(None, d, names) for d in second if d.name not in firsts]
    parts = (
        one,
        replace(two, blocks=tuple(_rename_block(block, new_names) for block in two.blocks)),
    )
    outline = Outline(
        blocks=tuple(
            _prefix_block(b, side) for s, side in zip(parts, SIDES, strict=True) for b in s.blocks
        ),
        links=tuple(
            _prefix_link(k, side) for s, side in zip(parts, SIDES, strict=True) for k in s.links
        ),
        inputs=_join_ports(one.inputs, two.inputs),
        outputs=_join_ports(one.outputs, two.outputs),
        groups=_order_inner_first(groups),
        brackets=tuple(
            Bracket(tuple(side + id for id in bracket.blocks), bracket.count)
            for s, side in zip(parts, SIDES, strict=True)
            for bracket in s.brackets
        ),
        notes=tuple(dict.fromkeys((*_describe_hidden(one, two), *one.notes, *two.notes))),
        level=one.level,
        notices=tuple(dict.fromkeys((*one.notices, *two.notices))),
    )
    return JointOutline(outline, new_names)


def _prefix_block(block: Block, side: str) -> Block:
    return replace(block, id=side + block.id, layers=tuple(side + id for id in block.layers))


def _prefix_link(link: Link, side: str) -> Link:
    return replace(link, source=side + link.source, target=side + link.target)


def _join_ports(
    one: tuple[tuple[str, str], ...], two: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Return the ports of both that are worth a name: those of a network that has several."""
    sides = zip((one, two), SIDES, strict=True)
    return tuple((name, side + id) for ports, side in sides if len(ports) > 1 for name, id in ports)


def _describe_hidden(one: Outline, two: Outline) -> list[str]:
    """Return a sentence about the layers hidden in both."""
    grammar = load_grammar()
    first, second = (
        {each.noun: each for each in list_hidden(outline.left_out, grammar)}
        for outline in (one, two)
    )
    parts = []
    for noun, thing in {**second, **first}.items():
        counts = [each[noun].count if noun in each else 0 for each in (first, second)]
        number = " / ".join(map(str, dict.fromkeys(counts)))
        parts.append((max(counts), bind_number(number, thing.words(max(counts)))))
    parts.sort(key=lambda part: -part[0])
    named = [words for _, words in parts]
    return [f"Not shown (above / below): {', '.join(named)}."] if named else []


# Groups


def _rename_groups(one: Outline, two: Outline) -> dict[str, str]:
    """Return for each group of the second outline its name in the figure."""
    bodies = {describe_body(d, one): d.name for d in one.groups}
    used_names = {d.name for d in one.groups}
    new_names: dict[str, str] = {}
    for definition in two.groups:
        name = bodies.get(describe_body(definition, two))
        if name is None:
            name = find_free_name(definition.name, used_names)
            used_names.add(name)
        new_names[definition.name] = name
    return new_names


def find_free_name(name: str, used_names: set[str]) -> str:
    """Return a name that is not taken: "Residual block", "Residual block 2"."""
    if name not in used_names:
        return name
    return next(each for n in count(2) if (each := f"{name} {n}") not in used_names)


def describe_body(definition: Definition, outline: Outline) -> str:
    """Return a string that is equal for groups that are drawn equally."""
    inner = {each.name: each for each in outline.groups}
    blocks = definition.body.blocks
    at = {block.id: str(number) for number, block in enumerate(blocks)}
    shapes = [
        describe_body(inner[block.type], outline)
        if block.is_group
        else f"{block.type}×{block.count}"
        for block in blocks
    ]
    links = sorted(
        (at.get(link.source, link.source), at.get(link.target, link.target))
        for link in definition.body.links
    )
    return f"{shapes} {links}"


def _rename_block(block: Block, renamed: Mapping[str, str]) -> Block:
    return replace(block, type=renamed[block.type]) if block.is_group else block


def rename_group(definition: Definition, renamed: Mapping[str, str]) -> Definition:
    """Return a definition under its name in the figure, those in its body as well."""
    blocks = tuple(_rename_block(block, renamed) for block in definition.body.blocks)
    name = renamed[definition.name]
    notes = tuple(note.renamed(renamed) for note in definition.notes)
    return replace(definition, name=name, body=replace(definition.body, blocks=blocks), notes=notes)


def _merge_definitions(
    one: Definition | None, two: Definition | None, names: tuple[str, str]
) -> Definition:
    """Return one definition for both; notes on one of them name its model."""
    base = one or two
    assert base is not None, "one of the two is there"
    if one is None or two is None:
        return base
    both = [note for note in one.notes if note in two.notes]
    sides = zip(names, (one.notes, two.notes), strict=True)
    alone = [replace(n, model=name) for name, notes in sides for n in notes if n not in both]
    return replace(
        base,
        occurrences=one.occurrences + two.occurrences,
        layers=one.layers + two.layers,
        color=one.color or two.color,
        texture=one.texture or two.texture,
        notes=(*both, *alone),
    )


def _order_inner_first(groups: list[Definition]) -> tuple[Definition, ...]:
    """Order definitions so that each comes after those in its body."""
    by_name = {definition.name: definition for definition in groups}
    order: dict[str, Definition] = {}

    def visit(definition: Definition) -> None:
        for block in definition.body.blocks:
            if block.is_group and block.type not in order:
                visit(by_name[block.type])
        order[definition.name] = definition

    for definition in groups:
        if definition.name not in order:
            visit(definition)
    return tuple(order.values())
