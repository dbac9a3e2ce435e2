"""From a network to its outline: hide, match named groups, find repeats, fold."""

from __future__ import annotations

from collections.abc import Sequence

from net2fig.data.grammar import Grammar
from net2fig.errors import Notice, UsageError, one_of, suggestion
from net2fig.group.arrive import leaving, with_arrivals
from net2fig.group.assemble import Spec, body_outline, define, occurrences
from net2fig.group.brackets import bracketed
from net2fig.group.check import check_outline
from net2fig.group.emit import blocks_of, links_of
from net2fig.group.fold import fold
from net2fig.group.graph import Graph
from net2fig.group.hide import ALL, Hidden, hide
from net2fig.group.naming.notes import noted
from net2fig.group.patterns.named import named_groups
from net2fig.group.search.nested import nested_groups
from net2fig.group.search.search import found_groups
from net2fig.group.split import SPLIT, with_splits
from net2fig.network import Network
from net2fig.options.types import LEVELS, Options
from net2fig.outline import Bracket, Outline

__all__ = ["bodies", "check_outline", "outline"]


def outline(
    network: Network,
    grammar: Grammar,
    options: Options,
    level: str,
    open_in: Sequence[str] = (),
) -> Outline:
    """Return what will be drawn of a network at a level of detail.

    `open_in` names layers: the group that holds one is drawn open.
    """
    graph, specs, hidden, notices = _grouped(network, grammar, options, level)
    if open_in:
        from net2fig.group.open import opened

        graph = opened(graph, open_in)
    groups = define(graph, specs, level)
    brackets: tuple[Bracket, ...] = ()
    if level != ALL:
        graph, brackets = bracketed(fold(graph))
    blocks, links = with_arrivals(blocks_of(graph), network), links_of(graph)
    if options.split:
        blocks, links = with_splits(blocks, links, grammar.kind(SPLIT).id)
    return Outline(
        blocks=blocks,
        links=links,
        inputs=graph.inputs,
        outputs=tuple((name, source) for name, (source, _) in graph.outputs),
        leaves=leaving(network),
        groups=groups,
        hidden=hidden.counts,
        because=hidden.because,
        brackets=brackets,
        level=level,
        notices=notices,
    )


def bodies(
    network: Network, grammar: Grammar, options: Options, level: str
) -> dict[str, tuple[Outline, ...]]:
    """Return by the name of each group the bodies of its occurrences, the one shown first."""
    graph, specs, _, _ = _grouped(network, grammar, options, level)
    found: dict[str, tuple[Outline, ...]] = {}
    for repeat_key, nodes in occurrences(graph, specs).items():
        ordered = sorted(nodes, key=lambda node: bool(node.variant))
        found[specs[repeat_key].name] = tuple(body_outline(graph, node, level) for node in ordered)
    return found


def _grouped(
    network: Network, grammar: Grammar, options: Options, level: str
) -> tuple[Graph, dict[str, Spec], Hidden, tuple[Notice, ...]]:
    """Return the network with its groups contracted, what they are, and what is hidden."""
    if level not in LEVELS:
        message = f"unknown level of detail: {level!r} {one_of(LEVELS)}"
        raise UsageError(message, hint=suggestion(level, LEVELS))
    hidden = hide(network, grammar, options, level)
    graph, notices = hidden.graph, hidden.notices
    specs: dict[str, Spec] = {}
    if level != ALL:
        taken = [rule.name for rule in options.groups]
        graph, specs = nested_groups(graph, network, taken)
        classes = [name for name, _ in hidden.counts]
        graph, named, unmatched = named_groups(graph, options.groups, grammar, classes)
        specs |= named
        notices += unmatched
    if options.repeats and level in LEVELS[LEVELS.index("blocks") :]:
        graph, found = found_groups(graph, grammar, specs, level, options.match)
        specs |= found
    return graph, noted(graph, specs), hidden, notices
