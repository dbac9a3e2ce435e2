"""Outline → Strip: each group is a plate with the layers of its last occurrence in it.

Sizes are those of the last occurrence that the plate represents, not of the first one in the
network: the body of the definition is laid over its layers. A single occurrence that differs from
the body is shown as it is, layer by layer.

Requires: an outline of the network, and a finer one in which nothing is grouped.
Ensures: a strip without the network's inputs; every layer that the outline shows is in a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from net2fig.chips.drawing.marks import ChipGrammar
from net2fig.chips.strip.series import OpenEnds, Pair, make_strip
from net2fig.chips.strip.strip import Cell, Piece, Plate, Strip
from net2fig.data.grammar import Grammar
from net2fig.network import Extent, Network
from net2fig.options.table import Options
from net2fig.options.types import Style
from net2fig.outline import ENTRY, EXIT, Block, Bracket, Outline

NO_OPTIONS = Options()
"""The default options."""

INPUT = "input"
"""The kind that a chip does not show: data, not a layer."""

LayerMap = Mapping[str, str]
"""From the layers of a definition's body to those of another occurrence."""


def unfold(
    network: Network,
    outline: Outline,
    finer: Callable[[], Outline],
    grammar: Grammar,
    chips: ChipGrammar,
    options: Options = NO_OPTIONS,
) -> Strip:
    """Return the strip of an outline; `finer` makes the one in which nothing is grouped."""
    return _Unfolder(network, outline, finer, grammar, chips, options).unfold_network()


