"""The groups that were found, as patterns of the author's own.

A pattern cannot say all that the search knows: which occurrences are variants, by how much the
features grow. So each pattern is tried.

Ensures: with the active patterns the figure is the same, to the last item of its scene.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from net2fig.commands.reasons import nested
from net2fig.commands.sayable import pattern_of
from net2fig.figure import Figure
from net2fig.grammar import Grammar
from net2fig.group import outline
from net2fig.network import Network
from net2fig.options import LEVELS, GroupRule, Options
from net2fig.outline import Definition, Outline

BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Found:
    """A group that was found: its pattern, whether it takes the place of the search, and why not.

    `pattern` is None where the language has no words for the body.
    """

    definition: Definition
    pattern: str | None
    active: bool = False
    why_not: str = ""


def found_groups(figure: Figure, options: Options, grammar: Grammar) -> list[Found]:
    """Return the groups of a figure, inner before outer, then those of the next level of detail."""
    network, shown = figure.network, figure.outline
    mine = {rule.name for rule in options.groups}
    definitions = [each for each in shown.groups if each.name not in mine]
    chosen: list[Found] = []
    rules: list[GroupRule] = list(options.groups)
    for definition in definitions:
        found = _tried(definition, rules, network, shown, options, grammar)
        chosen.append(found)
        if found.active:
            rules.append(GroupRule(definition.name, found.pattern or ""))
    return chosen + [
        Found(each, pattern_of(each), why_not=f"It is not drawn at the level {shown.level!r}.")
        for each in _next_level(network, shown, options, grammar)
    ]


def inactive(found: Sequence[Found], why_not: str) -> list[Found]:
    """Return the groups with none of them active."""
    return [replace(each, active=False, why_not=each.why_not or why_not) for each in found]


def _tried(
    definition: Definition,
    rules: Sequence[GroupRule],
    network: Network,
    shown: Outline,
    options: Options,
    grammar: Grammar,
) -> Found:
    """Try the pattern of a group, first without and then with the sizes of its kernels."""
    plain = pattern_of(definition)
    if plain is None:
        return Found(definition, None, why_not="No pattern says what it holds.")
    why_not = ""
    for pattern in dict.fromkeys((plain, pattern_of(definition, exact=True) or plain)):
        rule = GroupRule(definition.name, pattern)
        tried = replace(options, groups=(*rules, rule))
        made = outline(network, grammar, tried, shown.level)
        if _same(made, shown):
            return Found(definition, pattern, active=True)
        why_not = why_not or _why_not(definition, made, network)
    return Found(definition, plain, why_not=why_not)


def _same(made: Outline, shown: Outline) -> bool:
    """Tell whether two outlines are drawn alike; frames are put around them later."""
    ours = {block.id: block.layers for block in made.blocks}
    theirs = {block.id: block.layers for block in shown.blocks if block.layers}
    return ours == theirs and made.groups == shown.groups


def _why_not(definition: Definition, made: Outline, network: Network) -> str:
    """Return in what the figure would differ if the pattern took the place of the search."""
    mine = next((each for each in made.groups if each.name == definition.name), None)
    count = mine.occurrences if mine else 0
    if count != definition.occurrences:
        return f"The pattern alone is met {count} times."
    if mine and mine.notes != definition.notes:
        return "With the pattern alone, the legend does not tell the last sentence."
    if nested(definition, network):
        return "The pattern is met elsewhere than where the model is called."
    return "The pattern alone changes what else is found."


def _next_level(
    network: Network, shown: Outline, options: Options, grammar: Grammar
) -> list[Definition]:
    """Return the groups that are found at the level `blocks`, where the figure shows more."""
    if LEVELS.index(shown.level) >= LEVELS.index(BLOCKS) or not options.repeats:
        return []
    names = {each.name for each in shown.groups} | {rule.name for rule in options.groups}
    made = outline(network, grammar, options, BLOCKS)
    return [each for each in made.groups if each.name not in names]
