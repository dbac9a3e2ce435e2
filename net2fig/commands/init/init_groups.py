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
from net2fig.options.types import LEVELS, GroupRule, Options
from net2fig.outline import Definition, Origin, Outline
from net2fig.read import fill_open_axes

BLOCKS = "blocks"

Pattern = str | tuple[str, ...]
"""A pattern, or several: of a group and of its variants."""


class Found(Struct, frozen=True):
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


def found_groups(figure: Figure, options: Options, grammar: Grammar) -> list[Found]:
    """Return the groups of a figure, inner before outer, then those of the next level of detail."""
    network, shown = fill_open_axes(figure.network), figure.outline
    mine = {rule.name for rule in options.groups}
    definitions = [each for each in shown.groups if each.name not in mine]
    met = bodies(network, grammar, options, shown.level)
    chosen = _together(definitions, met, network, shown, options, grammar)
    rules: list[GroupRule] = list(options.groups)
    for definition in definitions if not chosen else ():
        found = _tried(definition, rules, met, network, shown, options, grammar)
        chosen.append(found)
        if found.active:
            rules.append(GroupRule(definition.name, found.pattern or ""))
    needed = _needed(chosen, network, shown, options, grammar)
    return _met(needed, network, shown, options, grammar) + [
        Found(each, pattern_of(each), why_not=f"It is not drawn at the level {shown.level!r}.")
        for each in _next_level(network, shown, options, grammar)
    ]


def said_by(
    definition: Definition, met: Mapping[str, Sequence[Outline]], *, exact: bool = False
) -> Pattern | None:
    """Return the pattern of a group, or the patterns of its variants; None where one is unsayable.

    A pattern that is a part of another stands behind it: of matches that overlap, the first counts.
    """
    plain = pattern_of(definition, exact=exact)
    found = {plain: None}
    for body in met.get(definition.name, ()):
        found.setdefault(pattern_of(replace(definition, body=body), exact=exact))
    others = [each for each in found if each != plain]
    if plain is None or None in others:
        return None
    longest = sorted((each for each in others if each), key=len, reverse=True)
    return (plain, *longest) if longest else plain


def _together(
    definitions: Sequence[Definition],
    met: Mapping[str, Sequence[Outline]],
    network: Network,
    shown: Outline,
    options: Options,
    grammar: Grammar,
) -> list[Found]:
    """Return all groups active if the figure is the same with all of their patterns, else none."""
    for exact in (False, True):
        found = [(each, said_by(each, met, exact=exact)) for each in definitions]
        rules = [GroupRule(each.name, pattern) for each, pattern in found if pattern]
        if len(rules) == len(definitions):
            tried = replace(options, groups=(*options.groups, *rules))
            if _same(outline(network, grammar, tried, shown.level), shown):
                return [Found(each, pattern, active=True) for each, pattern in found]
    return []


def _needed(
    found: Sequence[Found], network: Network, shown: Outline, options: Options, grammar: Grammar
) -> list[Found]:
    """Return the groups without the patterns that the figure does as well without, if any."""
    kept = list(found)
    for number, each in enumerate(found):
        for idle in each.patterns[::-1] if each.active else ():
            rest = tuple(pattern for pattern in kept[number].patterns if pattern != idle)
            if not rest:
                continue
            fewer = replace(each, pattern=rest if len(rest) > 1 else "".join(rest))
            tried = [*kept[:number], fewer, *kept[number + 1 :]]
            rules = [GroupRule(f.definition.name, f.patterns) for f in tried if f.active]
            asked = replace(options, groups=(*options.groups, *rules))
            if _same(outline(network, grammar, asked, shown.level), shown):
                kept[number] = fewer
    return kept


def _met(
    found: Sequence[Found], network: Network, shown: Outline, options: Options, grammar: Grammar
) -> list[Found]:
    """Return the groups, those inactive of which a pattern matches nothing."""
    rules = [GroupRule(each.definition.name, each.patterns) for each in found if each.active]
    if not rules:
        return list(found)
    asked = replace(options, groups=(*options.groups, *rules))
    notices = set(outline(network, grammar, asked, shown.level).notices) - set(shown.notices)
    idle = {
        name for notice in notices if notice.about[:1] == ("group",) for name in notice.about[1:]
    }
    return [
        replace(each, active=False, why_not="The pattern alone is met 0 times.")
        if each.definition.name in idle
        else each
        for each in found
    ]


def inactive(found: Sequence[Found], why_not: str) -> list[Found]:
    """Return the groups with none of them active."""
    return [replace(each, active=False, why_not=each.why_not or why_not) for each in found]


def _tried(
    definition: Definition,
    rules: Sequence[GroupRule],
    met: Mapping[str, Sequence[Outline]],
    network: Network,
    shown: Outline,
    options: Options,
    grammar: Grammar,
) -> Found:
    """Try the pattern of a group, first without and then with the sizes of its kernels."""
    plain = said_by(definition, met)
    if plain is None:
        return Found(definition, pattern_of(definition), why_not="No pattern says what it holds.")
    why_not = ""
    for pattern in dict.fromkeys((plain, said_by(definition, met, exact=True) or plain)):
        rule = GroupRule(definition.name, pattern)
        tried = replace(options, groups=(*rules, rule))
        made = outline(network, grammar, tried, shown.level)
        if _same(made, shown):
            return Found(definition, pattern, active=True)
        why_not = why_not or _why_not(definition, made)
    return Found(definition, plain, why_not=why_not)


def _same(made: Outline, shown: Outline) -> bool:
    """Tell whether two outlines are drawn alike; frames are put around them later."""
    ours = {block.id: block.layers for block in made.blocks}
    theirs = {block.id: block.layers for block in shown.blocks if block.layers}
    groups = ([replace(each, origin=Origin()) for each in one.groups] for one in (made, shown))
    return ours == theirs and next(groups) == next(groups)


def _why_not(definition: Definition, made: Outline) -> str:
    """Return in what the figure would differ if the pattern took the place of the search."""
    mine = next((each for each in made.groups if each.name == definition.name), None)
    count = mine.occurrences if mine else 0
    if count != definition.occurrences:
        return f"The pattern alone is met {count} times."
    if mine and mine.notes != definition.notes:
        return "With the pattern alone, the legend does not tell the last sentence."
    if definition.origin.by == "model":
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