class _Unfolder:
    """Looks up definitions and layers while an outline becomes a strip."""

    def __init__(
        self,
        network: Network,
        outline: Outline,
        finer: Callable[[], Outline],
        grammar: Grammar,
        chips: ChipGrammar,
        options: Options,
    ) -> None:
        self.network, self.outline = network, outline
        self.grammar, self.chips, self.options = grammar, chips, options
        self.named = {rule.name for rule in options.groups}
        self.make_finer = finer
        self.definitions = {group.name: group for group in outline.groups}

    @cached_property
    def finer(self) -> Outline:
        """The outline in which nothing is grouped."""
        return self.make_finer()

    def unfold_network(self) -> Strip:
        """Return the strip of the network."""
        blocks = [block for block in self.outline.blocks if block.kind != INPUT]
        inputs = {block.id for block in self.outline.blocks} - {block.id for block in blocks}
        links = [
            (ENTRY if link.source in inputs else link.source, link.target)
            for link in self.outline.links
        ]
        links += [(block, EXIT) for _, block in self.outline.outputs if block not in inputs]
        leaving = {block for _, block in self.outline.outputs}
        ends = OpenEnds(left=len(inputs) > 1, right=len(leaving) > 1)
        return self.make_row(blocks, links, {}, ends, self.outline.brackets)

    def make_row(
        self,
        blocks: Sequence[Block],
        links: Iterable[Pair],
        layer_map: LayerMap,
        ends: OpenEnds | None = None,
        brackets: Sequence[Bracket] = (),
    ) -> Strip:
        """Return blocks as a strip of pieces; brackets become plates."""
        links = list(links)
        pieces: dict[str, Piece] = {block.id: self.make_piece(block, layer_map) for block in blocks}
        for bracket in brackets:
            pieces, links = fold_bracket(pieces, links, bracket)
        kept_links = [pair for pair in links if pair[0] in {ENTRY, *pieces}]
        kept_links = [pair for pair in kept_links if pair[1] in {EXIT, *pieces}]
        targets = {target for _, target in kept_links}
        sources = {source for source, _ in kept_links}
        # Constants read nothing; a block without readers ends here.
        kept_links += [(ENTRY, key) for key in pieces if key not in targets]
        kept_links += [(key, EXIT) for key in pieces if key not in sources]
        return make_strip(pieces, kept_links, ends=ends)

    def make_piece(self, block: Block, layer_map: LayerMap) -> Piece:
        """Return the cell of a layer, or the plate of a group or of equal neighbours."""
        if not block.is_group:
            cell = self.make_cell(block, layer_map)
            if block.count == 1:
                return cell
            return Plate(block.id, Strip((cell,)), block.count)
        name, named = block.type, block.type in self.named
        return Plate(block.id, self.make_body(block, layer_map), block.count, name, named)

    def make_cell(self, block: Block, layer_map: LayerMap) -> Cell:
        """Return the cell of a layer."""
        entry = self.grammar.entry(block.op)
        style = self.find_style(block, layer_map)
        return Cell(
            key=block.id,
            type=block.type,
            entry=entry,
            output=self.find_output(block, layer_map),
            layers=tuple(layer_map.get(id, id) for id in block.layers),
            curve=self.chips.find_curve(entry, block.op, block.attributes),
            shared=block.shared,
            label=style.label or "",
            color=style.color or "",
        )

    def find_style(self, block: Block, layer_map: LayerMap) -> Style:
        """Return the author's style for a layer, by its name, its class or its kind."""
        styles = self.options.styles
        if styles:
            kind = self.grammar.kind(block.op).id
            for name in (layer_map.get(block.id, block.id), block.type, block.op, f":{kind}"):
                if name in styles:
                    return styles[name]
        return Style()

    def find_output(self, block: Block, layer_map: LayerMap) -> Extent | None:
        """Return the output of a block at its place in the network."""
        id = layer_map.get(block.id, "")
        if id in self.network:
            return self.network[id].extent()
        return block.output

    def make_body(self, block: Block, layer_map: LayerMap) -> Strip:
        """Return the strip of the last occurrence that the block of a group represents."""
        definition = self.definitions[block.type]
        block_layers = [layer_map.get(id, id) for id in block.layers]
        body_layers = [id for inner in definition.body.blocks for id in inner.layers]
        last = block_layers[-len(body_layers) :]
        is_single_variant = block.count == 1 and len(block_layers) != len(body_layers)
        if is_single_variant or self.list_classes(last) != self.list_classes(body_layers):
            ungrouped = self.show_ungrouped(set(block_layers if block.count == 1 else last))
            if ungrouped is not None:
                return ungrouped
        links = [(link.source, link.target) for link in definition.body.links]
        return self.make_row(
            definition.body.blocks, links, dict(zip(body_layers, last, strict=False))
        )

    def list_classes(self, ids: Iterable[str]) -> list[str]:
        """Return the classes of layers."""
        return [self.network[id].class_name for id in ids]

    def show_ungrouped(self, layers: set[str]) -> Strip | None:
        """Return some layers as the ungrouped outline shows them; None if it shows none."""
        blocks = [block for block in self.finer.blocks if layers.issuperset(block.layers)]
        keys = {block.id for block in blocks}
        links = [
            (
                link.source if link.source in keys else ENTRY,
                link.target if link.target in keys else EXIT,
            )
            for link in self.finer.links
            if link.source in keys or link.target in keys
        ]
        brackets = [each for each in self.finer.brackets if keys.issuperset(each.blocks)]
        return self.make_row(blocks, links, {}, brackets=brackets) if blocks else None


def fold_bracket(
    pieces: Mapping[str, Piece], links: Sequence[Pair], bracket: Bracket
) -> tuple[dict[str, Piece], list[Pair]]:
    """Return the pieces with a plate in the place of those in a bracket, and the links to it."""
    inside = set(bracket.blocks)
    inner = {key: piece for key, piece in pieces.items() if key in inside}
    inner_links = [
        (source if source in inside else ENTRY, target if target in inside else EXIT)
        for source, target in links
        if source in inside or target in inside
    ]
    first = bracket.blocks[0]
    plate = Plate(first, make_strip(inner, list(dict.fromkeys(inner_links))), bracket.count)
    kept_pieces: dict[str, Piece] = {}
    for key, piece in pieces.items():
        if key == first:
            kept_pieces[first] = plate
        elif key not in inside:
            kept_pieces[key] = piece
    outer_links = [
        (first if source in inside else source, first if target in inside else target)
        for source, target in links
        if not (source in inside and target in inside)
    ]
    return kept_pieces, list(dict.fromkeys(outer_links))
