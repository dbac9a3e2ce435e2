"""The pipeline of a comparison: two sources → differences → words and one figure of both."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Unpack

from msgspec.structs import replace

from net2fig.chips.strip.stages import find_input_resolution
from net2fig.comparison.align import align_layers
from net2fig.comparison.borrow import borrow_groups
from net2fig.comparison.differences import ADDED, SHARED, Difference, find_differences
from net2fig.comparison.graph import NEVER_HIDDEN, prepare_network
from net2fig.comparison.joint import join_outlines
from net2fig.comparison.lift import lift_differences
from net2fig.comparison.phrases import NONE, Sentence, describe_total, write_sentences
from net2fig.comparison.picture import ComparisonPicture, OutlinePair, draw_comparison, mark_blocks
from net2fig.comparison.result import Comparison
from net2fig.comparison.traits import is_named_by_author
from net2fig.compose import add_notices, has_annotations
from net2fig.data.grammar import Grammar, load_grammar
from net2fig.errors import ModelError, Notice, issue_warnings
from net2fig.group import outline
from net2fig.network import Network
from net2fig.options.arguments import FigureArguments
from net2fig.options.option import FIGURE
from net2fig.options.page import resolve_page
from net2fig.options.resolve import load_options
from net2fig.options.signature import takes_options
from net2fig.options.table import Options
from net2fig.options.types import LEVELS
from net2fig.outline import Outline
from net2fig.read import fill_open_axes, read
from net2fig.read.parts import check_single
from net2fig.rules.facts import count_multiply_adds, count_parameters
from net2fig.scene import Text

STAGES = "stages"
MAX_SHOWN = 8
"""The maximum number of differing layers that are drawn although their kind is hidden."""

Both = tuple[Network, Network]


@takes_options(FIGURE, FigureArguments)
def compare(
    first: Any,
    second: Any,
    *,
    names: Sequence[str | None] = (),
    config: str | os.PathLike[str] | None = None,
    **options: Unpack[FigureArguments],
) -> Comparison:
    """Return the differences of two models, in words and as a figure of both.

    A model is whatever `draw` takes; so are the options. `names` are the names of the models in the
    figure.
    """
    comparison = make_comparison(first, second, load_options(first, config, options), names)
    issue_warnings(comparison.model_warnings)
    return comparison


def make_comparison(
    first: Any, second: Any, options: Options, names: Sequence[str | None] = ()
) -> Comparison:
    """Return the comparison of two models that are read now, with options that are resolved."""
    start = time.perf_counter()
    networks = _read_network(first, options), _read_network(second, options)
    grammar = load_grammar()
    read_end = time.perf_counter()
    graphs = prepare_network(networks[0], grammar), prepare_network(networks[1], grammar)
    pairs = align_layers(*graphs)
    differences = find_differences(*graphs, pairs)
    ids = [(networks[0].layers[a].id, networks[1].layers[b].id) for a, b in pairs]
    model_names = _name_models(networks, names)
    words = describe_differences(networks, differences, grammar, options)
    page = resolve_page(options)
    drafts = _make_pairs(networks, ids, differences, grammar, options, model_names)
    title = options.title or f"{model_names[0]} and {model_names[1]}"
    picture = draw_comparison(drafts, grammar, page, options, title, words)
    seconds = {"read": read_end - start, "total": time.perf_counter() - start}
    notices = tuple(
        dict.fromkeys(
            (
                *networks[0].notices,
                *networks[1].notices,
                *add_notices(
                    picture.composition(), networks[0], page, replace(options, styles={})
                ).outline.notices,
                *_find_idle_options(options),
            )
        )
    )
    report = _make_report(networks, model_names, differences, words, picture, page.id, seconds)
    return Comparison(
        networks, model_names, differences, tuple(map(str, words)), picture, report, notices
    )


def _find_idle_options(options: Options) -> Iterator[Notice]:
    """Tell of styles, annotations, parts, cells and marks that are asked for."""
    if options.glyphs in ("boxes", "volumes"):
        yield Notice("idle-option", f"comparisons are drawn in trapezoids, not in {options.glyphs}")
    if has_annotations(options):
        yield Notice("idle-option", "comparisons are drawn without annotations")
    if options.parts:
        yield Notice("idle-option", "comparisons are of whole networks, not of parts")
    if options.opened:
        yield Notice("idle-option", "comparisons are drawn without the inside of layers")
    if options.pins is not None or options.tint is not None:
        yield Notice(
            "idle-option", "comparisons have marks of their own: pins and tints are not drawn"
        )


def _read_network(source: Any, options: Options) -> Network:
    network = check_single(read(source, **options.reading))
    if not network.layers:
        message = f"missing layers: {network.source or network.name} has none to compare"
        raise ModelError(message)
    return network


def _name_models(networks: Both, names: Sequence[str | None]) -> tuple[str, str]:
    """Return different names for the models: those of the user, or their own."""
    names_wanted = [*names, None, None][:2]
    one, two = (
        name or network.name or Path(network.source).stem
        for name, network in zip(names_wanted, networks, strict=True)
    )
    if one == two:
        sources = [Path(network.source.split(":")[0]).stem for network in networks]
        one, two = sources if sources[0] != sources[1] and all(sources) else (one, f"{two} (2)")
    return one, two


def describe_differences(
    networks: Both, differences: Sequence[Difference], grammar: Grammar, options: Options
) -> tuple[Sentence, ...]:
    """Return the differences in sentences, then how the sums change."""
    if not differences:
        return (Sentence(NONE),)
    common_options = _keep_common_options(options)
    outlines = [
        outline(each, grammar, common_options, STAGES) for each in _complete_networks(networks)
    ]

    def name_group(each: Difference) -> str:
        return _name_group(each, outlines[each.sort == ADDED])

    def name_predecessor(each: Difference) -> str:
        side = each.sort == ADDED
        return _name_predecessor(each, networks[side], outlines[side], name_group(each))

    sentences = write_sentences(differences, name_group, name_predecessor)
    return (
        *sentences,
        *describe_total("parameters", *(count_parameters(network)[0] for network in networks)),
        *describe_total("multiply–adds", *(count_multiply_adds(network) for network in networks)),
    )


def _keep_common_options(options: Options) -> Options:
    """Return options without what speaks of one network only, so that nothing is warned of."""
    return Options(hide=options.hide, groups=options.groups, repeats=options.repeats)


def _name_group(difference: Difference, grouped: Outline) -> str:
    """Return the group that some layers make up, with its number: "4 × Residual block".

    The first of a stage may have one more layer, for its shortcut.
    """
    ids = set(difference.first or difference.second)
    for block in grouped.blocks:
        members = ids.intersection(block.layers)
        if not members or not block.is_group:
            continue
        shown = {id for each in grouped.blocks for id in each.layers} & ids
        definition = next(d for d in grouped.groups if d.name == block.type)
        each = _count_layers(definition.name, grouped)
        many = round(len(shown) / each)
        if shown == members and many and abs(len(shown) - many * each) <= 1:
            return f"{many} × {block.type}" if many > 1 else block.type
        return ""
    return ""


def _name_predecessor(
    difference: Difference, network: Network, grouped: Outline, group_name: str
) -> str:
    """Return the layer before others, or its group if the author did not name the layer.

    It is "" for blocks after others of the same group.
    """
    id = difference.after_layer
    if not id or is_named_by_author(network[id]):
        return id
    for block in grouped.blocks:
        if block.is_group and id in block.layers:
            return "" if group_name.endswith(block.type) else block.type
    return id


def _count_layers(name: str, grouped: Outline) -> int:
    """Return how many layers the body of a group shows."""
    body = next(each for each in grouped.groups if each.name == name).body
    return sum(
        block.count * (_count_layers(block.type, grouped) if block.is_group else 1)
        for block in body.blocks
    )


# The figure


def _make_pairs(
    networks: Both,
    ids: Sequence[tuple[str, str]],
    differences: Sequence[Difference],
    grammar: Grammar,
    options: Options,
    names: tuple[str, str],
) -> Iterator[OutlinePair]:
    """Yield the two outlines of each level to try, as one, with what belongs together."""
    options = replace(options, placeholders="never")
    options_each = _show_differing(networks, differences, grammar, options)
    levels = LEVELS[1:] if options.detail == "auto" else (options.detail,)
    completed = _complete_networks(networks)
    for level in levels:
        first, second = (
            outline(network, grammar, own_options, level)
            for network, own_options in zip(completed, options_each, strict=True)
        )
        one = borrow_groups(completed[0], first, second, grammar, options_each[0])
        two = borrow_groups(completed[1], second, first, grammar, options_each[1])
        joint = join_outlines(one, two, names)
        blocks = [
            replace(block, type=joint.renamed[block.type]) if block.is_group else block
            for block in two.blocks
        ]
        under = replace(two, blocks=tuple(blocks))
        yield mark_blocks(
            joint.outline, lift_differences(networks, (one, under), ids, differences), names
        )


def _complete_networks(networks: Both) -> Both:
    """Return the networks as they are drawn; open axes of one have the length of the other."""
    side = max((find_input_resolution(network) or 0 for network in networks), default=0)
    one, two = networks
    return fill_open_axes(one, side), fill_open_axes(two, side)


def _show_differing(
    networks: Both, differences: Sequence[Difference], grammar: Grammar, options: Options
) -> tuple[Options, Options]:
    """Return the options with layers shown that differ and would be left out, if they are few."""
    names: tuple[dict[str, None], dict[str, None]] = {}, {}
    for difference in differences:
        if difference.sort == SHARED:
            continue
        sides = zip(networks, names, (difference.first, difference.second), strict=True)
        for network, shown_names, ids in sides:
            for layer in (network[id] for id in ids):
                if grammar.kind(layer.op).hide != NEVER_HIDDEN:
                    shown_names[layer.name] = None
    if options.hide is not None or len({*names[0], *names[1]}) > MAX_SHOWN:
        return options, options
    first, second = (replace(options, show=(*options.show, *shown_names)) for shown_names in names)
    return first, second


def _make_report(
    networks: Both,
    names: tuple[str, str],
    differences: Sequence[Difference],
    words: Sequence[Sentence],
    picture: ComparisonPicture,
    template: str,
    seconds: dict[str, float],
) -> dict[str, Any]:
    """Return the report for scripts and tests."""
    scene = picture.scene
    sizes = [item.size for item, _ in scene.walk() if isinstance(item, Text)]
    return {
        "models": [
            {
                "name": name,
                "source": network.source,
                "reader": network.reader,
                "layers": len(network.layers),
                "params": count_parameters(network)[0],
            }
            for name, network in zip(names, networks, strict=True)
        ],
        "differences": [each.as_dict() for each in differences],
        "words": [str(each) for each in words],
        "detail": picture.pair.outline.level,
        "template": template,
        "rows": picture.rows,
        "crossings": picture.crossings,
        "width_pt": round(scene.size.width, 2),
        "height_pt": round(scene.size.height, 2),
        "min_text_pt": min(sizes, default=None),
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
    }
