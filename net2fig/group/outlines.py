"""The outlines of one network, each step kept by what it depends on.

A figure is drawn again with another colour, another label or another group open. Which layers are
hidden, which groups there are and how neighbours fold stays the same then, and is kept here:

    hidden    by the level (everything or not), `hide` and `show`
    named     by that, and by the author's groups
    grouped   by that, and by the level, `repeats` and `match`
    outline   by that, and by `split` and the groups that are open

Ensures: an outline equals the one that a new `Outlines` makes; at most `MOST` values of each step
are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from net2fig.data.grammar import Grammar
from net2fig.errors import Notice, UsageError, one_of, suggestion
from net2fig.group.arrive import leaving, with_arrivals
from net2fig.group.assemble import Spec, body_outline, occurrences
from net2fig.group.brackets import bracketed
from net2fig.group.classes.rigid import class_blocks
from net2fig.group.define import define
from net2fig.group.emit import blocks_of, links_of
from net2fig.group.graph import Graph
from net2fig.group.hiding.hide import ALL, Hidden, hide
from net2fig.group.naming.notes import noted
from net2fig.group.open import opened
from net2fig.group.patterns.bodies import search_bodies
from net2fig.group.patterns.match import matches
from net2fig.group.patterns.named import named_groups
from net2fig.group.runs.nested import fold_nested
from net2fig.group.search.nested import nested_groups
from net2fig.group.search.search import found_groups
from net2fig.group.split import SPLIT, with_splits
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import LEVELS, GroupRule
from net2fig.outline import Bracket, Definition, Outline
from net2fig.pattern import Series

MOST = 64
"""How many values of a step are kept: as many as a page in which groups open asks for, and more."""

REPEATING = LEVELS[LEVELS.index("blocks") :]
"""The levels at which repeats become groups."""

Value = TypeVar("Value")


class Grouping(Struct, frozen=True):
    """A network with its groups contracted, what they are, what is hidden, and what was noticed."""

    graph: Graph
    specs: dict[str, Spec]
    hidden: Hidden
    notices: tuple[Notice, ...]


class Outlines:
    """Outlines of a network at any level, for any options."""

    def __init__(self, network: Network, grammar: Grammar) -> None:
        self.network = network
        self.grammar = grammar
        self._kept: dict[Hashable, Any] = {}

    def at(self, level: str, options: Options, open_in: Sequence[str] = ()) -> Outline:
        """Return what will be drawn at a level of detail.

        `open_in` names layers: the group that holds one is drawn open.
        """
        key = _outline_key(level, options, open_in)
        outline = self._once(key, lambda: self._outline(level, options, open_in))
        return _colored(outline, options.groups)

    def has(self, level: str, options: Options, open_in: Sequence[str] = ()) -> bool:
        """Tell whether an outline is kept, so that it costs nothing."""
        return _outline_key(level, options, open_in) in self._kept

    def bodies(self, level: str, options: Options) -> dict[str, tuple[Outline, ...]]:
        """Return by the name of each group the bodies of its occurrences, the one shown first."""
        grouping = self._grouping(level, options)
        graph, specs = grouping.graph, grouping.specs
        found: dict[str, tuple[Outline, ...]] = {}
        for repeat_key, nodes in occurrences(graph, specs).items():
            ordered = sorted(nodes, key=lambda node: bool(node.variant))
            found[specs[repeat_key].name] = tuple(
                body_outline(graph, node, level) for node in ordered
            )
        return found

    def named(self, level: str, options: Options) -> Graph:
        """Return the network with the groups that its author named, and no others."""
        return self._named(level, options).graph

    def find_matches(self, pattern: Series, level: str, options: Options) -> list[tuple[str, ...]]:
        """Return the layers of each match of a pattern, hidden layers left out."""
        found = matches(self.named(level, options), pattern)
        return [tuple(id for node in nodes for id in node.block.layers) for nodes in found]

    def _once(self, key: tuple[Hashable, ...], make: Callable[[], Value]) -> Value:
        """Return what is kept under a key, made now if it is not there; the oldest gives way."""
        if key in self._kept:
            value: Value = self._kept.pop(key)
        else:
            value = make()
            mine = [each for each in self._kept if each[0] == key[0]]  # type: ignore[index]
            if len(mine) >= MOST:
                del self._kept[mine[0]]
        self._kept[key] = value
        return value

    def _hidden(self, level: str, options: Options) -> Hidden:
        """Return what is left of the network: the same at every level but the first."""
        key = ("hidden", *_hidden_key(level, options))
        return self._once(key, lambda: hide(self.network, self.grammar, options, level))

    def _named(self, level: str, options: Options) -> Grouping:
        """Return the network with the groups that it has or its author named."""
        hidden = self._hidden(level, options)
        if level == ALL:
            return Grouping(hidden.graph, {}, hidden, hidden.notices)
        rules = _plain(options.groups)

        def make() -> Grouping:
            taken = [rule.name for rule in rules]
            graph, specs = nested_groups(hidden.graph, self.network, taken)
            layers = [self.network[each.layer] for each in hidden.because if not each.is_drawn]
            gone = {layer.class_name: layer.op for layer in layers}
            graph, named, unmatched = named_groups(graph, self.network, rules, self.grammar, gone)
            return Grouping(graph, specs | named, hidden, (*hidden.notices, *unmatched))

        return self._once(("named", *_hidden_key(level, options), rules), make)

    def _grouping(self, level: str, options: Options) -> Grouping:
        """Return the network with all its groups."""

        def make() -> Grouping:
            named = self._named(level, options)
            graph, specs = named.graph, named.specs
            if options.repeats and level in REPEATING:
                taken = [spec.name for spec in specs.values()]
                graph, classes = class_blocks(graph, self.network, taken)
                specs = specs | classes
                graph, inner = search_bodies(
                    graph, self.grammar, specs, options.match, self.network
                )
                specs = specs | inner
                graph, found = found_groups(
                    graph, self.grammar, specs, level, options.match, self.network
                )
                specs = specs | found
            return replace(named, graph=graph, specs=noted(graph, specs))

        return self._once(("grouping", *_grouping_key(level, options)), make)

    def _outline(self, level: str, options: Options, open_in: Sequence[str]) -> Outline:
        grouping = self._grouping(level, options)
        graph = opened(grouping.graph, open_in)
        # Where a group is open, notes count fewer occurrences.
        specs = noted(graph, grouping.specs) if open_in else grouping.specs
        groups = define(graph, specs, level)
        brackets: tuple[Bracket, ...] = ()
        if level != ALL:
            graph, brackets = bracketed(fold_nested(graph))
        blocks, links = with_arrivals(blocks_of(graph), self.network), links_of(graph)
        if options.split:
            blocks, links = with_splits(blocks, links, self.grammar.kind(SPLIT).id)
        return Outline(
            blocks=blocks,
            links=links,
            inputs=graph.inputs,
            outputs=tuple((name, source) for name, (source, _) in graph.outputs),
            leaves=leaving(self.network),
            groups=groups,
            left_out=grouping.hidden.left_out,
            because=grouping.hidden.because,
            brackets=brackets,
            level=level,
            notices=grouping.notices,
            parts=self.network.parts,
        )


def outline(
    network: Network,
    grammar: Grammar,
    options: Options,
    level: str,
    open_in: Sequence[str] = (),
) -> Outline:
    """Return what will be drawn of a network at a level of detail."""
    return Outlines(network, grammar).at(level, options, open_in)


def bodies(
    network: Network, grammar: Grammar, options: Options, level: str
) -> dict[str, tuple[Outline, ...]]:
    """Return by the name of each group the bodies of its occurrences, the one shown first."""
    return Outlines(network, grammar).bodies(level, options)


def _hidden_key(level: str, options: Options) -> tuple[Hashable, ...]:
    """Return what the hidden layers depend on, beside the network."""
    if level not in LEVELS:
        message = f"unknown level of detail: {level!r} {one_of(LEVELS)}"
        raise UsageError(message, hint=suggestion(level, LEVELS))
    return (level == ALL, options.hide, options.show)


def _outline_key(level: str, options: Options, open_in: Sequence[str]) -> tuple[Hashable, ...]:
    """Return what an outline depends on."""
    return ("outline", *_grouping_key(level, options), options.split, tuple(open_in))


def _grouping_key(level: str, options: Options) -> tuple[Hashable, ...]:
    """Return what the groups depend on, beside the network."""
    hidden = _hidden_key(level, options)
    return (*hidden, level, _plain(options.groups), options.repeats, options.match)


def _plain(rules: Sequence[GroupRule]) -> tuple[GroupRule, ...]:
    """Return the author's groups without their looks, on which no outline depends."""
    return tuple(replace(rule, color=None, texture=None) for rule in rules)


def _colored(outline: Outline, rules: Sequence[GroupRule]) -> Outline:
    """Return an outline whose named groups have the looks that the author gave them."""
    looks = {rule.name: rule for rule in rules if rule.active and (rule.color or rule.texture)}
    if not looks:
        return outline

    def colored(definition: Definition) -> Definition:
        rule = looks.get(definition.name)
        if rule is None:
            return definition
        return replace(definition, color=rule.color, texture=rule.texture)

    return replace(outline, groups=tuple(map(colored, outline.groups)))
