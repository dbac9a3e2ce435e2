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

    `pattern` is None if the language cannot describe the body.
    """

    definition: Definition
    pattern: Pattern | None
    active: bool = False
    why_not: str = ""

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns, if any."""
        return (self.pattern,) if isinstance(self.pattern, str) else self.pattern or ()


class Trial(Struct, frozen=True):
    """The figure against which groups are tried, and what it was made with."""

    network: Network
    shown: Outline
    options: Options
    grammar: Grammar

    def outline(self, rules: Sequence[GroupRule]) -> Outline:
        """Return the outline with these named groups besides those of the options."""
        options = replace(self.options, groups=(*self.options.groups, *rules))
        return outline(self.network, self.grammar, options, self.shown.level)

    def is_same(self, rules: Sequence[GroupRule]) -> bool:
        """Tell whether the outline with these named groups is drawn alike."""
        return _is_same_outline(self.outline(rules), self.shown)


def find_groups(figure: Figure, options: Options, grammar: Grammar) -> list[FoundGroup]:
    """Return the groups of a figure, inner before outer, then those of the next level of detail."""
    trial = Trial(fill_open_axes(figure.network), figure.outline, options, grammar)
    level = trial.shown.level
    rule_names = {rule.name for rule in options.groups}
    definitions = [each for each in trial.shown.groups if each.name not in rule_names]
    bodies_by_name = bodies(trial.network, grammar, options, level)
    groups = _activate_all(definitions, bodies_by_name, trial)
    rules: list[GroupRule] = []
    for definition in definitions if not groups else ():
        group = _try_pattern(definition, rules, bodies_by_name, trial)
        groups.append(group)
        if group.active:
            rules.append(GroupRule(definition.name, group.pattern or ""))
    return _deactivate_unmatched(_drop_unneeded(groups, trial), trial) + [
        FoundGroup(each, pattern_of(each), why_not=f"It is not drawn at the level {level!r}.")
        for each in _find_next_level(trial)
    ]


def write_patterns(
    definition: Definition, bodies_by_name: Mapping[str, Sequence[Outline]], *, exact: bool = False
) -> Pattern | None:
    """Return the pattern of a group, or the patterns of its variants; None if one has none.

    A pattern that is a part of another comes after it: of matches that overlap, the first counts.
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
    definitions: Sequence[Definition], bodies_by_name: Mapping[str, Sequence[Outline]], trial: Trial
) -> list[FoundGroup]:
    """Return all groups active if the figure is the same with all of their patterns, else none."""
    for exact in (False, True):
        patterns = [
            (each, write_patterns(each, bodies_by_name, exact=exact)) for each in definitions
        ]
        rules = [GroupRule(each.name, pattern) for each, pattern in patterns if pattern]
        if len(rules) == len(definitions) and trial.is_same(rules):
            return [FoundGroup(each, pattern, active=True) for each, pattern in patterns]
    return []


def _make_rules(groups: Sequence[FoundGroup]) -> list[GroupRule]:
    return [GroupRule(each.definition.name, each.patterns) for each in groups if each.active]


def _drop_unneeded(groups: Sequence[FoundGroup], trial: Trial) -> list[FoundGroup]:
    """Return the groups without the patterns that the figure does not need."""
    kept_groups = list(groups)
    for number, each in enumerate(groups):
        for idle in each.patterns[::-1] if each.active else ():
            rest = tuple(pattern for pattern in kept_groups[number].patterns if pattern != idle)
            if not rest:
                continue
            fewer = replace(each, pattern=rest if len(rest) > 1 else "".join(rest))
            if trial.is_same(
                _make_rules([*kept_groups[:number], fewer, *kept_groups[number + 1 :]])
            ):
                kept_groups[number] = fewer
    return kept_groups


def _deactivate_unmatched(groups: Sequence[FoundGroup], trial: Trial) -> list[FoundGroup]:
    """Return the groups; those with a pattern that matches nothing are inactive."""
    rules = _make_rules(groups)
    if not rules:
        return list(groups)
    notices = set(trial.outline(rules).notices) - set(trial.shown.notices)
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
    trial: Trial,
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
        grouped = trial.outline([*rules, GroupRule(definition.name, pattern)])
        if _is_same_outline(grouped, trial.shown):
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


def _find_next_level(trial: Trial) -> list[Definition]:
    """Return the groups that are found at the level `blocks`, where the figure shows more."""
    shown, options = trial.shown, trial.options
    if LEVELS.index(shown.level) >= LEVELS.index(BLOCKS) or not options.repeats:
        return []
    names = {each.name for each in shown.groups} | {rule.name for rule in options.groups}
    grouped = outline(trial.network, trial.grammar, options, BLOCKS)
    return [each for each in grouped.groups if each.name not in names]
