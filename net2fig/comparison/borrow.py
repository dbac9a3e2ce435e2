"""Groups of one model in the other: what is a block above is one below, though it is met but once.

Requires: the outlines of two networks at one level of detail.
Ensures: an outline has the groups that it had, as often; a group of the other that it lacks is one
where it is met, with the same kernels, in what no group of its own takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec.structs import replace

from net2fig.comparison.joint import body_of, called, free_name
from net2fig.data.grammar import Grammar
from net2fig.group import outline
from net2fig.group.patterns.writer import pattern_of
from net2fig.network import Network
from net2fig.options.types import GroupRule, Options
from net2fig.outline import Definition, Outline


def borrowed(
    network: Network, own: Outline, other: Outline, grammar: Grammar, options: Options
) -> Outline:
    """Return the outline of a network with the groups of the other's outline that it lacks."""
    kept = options
    known = {body_of(each, own) for each in own.groups}
    for definition in other.groups:
        if body_of(definition, other) in known:
            continue
        rules = _rules(definition, other, own, kept)
        if rules is None:
            continue
        tried = replace(kept, groups=(*kept.groups, *rules))
        made = outline(network, grammar, tried, own.level)
        if _as_before(made, own) and rules[-1].name in {each.name for each in made.groups}:
            kept, own = tried, made
    return own


def _rules(
    definition: Definition, other: Outline, own: Outline, options: Options
) -> list[GroupRule] | None:
    """Return a group as a rule, after those of the groups in its body; None where it is unsayable.

    No name is one that a group of the outline has already, for another body may bear it.
    """
    taken = {each.name for each in own.groups}
    asked = {rule.name for rule in options.groups}
    renamed: dict[str, str] = {}
    rules = []
    for each in _with_inner(definition, {group.name: group for group in other.groups}):
        renamed[each.name] = each.name if each.name in asked else free_name(each.name, taken)
        taken.add(renamed[each.name])
        pattern = pattern_of(called(each, renamed), exact=True)
        if pattern is None:
            return None
        if renamed[each.name] not in asked:
            rules.append(GroupRule(renamed[each.name], pattern))
    return rules or None


def _with_inner(definition: Definition, groups: Mapping[str, Definition]) -> list[Definition]:
    """Return a definition after those of the groups in its body, each once."""
    found: dict[str, Definition] = {}
    for block in definition.body.blocks:
        if block.is_group:
            found.update((each.name, each) for each in _with_inner(groups[block.type], groups))
    return [*found.values(), definition]


def _as_before(made: Outline, own: Outline) -> bool:
    """Tell whether an outline has all the groups of another, each as often."""
    counts = (
        Counter({body_of(each, shown): each.occurrences for each in shown.groups})
        for shown in (made, own)
    )
    now, before = counts
    return all(now[body] == count for body, count in before.items())
