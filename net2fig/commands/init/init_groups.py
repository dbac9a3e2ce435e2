"""The groups that were found, as patterns of the author's own.

A pattern cannot say all that the search knows: which occurrences are variants, by how much the
features grow. So each pattern is tried.

Ensures: with the active patterns the figure is the same, to the last item of its scene; each of
them is needed for that, and matches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.data.grammar import Grammar
from net2fig.figure import Figure
from net2fig.group import bodies, outline
from net2fig.group.patterns.writer import pattern_of
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import LEVELS, GroupRule
from net2fig.outline import Definition, Origin, Outline
from net2fig.read import fill_open_axes

BLOCKS = "blocks"

Pattern = str | tuple[str, ...]
"""A pattern, or several: of a group and of its variants."""


class FoundGroup(Struct, frozen=True):
    """A group that was found: its pattern, whether it takes the place of the search, and why not.

    `pattern` is None where the language has no words for the body.
    """

    definition: Definition
    pattern: Pattern | None
    active: bool = False
    why_not: str = ""

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns, if any."""
        return (self.pattern,) if isinstance(self.pattern, str) else self.pattern or ()


def find_groups(figure: Figure, options: Options, grammar: Grammar) -> list[FoundGroup]:
    """Return the groups of a figure, inner before outer, then those of the next level of detail."""
    network, shown = fill_open_axes(figure.network), figure.outline
    rule_names = {rule.name for rule in options.groups}
    definitions = [each for each in shown.groups if each.name not in rule_names]
    bodies_by_name = bodies(network, grammar, options, shown.level)
    groups = _activate_all(definitions, bodies_by_name, network, shown, options, grammar)
    rules: list[GroupRule] = list(options.groups)
    for definition in definitions if not groups else ():
        group = _try_pattern(definition, rules, bodies_by_name, network, shown, options, grammar)
        groups.append(group)
        if group.active:
            rules.append(GroupRule(definition.name, group.pattern or ""))
    needed_groups = _drop_unneeded(groups, network, shown, options, grammar)
    return _deactivate_unmatched(needed_groups, network, shown, options, grammar) + [
        FoundGroup(each, pattern_of(each), why_not=f"It is not drawn at the level {shown.level!r}.")
        for each in _find_next_level(network, shown, options, grammar)
    ]


def write_patterns(
    definition: Definition, bodies_by_name: Mapping[str, Sequence[Outline]], *, exact: bool = False
) -> Pattern | None:
    """Return the pattern of a group, or the patterns of its variants; None where one is unsayable.

    A pattern that is a part of another stands behind it: of matches that overlap, the first counts.
    """
    plain = pattern_of(definition, exact=exact)
    patterns = {plain: None}
    for body in bodies_by_name.get(definition.name, ()):
        patterns.setdefault(pattern_of(replace(definition, body=body), exact=exact))
    others = [each for each in patterns if each != plain]
    if plain is None or None in others:
        return None
    longest = sorted((each for each in others if each), key=len, reverse=True)
    return (plain, *longest) if longest else plain


def _activate_all(
    definitions: Sequence[Definition],
    bodies_by_name: Mapping[str, Sequence[Outline]],
    network: Network,
    shown: Outline,
    options: Options,
    grammar: Grammar,
) -> list[FoundGroup]:
    """Return all groups active if the figure is the same with all of their patterns, else none."""
    for exact in (False, True):
        patterns = [
            (each, write_patterns(each, bodies_by_name, exact=exact)) for each in definitions
        ]
        rules = [GroupRule(each.name, pattern) for each, pattern in patterns if pattern]
        if len(rules) == len(definitions):
            trial_options = replace(options, groups=(*options.groups, *rules))
            if _is_same_outline(outline(network, grammar, trial_options, shown.level), shown):
                return [FoundGroup(each, pattern, active=True) for each, pattern in patterns]
    return []


