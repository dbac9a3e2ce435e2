"""A figure as the page needs it: the drawing, what each glyph stands for, what the legend lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from net2fig.commands.explain.reasons import group_by_class
from net2fig.compose.style.entry import LegendEntry
from net2fig.compose.style.style_book import StyleBook, make_key, make_style_book
from net2fig.data.grammar import Grammar, load_grammar, load_palette
from net2fig.figure import Figure
from net2fig.geometry import Box
from net2fig.group.graph import known_as
from net2fig.html.cards import make_card
from net2fig.html.glyph_info import PAD, list_interactive, measure_bounds
from net2fig.outline import Block
from net2fig.scene import Group, Texture
from net2fig.studio.replies import ClassRow, Entry, FigureDrawn, Glyph, GroupRow


def describe_figure(
    figure: Figure, revision: str, look: str, opened: list[str], milliseconds: float
) -> FigureDrawn:
    """Return the message about a figure."""
    describer = _Describer(figure)
    report = figure.report
    return FigureDrawn(
        rev=revision,
        svg=figure.to_bytes("svg").decode(),
        width=figure.scene.size.width,
        height=figure.scene.size.height,
        page=figure.page.width,
        template=report["template"],
        level=report["detail"],
        look=look,
        opened=opened,
        alt=figure.alt,
        glyphs=list(describer.list_glyphs()),
        links=[(link.source, link.target) for link in figure.outline.links],
        entries=describer.entries,
        classes=list(describer.list_classes()),
        groups=list(describer.list_groups()),
        roles=list(describer.list_roles()),
        warnings=[notice.numbered for notice in figure.warnings],
        rows=report["rows"],
        milliseconds=milliseconds,
    )


def list_entries(figure: Figure) -> list[Entry]:
    """Return the entries of the legend of a figure."""
    return _Describer(figure).entries


class _Describer:
    """Says what one figure shows."""

    def __init__(self, figure: Figure) -> None:
        self.figure, self.outline = figure, figure.outline
        self.grammar: Grammar = load_grammar()
        self.book: StyleBook = make_style_book(
            figure.outline, self.grammar, figure.page, figure.options
        )
        self.groups = list(list_interactive(figure.scene.items))
        self.blocks = self._index_blocks()
        self.boxes = self._place_entries()
        self.entries = [self._describe_entry(each) for each in self.book.entries]

    def _index_blocks(self) -> dict[str, Block]:
        """Return all blocks by their ids: those that are drawn before those of bodies."""
        bodies = [each.body for each in self.outline.groups]
        blocks = [b for outline in (*bodies[::-1], self.outline) for b in outline.blocks]
        return {block.id: block for block in blocks}

    def _place_entries(self) -> dict[tuple[str, ...], Box]:
        """Return the box of each entry that the legend of the figure draws."""
        groups = [group for group, _ in self.groups if "entry" in group.classes]
        boxes: dict[tuple[str, ...], Box] = {}
        for entry in self.book.entries:
            words = " ".join(entry.types)
            own = next((g for g in groups if dict(g.data).get("type", "") == words), None)
            if own is not None:
                groups.remove(own)
                boxes[entry.key] = measure_bounds(own) or Box(0.0, 0.0, 0.0, 0.0)
        return boxes

    def _describe_entry(self, entry: LegendEntry) -> Entry:
        box = self.boxes.get(entry.key)
        fill = entry.look.fill
        return Entry(
            box=_padded(box) if box else None,
            label=entry.label,
            name=find_style_name(entry),
            color=find_colour(entry),
            texture=fill.name if isinstance(fill, Texture) else "",
            is_group=entry.key[0] == "group",
        )

    def list_glyphs(self) -> Iterator[Glyph]:
        """Yield the glyphs of the figure in the order of the data, those of the legend left out.

        Boxes that stand in another follow it.
        """
        numbers = {entry.key: number for number, entry in enumerate(self.book.entries)}
        order = {block.id: number for number, block in enumerate(self.outline.blocks)}
        has_legend = any("entry" in group.classes for group, _ in self.groups)
        found: list[tuple[int, Glyph]] = []
        place = 0
        for group, inside in self.groups:
            block = self.blocks.get(group.id or "")
            if "entry" in group.classes or block is None or (inside and has_legend):
                continue
            place = place if inside else order.get(block.id, len(order))
            box = measure_bounds(group, texts=False) or measure_bounds(group)
            if box is not None:
                found.append((place, self._describe_glyph(group, block, box, numbers)))
        # The sort is stable: what stands in a box stays behind it.
        yield from (glyph for _, glyph in sorted(found, key=lambda pair: pair[0]))

    def _describe_glyph(
        self, group: Group, block: Block, box: Box, numbers: Mapping[tuple[str, ...], int]
    ) -> Glyph:
        data = dict(group.data)
        card = make_card(block, self.figure.network, data.get("in", ""), data.get("out", ""))
        is_frame = block.kind == "sample"
        key = make_key(block, self.book.styles, self.grammar) if not is_frame else ()
        entry = self.book.by_key.get(key)
        return Glyph(
            id=block.id,
            box=_padded(box),
            label=card.label,
            title=card.title,
            names=card.names,
            rows=list(card.rows),
            layers=list(block.layers),
            type=block.type,
            is_group=block.is_group,
            is_frame=is_frame,
            entry=numbers.get(key, -1),
            style=find_style_name(entry) if entry else "",
        )

    def list_classes(self) -> Iterator[ClassRow]:
        """Yield every class of layers with the number of those that are hidden, and why."""
        because = {each.layer: each for each in self.outline.because if not each.is_drawn}
        for name, layers in group_by_class(self.figure.network.layers).items():
            hidden = [because[layer.id] for layer in layers if layer.id in because]
            kind = known_as(layers[0], self.grammar).kind
            reasons = Counter(each.by for each in hidden)
            yield ClassRow(name, kind, len(layers), len(hidden), next(iter(reasons), ""))

    def list_groups(self) -> Iterator[GroupRow]:
        """Yield every group: those that are drawn, then those of the author that are not."""
        drawn = {each.name: each for each in self.outline.groups}
        rules = {rule.name: rule for rule in self.figure.options.groups}
        for name, definition in drawn.items():
            rule = rules.get(name)
            texts = list(rule.texts) if rule else []
            count = definition.occurrences
            by = definition.origin.by
            yield GroupRow(name, by, texts, active=True, count=count, layers=definition.layers)
        for name, rule in rules.items():
            if name not in drawn:
                texts = list(rule.texts)
                yield GroupRow(name, "rule", texts, active=rule.active, count=0, layers=0)

    def list_roles(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield the colours of the palette by their names, and what bears them."""
        palette = load_palette(self.figure.page.palette)
        accents = {f"accent-{n + 1}": colour for n, colour in enumerate(palette.groups)}
        for name, colour in {**palette.roles, **accents}.items():
            bearers = [entry.label for entry in self.book.entries if find_colour(entry) == colour]
            yield name, colour, bearers


def find_style_name(entry: LegendEntry) -> str:
    """Return the key of `[style]` that sets the look of an entry of the legend."""
    if entry.key[0] in ("group", "class"):
        return entry.key[1]
    return entry.types[0] if len(entry.types) == 1 else f":{entry.key[1]}"


def find_colour(entry: LegendEntry) -> str:
    """Return the colour of an entry as "#rrggbb"."""
    fill = entry.look.fill
    return entry.colour or (fill.ink if isinstance(fill, Texture) else fill) or ""


def _padded(box: Box) -> tuple[float, float, float, float]:
    values = (box.x - PAD, box.y - PAD, box.width + 2 * PAD, box.height + 2 * PAD)
    x, y, width, height = (round(value, 2) for value in values)
    return x, y, width, height


def flatten_settings(settings: Mapping[str, list[dict[str, Any]]]) -> dict[str, tuple[Any, str]]:
    """Return the settings by their keys: the value, and what sets it."""
    found = {each["key"]: (each["value"], each["from"]) for each in settings["template"]}
    return found | {each["key"]: (each["value"], each["from"]) for each in settings["options"]}
