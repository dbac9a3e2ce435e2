"""The pipeline of a comparison: two sources → differences → words and one figure of both."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from net2fig.chips.strip.stages import whole_of
from net2fig.comparison.align import aligned
from net2fig.comparison.borrow import borrowed
from net2fig.comparison.differences import ADDED, SHARED, Difference, differences
from net2fig.comparison.graph import SHOWN, compared
from net2fig.comparison.joint import joined
from net2fig.comparison.lift import lifted
from net2fig.comparison.phrases import NONE, Sentence, sentences, total
from net2fig.comparison.picture import Pair, Picture, marked, pictured
from net2fig.comparison.result import Comparison
from net2fig.comparison.traits import named_by_author
from net2fig.compose import with_notices
from net2fig.data.grammar import Grammar, load_grammar
from net2fig.errors import ModelError
from net2fig.group import outline
from net2fig.network import Network
from net2fig.options.page import page_of
from net2fig.options.resolve import load_options
from net2fig.options.types import LEVELS, Options
from net2fig.outline import Outline
from net2fig.read import fill_open_axes, read
from net2fig.rules.facts import count_multiply_adds, count_parameters
from net2fig.scene import Text

STAGES = "stages"
FEW = 8
"""So many differing layers, and no more, are drawn although their kind is left out elsewhere."""

Both = tuple[Network, Network]


def compare(
    first: Any,
    second: Any,
    *,
    names: Sequence[str | None] = (),
    config: str | os.PathLike[str] | None = None,
    template: str | os.PathLike[str] | None = None,
    width: float | str | None = None,
    height: float | str | None = None,
    detail: str | None = None,
    hide: Sequence[str] | None = None,
    show: Sequence[str] | None = None,
    repeats: bool | None = None,
    match: str | None = None,
    split: bool | None = None,
    palette: str | os.PathLike[str] | None = None,
    font: str | os.PathLike[str] | None = None,
    mono: bool | None = None,
    legend: bool | None = None,
    background: str | None = None,
    placeholders: str | None = None,
    reader: str | None = None,
    input_shape: str | int | Sequence[Any] | Mapping[str, Any] | None = None,
    timeout: float | str | None = None,
    title: str | None = None,
    labels: Mapping[str, bool | str] | None = None,
    page: Mapping[str, Any] | None = None,
    style: Mapping[str, Mapping[str, str]] | None = None,
    group: Sequence[Mapping[str, Any]] | None = None,
    sample: Mapping[str, str | os.PathLike[str]] | None = None,
) -> Comparison:
    """Return in what two models differ, in words and as a figure of both.

    A model is whatever `draw` takes; so are the options. `names` are what the models are called.
    """
    arguments = dict(locals())
    for name in ("first", "second", "names", "config"):
        del arguments[name]
    return comparison_of(first, second, load_options(first, config, arguments), names)


def comparison_of(
    first: Any, second: Any, options: Options, names: Sequence[str | None] = ()
) -> Comparison:
    """Return the comparison of two models that are read now, with options that are resolved."""
    began = time.perf_counter()
    networks = _read(first, options), _read(second, options)
    grammar = load_grammar()
    done = time.perf_counter()
    graphs = compared(networks[0], grammar), compared(networks[1], grammar)
    pairs = aligned(*graphs)
    found = differences(*graphs, pairs)
    ids = [(networks[0].layers[a].id, networks[1].layers[b].id) for a, b in pairs]
    called = _names(networks, names)
    words = in_words(networks, found, grammar, options)
    page = page_of(options)
    drafts = _pairs(networks, ids, found, grammar, options, called)
    title = options.title or f"{called[0]} and {called[1]}"
    picture = pictured(drafts, grammar, page, options, title, words)
    seconds = {"read": done - began, "total": time.perf_counter() - began}
    notices = tuple(
        dict.fromkeys(
            (
                *networks[0].notices,
                *networks[1].notices,
                *with_notices(
                    picture.composition(), networks[0], page, replace(options, styles={})
                ).outline.notices,
            )
        )
    )
    report = _report(networks, called, found, words, picture, page.id, seconds)
    return Comparison(networks, called, found, tuple(map(str, words)), picture, report, notices)


def _read(source: Any, options: Options) -> Network:
    network = read(source, **options.reading)
    if not network.layers:
        message = f"missing layers: {network.source or network.name} has none to compare"
        raise ModelError(message)
    return network


def _names(networks: Both, asked: Sequence[str | None]) -> tuple[str, str]:
    """Return what the models are called: as asked, as they call themselves; no two alike."""
    given = [*asked, None, None][:2]
    one, two = (
        name or network.name or Path(network.source).stem
        for name, network in zip(given, networks, strict=True)
    )
    if one == two:
        sources = [Path(network.source.split(":")[0]).stem for network in networks]
        one, two = sources if sources[0] != sources[1] and all(sources) else (one, f"{two} (2)")
    return one, two


def in_words(
    networks: Both, found: Sequence[Difference], grammar: Grammar, options: Options
) -> tuple[Sentence, ...]:
    """Return the differences in sentences, then how the sums change."""
    if not found:
        return (Sentence(NONE),)
    plain = _plain(options)
    outlines = [outline(each, grammar, plain, STAGES) for each in _as_drawn(networks)]

    def called(each: Difference) -> str:
        return _called(each, outlines[each.sort == ADDED])

    def behind(each: Difference) -> str:
        side = each.sort == ADDED
        return _behind(each, networks[side], outlines[side], called(each))

    spoken = sentences(found, called, behind)
    return (
        *spoken,
        *total("parameters", *(count_parameters(network)[0] for network in networks)),
        *total("multiply–adds", *(count_multiply_adds(network) for network in networks)),
    )


def _plain(options: Options) -> Options:
    """Return options without what speaks of one network only, so that nothing is warned of."""
    return Options(hide=options.hide, groups=options.groups, repeats=options.repeats)


def _called(difference: Difference, made: Outline) -> str:
    """Return the name of the group that some layers are, and how many of it: "4 × Residual block".

    The first of a stage may have a layer more for its shortcut.
    """
    ids = set(difference.first or difference.second)
    for block in made.blocks:
        mine = ids.intersection(block.layers)
        if not mine or not block.is_group:
            continue
        shown = {id for each in made.blocks for id in each.layers} & ids
        definition = next(d for d in made.groups if d.name == block.type)
        each = _size(definition.name, made)
        many = round(len(shown) / each)
        if shown == mine and many and abs(len(shown) - many * each) <= 1:
            return f"{many} × {block.type}" if many > 1 else block.type
        return ""
    return ""


def _behind(difference: Difference, network: Network, made: Outline, called: str) -> str:
    """Return the layer that others stand behind, or its group where nobody has named the layer.

    That blocks stand behind others of the same group says nothing: "".
    """
    id = difference.after_layer
    if not id or named_by_author(network[id]):
        return id
    for block in made.blocks:
        if block.is_group and id in block.layers:
            return "" if called.endswith(block.type) else block.type
    return id


def _size(name: str, made: Outline) -> int:
    """Return how many layers the body of a group shows."""
    body = next(each for each in made.groups if each.name == name).body
    return sum(
        block.count * (_size(block.type, made) if block.is_group else 1) for block in body.blocks
    )


# The figure


def _pairs(
    networks: Both,
    ids: Sequence[tuple[str, str]],
    found: Sequence[Difference],
    grammar: Grammar,
    options: Options,
    names: tuple[str, str],
) -> Iterator[Pair]:
    """Yield the two outlines of each level to try, as one, with what belongs together."""
    options = replace(options, placeholders="never")
    each = _showing(networks, found, grammar, options)
    levels = LEVELS[1:] if options.detail == "auto" else (options.detail,)
    shown = _as_drawn(networks)
    for level in levels:
        first, second = (
            outline(network, grammar, own, level) for network, own in zip(shown, each, strict=True)
        )
        one = borrowed(shown[0], first, second, grammar, each[0])
        two = borrowed(shown[1], second, first, grammar, each[1])
        joint = joined(one, two, names)
        blocks = [
            replace(block, type=joint.renamed[block.type]) if block.is_group else block
            for block in two.blocks
        ]
        under = replace(two, blocks=tuple(blocks))
        yield marked(joint.outline, lifted(networks, (one, under), ids, found), names)


def _as_drawn(networks: Both) -> Both:
    """Return the networks as they are drawn; what one leaves open is as long as in the other."""
    side = max((whole_of(network) or 0 for network in networks), default=0)
    one, two = networks
    return fill_open_axes(one, side), fill_open_axes(two, side)


def _showing(
    networks: Both, found: Sequence[Difference], grammar: Grammar, options: Options
) -> tuple[Options, Options]:
    """Return the options with layers shown that differ and would be left out, if they are few."""
    names: tuple[dict[str, None], dict[str, None]] = {}, {}
    for difference in found:
        if difference.sort == SHARED:
            continue
        sides = zip(networks, names, (difference.first, difference.second), strict=True)
        for network, known, ids in sides:
            for layer in (network[id] for id in ids):
                if grammar.kind(layer.op).hide != SHOWN:
                    known[layer.name] = None
    if options.hide is not None or len({*names[0], *names[1]}) > FEW:
        return options, options
    first, second = (replace(options, show=(*options.show, *known)) for known in names)
    return first, second


def _report(
    networks: Both,
    names: tuple[str, str],
    found: Sequence[Difference],
    words: Sequence[Sentence],
    picture: Picture,
    template: str,
    seconds: dict[str, float],
) -> dict[str, Any]:
    """Return what was found and done, for scripts and for tests."""
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
        "differences": [each.as_dict() for each in found],
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
