"""Chips and comparisons as views."""

from __future__ import annotations

from net2fig.chips.result import Chips
from net2fig.comparison.joint import SIDES
from net2fig.comparison.result import Comparison
from net2fig.html.models import Places
from net2fig.html.section import Section, Shown, escape_text
from net2fig.views.drawing import Mark, Part, split_ids, write_drawing

SHEET = '<div class="sheet">\n{drawing}\n</div>'

WORDS = """\
<details>
<summary>All differences</summary>
<ul class="words">
{words}</ul>
</details>"""


def list_chip_models(chips: Chips) -> tuple[Shown, ...]:
    """Return the networks of a table of chips, in the order of its rows."""
    models = [row.model for row in chips.material.rows]
    return tuple(Shown(each.network, each.name, each.outline) for each in models)


def make_chips_section(chips: Chips, title: str, prefix: str) -> Section:
    """Return chips in which cells stand for layers and rows for models."""
    shown = list_chip_models(chips)
    numbers = {each.name: number for number, each in enumerate(shown)}
    drawn = [
        {id for block in row.model.outline.blocks for id in block.layers}
        for row in chips.material.rows
    ]
    places = [Places(each.network, ids) for each, ids in zip(shown, drawn, strict=True)]

    def find_mark(part: Part) -> Mark | None:
        number = numbers.get(part.row)
        if number is None:
            return None
        if "row" in part.group.classes:
            return Mark(f"Model {part.row}", number, is_model=True)
        data = dict(part.group.data)
        ids = split_ids(data.get("layers", ""), shown[number].network)
        label = ", ".join(text for text in (data.get("type"), *ids, data.get("out")) if text)
        own, carried = places[number].find(ids), places[number].find_carried(ids)
        return Mark(label, number, own, carried) if own else None

    drawing = write_drawing(chips.scene, find_mark, prefix)
    about = "A cell stands for layers, a row for a model: click to select."
    html = SHEET.format(drawing=drawing)
    return Section("chips", title, html, shown, scenes=(chips.scene,), about=about)


def make_comparison_section(comparison: Comparison, title: str, prefix: str) -> Section:
    """Return a comparison in which blocks are selected with their counterparts."""
    names = zip(comparison.networks, comparison.names, strict=True)
    shown = tuple(Shown(network, name) for network, name in names)
    pairs = {
        id: str(number) for number, pair in enumerate(comparison.picture.pair.blocks) for id in pair
    }
    blocks = {block.id: block for block in comparison.picture.pair.outline.blocks}
    drawn = comparison.picture.pair.homes
    places = [Places(each, ids) for each, ids in zip(comparison.networks, drawn, strict=True)]

    def find_mark(part: Part) -> Mark | None:
        block = blocks.get(part.group.id or "")
        if block is None:
            return None
        side = next(number for number, each in enumerate(SIDES) if block.id.startswith(each))
        ids = [id.removeprefix(SIDES[side]) for id in block.layers]
        layers, carried = places[side].find(ids), places[side].find_carried(ids)
        label = f"{shown[side].name}: {block.type}, {', '.join(ids)}"
        return Mark(label, side, layers, carried, pair=pairs.get(block.id, "")) if layers else None

    drawing = write_drawing(comparison.scene, find_mark, prefix)
    words = "".join(f"<li>{escape_text(sentence)}</li>\n" for sentence in comparison.words)
    html = f"{SHEET.format(drawing=drawing)}\n{WORDS.format(words=words)}"
    about = "Blocks that correspond are selected together."
    return Section("compare", title, html, shown, scenes=(comparison.scene,), about=about)
