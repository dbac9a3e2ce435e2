"""The eight questions of the Net2Vis study, answered from a figure alone, and from the network.

A network can be read in more than one way, so the questions are made exact here:

convolutions   layers that convolve, all calls counted, transposed ones not
depth          the greatest number of features among what convolutions, poolings and merges give
resolution     the least resolution among the same, above 1, to which all is pooled at the end
inputs         resolution and features of each input
outputs        the same of each output; 1×1×10 is 10
downsamplings  on the way with most of them, the layers that give at most two thirds of what
               they get, and more than a single place
steps          the blocks of the drawing that give more features than any that they get
convolutional  whether there is no dense layer
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from net2fig.attributes import attributes_of
from net2fig.data.grammar import Grammar, load_grammar
from net2fig.figure import Figure
from net2fig.network import Extent, Network
from net2fig.outline import Outline
from tests.laws.reader import read_figure
from tests.laws.recognised import Entry, Reading, Seen, Wire

SHARE = 2 / 3
"""What is left of the resolution after a down-sampling, at most."""
PRODUCTS = ("Dot product", "Cosine similarity")
"""What makes one number of two vectors."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers, in the order of the paper; None where there is none."""

    convolutions: int | None
    depth: int | None
    resolution: int | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    downsamplings: int | None
    steps: int | None
    convolutional: bool


def differing(figure: Figure, svg: bytes) -> dict[str, tuple[object, object]]:
    """Return the questions that a file answers otherwise than the network of a figure."""
    expected = asdict(truth(figure.network, figure.outline, load_grammar()))
    given = asdict(answers(read_figure(svg)))
    return {
        question: (expected[question], given[question])
        for question in expected
        if expected[question] != given[question]
    }


def truth(network: Network, outline: Outline, grammar: Grammar) -> Answers:
    """Return the answers that the network itself gives; the steps are those of its outline."""
    kinds = {layer.id: grammar.kind(layer.op).id for layer in network.layers}
    out = {layer.id: layer.extent() for layer in network.layers}
    part = [
        out[id]
        for id, kind in kinds.items()
        if kind in ("conv", "pool", "up", "merge") and _spatial(out[id])
    ]
    convolves = "conv" in kinds.values()
    least = [e.resolution for e in part if e and e.resolution and e.resolution > 1]
    # What a convolution of one step leaves away is the border.
    even = {
        layer.id
        for layer in network.layers
        if kinds[layer.id] == "conv" and not attributes_of(layer).changes_resolution
    }
    return Answers(
        sum(kind == "conv" for kind in kinds.values()),
        max((e.features or 0 for e in part if e), default=0) if convolves else None,
        min(least, default=None) if convolves else None,
        tuple(sorted(_said(out[port.layer]) for port in network.inputs)),
        tuple(sorted(_said(out[port.layer]) for port in network.outputs)),
        _most(
            [layer.id for layer in network.layers],
            [
                (
                    e.source,
                    e.target,
                    e.target not in even and _falls(network.extent(e), out[e.target]),
                )
                for e in network.edges
            ],
        ),
        sum(_grows(outline, block.id) for block in outline.blocks),
        "dense" not in kinds.values(),
    )


def _spatial(one: Extent | None) -> bool:
    return one is not None and bool(one.spatial)


def _said(one: Extent | None) -> str:
    if one is None:
        return "?"
    if set(one.spatial) == {1}:
        return str(one.features)
    letters = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}.get(len(one.spatial), ())
    axes = letters if all(a is None for a in one.spatial) else one.spatial
    return "×".join("?" if axis is None else str(axis) for axis in (*axes, one.features))


def _falls(into: Extent | None, out: Extent | None) -> bool:
    before, after = ((e.resolution if e else None) or 0 for e in (into, out))
    return 1 < after <= before * SHARE


def _grows(outline: Outline, id: str) -> bool:
    block = outline[id]
    before = [link.extent for link in outline.into(id)]
    known = [e.features for e in before if e and e.features is not None]
    out = block.output
    return bool(out and out.spatial and out.features and known and out.features > max(known))


def _most(order: list[str], arcs: list[tuple[str, str, int]]) -> int:
    """Return the greatest sum of arcs on a way through an acyclic graph."""
    into: dict[str, list[tuple[str, int]]] = {}
    for source, target, marked in arcs:
        into.setdefault(target, []).append((source, marked))
    best: dict[str, int] = {}
    for id in order:
        best[id] = max((best[source] + marked for source, marked in into.get(id, ())), default=0)
    return max(best.values(), default=0)


