"""The data of `net2fig explain`: what a figure shows and hides, with reasons.

Ensures: every layer of the network is in one block or in one line of hidden layers; all
values are those of JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from net2fig.commands.explain.reasons import OptionSources, group_by_class
from net2fig.compose.wording import words
from net2fig.compose.wording.notes import NoteLabels, write_sentences
from net2fig.data.grammar import Grammar
from net2fig.figure import Figure
from net2fig.group import outline as grouped
from net2fig.group.patterns.writer import pattern_of
from net2fig.network import Layer, count_params
from net2fig.options.types import GroupRule
from net2fig.outline import Block
from net2fig.read import fill_open_axes

FRAME = "sample"
"""The kind of the dashed frames, which stand for no layer unless they replace an input."""

UNMATCHED = ("unmatched-group", "unknown-hide", "unknown-show", "idle-style")
"""The codes of the notices about words of the author that mean nothing in this network."""

Explanation = dict[str, Any]


def explain_figure(figure: Figure, sources: OptionSources) -> Explanation:
    """Return what a figure shows, hides, groups and folds, and why."""
    outline, report = figure.outline, figure.report
    notices = [(notice.code, notice.numbered) for notice in figure.warnings]
    return {
        "source": report["source"],
        "reader": report["reader"],
        "layers": report["layers"],
        "params": figure.network.params,
        "level": report["detail"],
        "template": report["template"],
        "width_pt": report["width_pt"],
        "height_pt": report["height_pt"],
        "glyphs": report["drawn"],
        "blocks": [
            _explain_block(figure, block, sources) for block in outline.blocks if block.layers
        ],
        "hidden": list(_explain_hidden(figure, sources)),
        "groups": list(_explain_groups(figure, sources)),
        "unmatched": [text for code, text in notices if code in UNMATCHED],
        "warnings": [text for code, text in notices if code not in UNMATCHED],
    }


def _explain_block(figure: Figure, block: Block, sources: OptionSources) -> Explanation:
    """Return the explanation of one block."""
    layers = [figure.network[id] for id in block.layers]
    why = []
    if block.is_group:
        why.append(f"group {block.type!r}")
    if block.count > 1:
        why.append(f"{block.count} equal neighbours, folded")
    if block.shared:
        why.append("shared weights")
    why += [
        str(sources.explain_layer(because, figure.outline.level))
        for because in figure.outline.because
        if because.is_drawn and block.layers == (because.layer,)
    ]
    return {
        "id": block.id,
        "type": layers[0].class_name if block.kind == FRAME else block.type,
        "kind": block.kind,
        "count": block.count,
        "layers": list(block.layers),
        "in": [words.format_extent(link.extent) for link in figure.outline.into(block.id)],
        "out": words.format_extent(block.output),
        "params": count_params(layers),
        "why": why,
    }


def _explain_hidden(figure: Figure, sources: OptionSources) -> Iterator[Explanation]:
    """Yield an explanation for the layers of each class that are hidden for one reason."""
    why = {each.layer: each for each in figure.outline.because if not each.is_drawn}
    for name, layers in group_by_class([figure.network[id] for id in why]).items():
        reasons: dict[tuple[str, str], list[Layer]] = {}
        for layer in layers:
            reason = sources.explain_layer(why[layer.id], figure.outline.level)
            reasons.setdefault((reason.text, reason.place), []).append(layer)
        for (text, place), class_layers in reasons.items():
            yield {
                "class": name,
                "layers": [layer.id for layer in class_layers],
                "params": count_params(class_layers),
                "why": text,
                "where": place,
            }


def _explain_groups(figure: Figure, sources: OptionSources) -> Iterator[Explanation]:
    """Yield the explanation of each group."""
    patterns = find_matching_patterns(figure, sources.grammar)
    labels, several = NoteLabels(sources.grammar), len(figure.outline.groups) > 1
    for definition in figure.outline.groups:
        reason = sources.explain_group(definition, figure.outline.level)
        yield {
            "name": definition.name,
            "count": definition.occurrences,
            "layers": definition.layers,
            "pattern": patterns.get(definition.name),
            "body": [
                f"{block.type} {words.format_times(block.count)}" if block.count > 1 else block.type
                for block in definition.body.blocks
            ],
            "notes": write_sentences(definition, labels, several=several),
            "why": reason.text,
            "where": reason.place,
        }


def find_matching_patterns(figure: Figure, grammar: Grammar) -> dict[str, str]:
    """Return the patterns of the groups of a figure, by their names; those that match again."""
    outline, options = figure.outline, figure.options
    written_patterns = {each.name: pattern_of(each) for each in outline.groups}
    patterns = {name: pattern for name, pattern in written_patterns.items() if pattern}
    rule_names = {rule.name for rule in options.groups}
    network = fill_open_axes(figure.network)
    matched = patterns.keys() & rule_names
    # Of patterns that overlap, the first counts: the second time, those left over come first.
    for _ in range(2 if patterns.keys() - rule_names else 0):
        names = sorted(patterns.keys() - rule_names, key=matched.__contains__)
        rules = (*options.groups, *(GroupRule(name, patterns[name]) for name in names))
        trial_options = replace(options, groups=rules, repeats=False)
        matched |= {
            each.name for each in grouped(network, grammar, trial_options, outline.level).groups
        }
        if patterns.keys() <= matched:
            break
    return {name: pattern for name, pattern in patterns.items() if name in matched}
