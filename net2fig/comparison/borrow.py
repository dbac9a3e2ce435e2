"""Groups of one model in the other: a block of one is a block of both, even if it occurs once.

Requires: the outlines of two networks at one level of detail.
Ensures: an outline keeps its groups and their occurrences; a group of the other outline is added
where it occurs with the same kernels, outside of its own groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec.structs import replace

from net2fig.comparison.joint import describe_body, find_free_name, rename_group
from net2fig.data.grammar import Grammar
from net2fig.group import outline
from net2fig.group.patterns.writer import pattern_of
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import GroupRule
from net2fig.outline import Definition, Outline


def borrow_groups(
    network: Network, target: Outline, other: Outline, grammar: Grammar, options: Options
) -> Outline:
    """Return the outline of a network with the groups of the other's outline that it lacks."""
    extended = options
    known_bodies = {describe_body(each, target) for each in target.groups}
    for definition in other.groups:
        if describe_body(definition, other) in known_bodies:
            continue
        rules = _make_rules(definition, other, target, extended)
        if rules is None:
            continue
        candidate_options = replace(extended, groups=(*extended.groups, *rules))
        candidate = outline(network, grammar, candidate_options, target.level)
        if _has_all_groups(candidate, target) and rules[-1].name in {
            each.name for each in candidate.groups
        }:
            extended, target = candidate_options, candidate
    return target


def _make_rules(
    definition: Definition, other: Outline, target: Outline, options: Options
) -> list[GroupRule] | None:
    """Return a group as a rule, after those of the groups in its body; None without a pattern.

    No name is that of a group of the outline, which may have another body.
    """
    used_names = {each.name for each in target.groups}
    named_by_options = {rule.name for rule in options.groups}
    renamed: dict[str, str] = {}
    rules = []
    for each in _list_inner_first(definition, {group.name: group for group in other.groups}):
        renamed[each.name] = (
            each.name if each.name in named_by_options else find_free_name(each.name, used_names)
        )
        used_names.add(renamed[each.name])
        pattern = pattern_of(rename_group(each, renamed), exact=True)
        if pattern is None:
            return None
        if renamed[each.name] not in named_by_options:
            rules.append(GroupRule(renamed[each.name], pattern))
    return rules or None


def _list_inner_first(definition: Definition, groups: Mapping[str, Definition]) -> list[Definition]:
    """Return a definition after those of the groups in its body, each once."""
    inner: dict[str, Definition] = {}
    for block in definition.body.blocks:
        if block.is_group:
            inner.update(
                (each.name, each) for each in _list_inner_first(groups[block.type], groups)
            )
    return [*inner.values(), definition]


def _has_all_groups(candidate: Outline, target: Outline) -> bool:
    """Tell whether an outline has all the groups of another, each as often."""
    counts = (
        Counter({describe_body(each, shown): each.occurrences for each in shown.groups})
        for shown in (candidate, target)
    )
    now, before = counts
    return all(now[body] == count for body, count in before.items())