def answers(reading: Reading) -> Answers:
    """Return the answers that a figure gives."""
    order = sorted(reading.glyphs, key=_place)
    _infer(order)
    convolves = any(_is_convolution(e.words) for e in reading.entries)
    part = [g for g in order if g.entry and not _is_vector(g) and "Input" not in g.words]
    # A vector has no resolution: what gives one is no longer part of the convolutions.
    deep = [
        int(g.features)
        for g in part
        if g.features and g.entry and _resolution_after(g) and not _means_dense(g.entry)
    ]
    deep += [_features_inside(g, reading) for g in part]
    lines = [w.resolution for w in reading.lines if w.resolution]
    sizes = [max(int(a) for a in r) for r in lines if all(a.isdigit() for a in r)]
    sizes += [_steps_inside(g, reading)[0] for g in part]
    return Answers(
        sum(_convolutions(glyph, reading) for glyph in order),
        max(deep, default=0) if convolves else None,
        min((size for size in sizes if size > 1), default=None) if convolves else None,
        tuple(sorted(_port(g, out=True) for g in order if not g.into)),
        tuple(sorted(_port(g, out=False) for g in order if not g.out_of)),
        _most(
            [str(id(glyph)) for glyph in order],
            [(str(id(w.source)), str(id(w.target)), _down(w, reading)) for w in reading.lines],
        ),
        sum(_more(glyph) for glyph in part),
        not any(_means_dense(entry) for entry in reading.entries),
    )


def _place(glyph: Seen) -> tuple[int, float]:
    """Return where a glyph comes in reading: its depth from the left ends of lines."""
    depth, here = 0, {id(glyph): glyph}
    while here:
        depth += 1
        here = {
            id(w.source): w.source for g in here.values() for w in g.into if w.source is not None
        }
    return depth, glyph.shape.box.y


def _infer(order: list[Seen]) -> None:
    """Fill in the features that need no label: what keeps them, and what joins or multiplies."""
    for glyph in order:
        if glyph.features:
            continue
        before = [w.source.features for w in glyph.into if w.source and w.source.features]
        if len(before) != len(glyph.into) or not before:
            continue
        if "Concatenate" in glyph.words:
            glyph.features = str(sum(map(int, before)))
        elif glyph.words in PRODUCTS and not any(wire.resolution for wire in glyph.into):
            glyph.features = "1"
        else:
            glyph.features = max(before, key=int)


def _is_convolution(words: str) -> bool:
    return bool(re.search(r"\bconvs?\b", words, re.IGNORECASE)) and "Transposed" not in words


def _is_vector(glyph: Seen) -> bool:
    """Tell a dense layer that takes vectors: it is as high as its units, not as what comes in."""
    if glyph.entry is None or not _means_dense(glyph.entry) or not glyph.into:
        return False
    wire = glyph.into[0]
    if wire.source is None or not wire.resolution or _is_vector(wire.source):
        return True
    return abs(glyph.shape.box.height - wire.height) > 0.3


def _means_dense(entry: Entry) -> bool:
    return entry.words.startswith("Dense") and not entry.is_group


def _resolution_after(glyph: Seen) -> tuple[str, ...]:
    wires = glyph.out_of or glyph.into
    return next((w.resolution for w in wires if w.resolution), ())


def _convolutions(glyph: Seen, reading: Reading) -> int:
    """Return how many convolutions a glyph stands for, in all its occurrences."""
    if glyph.entry is None:
        return 0
    return glyph.count * _inside(glyph.entry) + _extra(glyph, reading)


def _inside(entry: Entry) -> int:
    if entry.is_group:
        return sum(part.count * _inside(part.entry) for part in entry.glyphs if part.entry)
    return int(_is_convolution(entry.words))


def _extra(glyph: Seen, reading: Reading) -> int:
    """Return the convolutions that notes add to a glyph, or take from it."""
    extra = 0
    for clause in _told(glyph, reading):
        if not (who := re.match(WHO, clause)):
            continue
        times = glyph.count if who["stage"] else _meant(who, glyph, reading)
        if who["stage"] and not _leads(glyph, reading):
            continue
        if "project" in clause:
            extra += times
        elif found := re.search(
            r"(has|have|lacks?) (.*?)(?: in place of (.*)| before an input|$)", clause
        ):
            more = _convolutions_said(found[2])
            extra += times * (-more if "lack" in found[1] else more - _convolutions_said(found[3]))
    return extra


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
"""Numbers as notes write them."""