def _drop_unneeded(
    groups: Sequence[FoundGroup],
    network: Network,
    shown: Outline,
    options: Options,
    grammar: Grammar,
) -> list[FoundGroup]:
    """Return the groups without the patterns that the figure does as well without, if any."""
    kept_groups = list(groups)
    for number, each in enumerate(groups):
        for idle in each.patterns[::-1] if each.active else ():
            rest = tuple(pattern for pattern in kept_groups[number].patterns if pattern != idle)
            if not rest:
                continue
            fewer = replace(each, pattern=rest if len(rest) > 1 else "".join(rest))
            trial = [*kept_groups[:number], fewer, *kept_groups[number + 1 :]]
            rules = [GroupRule(f.definition.name, f.patterns) for f in trial if f.active]
            trial_options = replace(options, groups=(*options.groups, *rules))
            if _is_same_outline(outline(network, grammar, trial_options, shown.level), shown):
                kept_groups[number] = fewer
    return kept_groups


def _deactivate_unmatched(
    groups: Sequence[FoundGroup],
    network: Network,
    shown: Outline,
    options: Options,
    grammar: Grammar,
) -> list[FoundGroup]:
    """Return the groups, those inactive of which a pattern matches nothing."""
    rules = [GroupRule(each.definition.name, each.patterns) for each in groups if each.active]
    if not rules:
        return list(groups)
    trial_options = replace(options, groups=(*options.groups, *rules))
    notices = set(outline(network, grammar, trial_options, shown.level).notices) - set(
        shown.notices
    )
    idle = {
        name for notice in notices if notice.about[:1] == ("group",) for name in notice.about[1:]
    }
    return [
        replace(each, active=False, why_not="The pattern alone is met 0 times.")
        if each.definition.name in idle
        else each
        for each in groups
    ]


def deactivate(groups: Sequence[FoundGroup], why_not: str) -> list[FoundGroup]:
    """Return the groups with none of them active."""
    return [replace(each, active=False, why_not=each.why_not or why_not) for each in groups]


def _try_pattern(
    definition: Definition,
    rules: Sequence[GroupRule],
    bodies_by_name: Mapping[str, Sequence[Outline]],
    network: Network,
    shown: Outline,
    options: Options,
    grammar: Grammar,
) -> FoundGroup:
    """Try the pattern of a group, first without and then with the sizes of its kernels."""
    plain = write_patterns(definition, bodies_by_name)
    if plain is None:
        return FoundGroup(
            definition, pattern_of(definition), why_not="No pattern says what it holds."
        )
    why_not = ""
    for pattern in dict.fromkeys(
        (plain, write_patterns(definition, bodies_by_name, exact=True) or plain)
    ):
        rule = GroupRule(definition.name, pattern)
        trial_options = replace(options, groups=(*rules, rule))
        grouped = outline(network, grammar, trial_options, shown.level)
        if _is_same_outline(grouped, shown):
            return FoundGroup(definition, pattern, active=True)
        why_not = why_not or _explain_difference(definition, grouped)
    return FoundGroup(definition, plain, why_not=why_not)


def _is_same_outline(grouped: Outline, shown: Outline) -> bool:
    """Tell whether two outlines are drawn alike; frames are put around them later."""
    blocks = {block.id: block.layers for block in grouped.blocks}
    shown_blocks = {block.id: block.layers for block in shown.blocks if block.layers}
    groups = ([replace(each, origin=Origin()) for each in one.groups] for one in (grouped, shown))
    return blocks == shown_blocks and next(groups) == next(groups)


def _explain_difference(definition: Definition, grouped: Outline) -> str:
    """Return how the figure would differ if the pattern replaced the search."""
    group = next((each for each in grouped.groups if each.name == definition.name), None)
    count = group.occurrences if group else 0
    if count != definition.occurrences:
        return f"The pattern alone is met {count} times."
    if group and group.notes != definition.notes:
        return "With the pattern alone, the legend does not tell the last sentence."
    if definition.origin.by == "model":
        return "The pattern is met elsewhere than where the model is called."
    return "The pattern alone changes what else is found."


def _find_next_level(
    network: Network, shown: Outline, options: Options, grammar: Grammar
) -> list[Definition]:
    """Return the groups that are found at the level `blocks`, where the figure shows more."""
    if LEVELS.index(shown.level) >= LEVELS.index(BLOCKS) or not options.repeats:
        return []
    names = {each.name for each in shown.groups} | {rule.name for rule in options.groups}
    grouped = outline(network, grammar, options, BLOCKS)
    return [each for each in grouped.groups if each.name not in names]
