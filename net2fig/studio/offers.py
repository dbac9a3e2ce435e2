"""What the page offers for a selection, and what it tells of a glyph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from net2fig.commands.explain.reasons import OptionSources
from net2fig.commands.init.init_groups import find_groups, write_patterns
from net2fig.data.grammar import load_grammar
from net2fig.errors import UsageError
from net2fig.figure import Figure
from net2fig.group.assemble import group_node
from net2fig.group.graph import Graph, contract
from net2fig.group.naming.names import propose
from net2fig.group.outlines import REPEATING
from net2fig.group.selection import NoGroupError, Offer, Selection, offers, select
from net2fig.options.types import LEVELS, GroupRule
from net2fig.outline import Block, Definition
from net2fig.pattern import atoms
from net2fig.studio.messages import Rule
from net2fig.studio.replies import Offers, Reason, Rung
from net2fig.toml import key_to_toml, line_of

DEFAULT_RUNGS = ("same layers", "same layers, same kernels")
"""The rungs that are chosen first, in this order."""


def make_offers(figure: Figure, layers: list[str]) -> Offers:
    """Return the patterns by which layers can be a group, or why they cannot."""
    level = figure.outline.level
    if level == LEVELS[0]:
        return _refuse(layers, "groups are drawn at the level 'layers' and above")
    rules = list(_take_over(figure, set(layers)))
    options = replace(figure.options, groups=(*figure.options.groups, *rules))
    graph = figure.outlines.named(level, options)
    try:
        selections = [select(graph, layers), select(graph, layers, grow=False)]
    except NoGroupError as error:
        names = f": {', '.join(error.names)}" if error.names else ""
        return _refuse(layers, f"{error.why}{names}")
    if selections[0].members == selections[1].members:
        del selections[1]
    found = [(each, offer) for each in selections for offer in offers(each)]
    if not found:
        return _refuse(layers, "no pattern can say what it holds")
    best = found[_choose(found)][0]
    # The offers for what is chosen first stand first.
    found.sort(key=lambda pair: pair[0] is not best)
    chosen = _choose(found)
    needed = _list_needed(rules, (block.type for block in _blocks_of(selections[0])))
    return Offers(
        layers=layers,
        rungs=[_make_rung(selection, offer) for selection, offer in found],
        chosen=chosen,
        name=_propose_name(graph, found[chosen][1], figure),
        inner=[Rule(rule.name, _match_of(rule)) for rule in needed],
        refusal="",
    )


def _list_needed(rules: list[GroupRule], names: Iterable[str]) -> list[GroupRule]:
    """Return the rules of some groups and of those that their patterns name, inner before outer."""
    wanted = set(names)
    for rule in reversed(rules):
        if rule.name in wanted:
            wanted |= {atom.text for series in rule.patterns for atom in atoms(series)}
    return [rule for rule in rules if rule.name in wanted]


def _refuse(layers: list[str], why: str) -> Offers:
    return Offers(layers, [], 0, "", [], why)


def _choose(found: list[tuple[Selection, Offer]]) -> int:
    """Return which offer is chosen first: the usual one that is met most often."""

    def rank(number: int) -> tuple[int, int]:
        _, offer = found[number]
        usual = DEFAULT_RUNGS[::-1].index(offer.label) if offer.label in DEFAULT_RUNGS else -1
        return len(offer.places) if usual >= 0 else 0, usual

    return max(range(len(found)), key=lambda number: (*rank(number), -number))


def _blocks_of(selection: Selection) -> Iterator[Block]:
    return (member.block for member in selection.members)


def _make_rung(selection: Selection, offer: Offer) -> Rung:
    places = [[id for node in place for id in node.block.layers] for place in offer.places]
    nodes = selection.graph.nodes
    added = [id for key in selection.added for id in nodes[key].block.layers]
    return Rung(offer.label, offer.pattern, places, added)


def _match_of(rule: GroupRule) -> str | list[str]:
    return rule.match if isinstance(rule.match, str) else list(rule.match)


def _take_over(figure: Figure, layers: Collection[str]) -> Iterator[GroupRule]:
    """Yield rules for the groups that were found and lie inside a selection, inner before outer.

    A pattern can name only groups of the author.
    """
    if figure.outline.level not in REPEATING:
        return
    picked = [
        block
        for block in figure.outline.blocks
        if block.is_group and set(block.layers) <= set(layers)
    ]
    definitions = {each.name: each for each in figure.outline.groups}
    names = {rule.name for rule in figure.options.groups}
    bodies = figure.outlines.bodies(figure.outline.level, figure.options)
    for name in _names_inside(picked, definitions):
        pattern = None if name in names else write_patterns(definitions[name], bodies)
        if pattern:
            yield GroupRule(name, pattern)


def _names_inside(blocks: list[Block], definitions: dict[str, Definition]) -> list[str]:
    """Return the names of groups and of those that they hold, in the order of the definitions."""
    found: set[str] = set()
    waiting = [block.type for block in blocks]
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in found:
            found.add(name)
            body = definitions[name].body
            waiting += [block.type for block in body.blocks if block.is_group]
    return [name for name in definitions if name in found]


def _propose_name(graph: Graph, offer: Offer, figure: Figure) -> str:
    """Return a name for a group that is none of those that are there."""
    key = "selection"
    nodes = [group_node(graph, place, key) for place in offer.places]
    taken = [rule.name for rule in figure.options.groups]
    taken += [each.name for each in figure.outline.groups]
    contracted = contract(graph, nodes)
    return propose(contracted, [key], load_grammar(), taken, figure.network)[key]


def take_over(figure: Figure, names: Collection[str]) -> list[Rule]:
    """Return the found groups as patterns that give the same figure; without names, all of them.

    With a group come those that its pattern names.
    """
    found = find_groups(figure, figure.options, load_grammar())
    patterns = {each.definition.name: each for each in found if each.active}
    wanted = set(names) or set(patterns)
    refused = [each for each in found if each.definition.name in wanted and not each.active]
    if not wanted or (refused and names):
        why = refused[0].why_not if refused else "There is no group to write."
        raise UsageError(f"unsupported gesture: the figure would be another ({why})")
    for each in reversed(found):
        if each.definition.name in wanted:
            wanted |= {block.type for block in each.definition.body.blocks if block.is_group}
    chosen = [each for name, each in patterns.items() if name in wanted]
    return [
        Rule(
            each.definition.name, each.patterns[0] if len(each.patterns) == 1 else [*each.patterns]
        )
        for each in chosen
    ]


# Why


def explain_glyph(figure: Figure, id: str, sources: OptionSources, text: str) -> list[Reason]:
    """Return why a glyph is drawn, with the lines of the grouping file that say so."""
    outline = figure.outline
    bodies = [each.body for each in outline.groups]
    blocks = (block for each in (outline, *bodies) for block in each.blocks)
    block = next((each for each in blocks if each.id == id), None)
    if block is None:
        return []
    found: list[tuple[str, str]] = []
    data = sources.file.data
    definition = next((each for each in outline.groups if each.name == block.type), None)
    if block.is_group and definition:
        names = [rule.get("name") for rule in data.get("group", ())]
        path = f"group[{names.index(block.type)}]" if block.type in names else ""
        found.append((sources.explain_group(definition, outline.level).text, path))
    if block.count > 1:
        found.append((f"{block.count} equal neighbours, drawn once", ""))
    if block.shared:
        found.append(("its weights are shared with other calls", ""))
    layers = set(block.layers)
    for each in outline.because:
        if each.layer in layers:
            is_listed = each.by in ("hide", "show") and each.item in data.get(each.by, ())
            path = f"{each.by}[{data[each.by].index(each.item)}]" if is_listed else ""
            reason = sources.explain_layer(each, outline.level)
            verb = "drawn" if each.is_drawn else "not drawn by itself"
            found.append((f"{each.layer} is {verb}: {reason.text}", path))
    found += [
        (f"its look is that of {name}", f"style.{key_to_toml(name)}")
        for name in (*block.words, f":{block.kind}")
        if name in data.get("style", {})
    ]
    if not found:
        found.append((f"a layer of the network, drawn at the level {outline.level!r}", ""))
    return [Reason(words, line_of(text, path) if path else None) for words, path in found]