WHO = (
    r"(?P<each>the first \w+ of each stage)|(?P<stage>\w+ of the first stage)"
    r"|(?P<more>\w+ that change the features)|the (?P<place>first|second|third) \w+"
    r"|(?P<some>\d+) of \d+ \w+"
)
"""Of whom a note speaks."""


def _meant(who: re.Match[str], glyph: Seen, reading: Reading) -> int:
    """Return how many of what a glyph stands for a note speaks of."""
    if who["each"]:
        return 1
    if who["some"]:
        # Which ones does not matter for the sum: the first glyph of the name counts for all.
        return int(who["some"]) if _leads(glyph, reading) else 0
    if who["more"]:
        return int(_more(glyph))
    alike = sorted((g for g in reading.glyphs if g.words == glyph.words and g.entry), key=_place)
    place = ("first", "second", "third").index(who["place"])
    return int(len(alike) > place and alike[place] is glyph)


def _convolutions_said(words: str | None) -> int:
    """Return how many convolutions "a conv, two separable convs and an addition" speaks of."""
    parts = re.split(r", | and ", words or "")
    return sum(
        NUMBERS.index(part.split()[0]) if part.split()[0] in NUMBERS else 1
        for part in parts
        if _is_convolution(part)
    )


def _leads(glyph: Seen, reading: Reading) -> bool:
    """Tell whether a glyph is the first of its name."""
    return not any(
        g.words == glyph.words and _place(g) < _place(glyph) for g in reading.glyphs if g.entry
    )


def _told(glyph: Seen, reading: Reading) -> list[str]:
    """Return what the notes say of a group, clause by clause."""
    if not glyph.entry or not glyph.entry.is_group:
        return []
    name = glyph.words.removesuffix("=").strip()
    alone = sum(e.is_group for e in reading.entries) == 1
    notes = reading.notes.replace("\N{NO-BREAK SPACE}", " ")
    sentences = [s.removesuffix(".") for s in notes.split(". ")]
    mine = [s for s in sentences if s.startswith(f"{name}:") or (alone and ":" not in s)]
    return [clause.lower() for s in mine for clause in re.split(r"[:;] ", s)]


def _steps_inside(glyph: Seen, reading: Reading) -> tuple[int, int]:
    """Return the least resolution inside of a group, if told, and the steps down to it."""
    for clause in _told(glyph, reading):
        if told := re.search(r"(?:pools|strides) (\d+) times, down to (\d+)", clause):
            return int(told[2]), int(told[1])
    return 0, 0


def _features_inside(glyph: Seen, reading: Reading) -> int:
    """Return the most features inside of a group, if they are told."""
    told = re.search(r"up to (\d+) features inside", " ".join(_told(glyph, reading)))
    return int(told[1]) if told else 0


def _more(glyph: Seen) -> bool:
    before = [w.source.features for w in glyph.into if w.source]
    known = [int(f) for f in before if f]
    spatial = bool(_resolution_after(glyph))
    return bool(spatial and glyph.features and known and int(glyph.features) > max(known))


def _down(wire: Wire, reading: Reading) -> int:
    """Return how often the resolution falls from a line to what its target gives."""
    assert wire.target is not None
    if steps := _steps_inside(wire.target, reading)[1]:
        return steps
    before = _greatest([wire])
    after = _greatest(wire.target.out_of)
    return 1 < after <= before * SHARE


def _greatest(wires: list[Wire]) -> int:
    axes = [int(axis) for wire in wires for axis in wire.resolution if axis.isdigit()]
    return max(axes, default=0)


def _port(glyph: Seen, out: bool) -> str:
    """Return the dimensions at an end of the network: resolution and features.

    What has a resolution and no number beneath it has no features: a sequence of words, say.
    """
    wires = glyph.out_of if out else glyph.into
    resolution = wires[0].resolution if wires and not _is_vector(glyph) else ()
    kept = () if set(resolution) == {"1"} else resolution
    return "×".join((*kept, *((glyph.features,) if glyph.features else ()))) or "?"
