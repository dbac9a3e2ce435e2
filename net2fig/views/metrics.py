"""Numbers of models or of layers as a chart, in which a box can be drawn around points."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from net2fig.chips.drawing.marks import load_chip_grammar
from net2fig.chips.table.metrics import read_metrics
from net2fig.chips.table.names import RowNames
from net2fig.data.grammar import load_grammar, load_palette
from net2fig.errors import ModelError, UsageError, one_of, suggestion
from net2fig.html.models import list_rows
from net2fig.html.section import Section, Shown
from net2fig.options.page import Page
from net2fig.rules.facts import compute_facts
from net2fig.scene import Scene
from net2fig.views.drawing import Mark, Part, write_drawing
from net2fig.views.scatter import ChartPoint, draw_chart

PARAMS, ADDS, DEPTH, LAYERS = "parameters", "multiply–adds", "depth", "layers"

MODEL_NUMBERS = (PARAMS, ADDS, DEPTH, LAYERS)

NUMBER = re.compile(r"\s*([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)")
"""How a value of a metric begins; what follows is its spread or its unit."""

PLANE = re.compile(r'<path class="ground" d="[^"]*"')


class Chart(Struct, frozen=True):
    """A chart, and the models that its points stand for or belong to."""

    scene: Scene
    shown: tuple[Shown, ...]


def make_layer_chart(shown: Shown, page: Page, title: str) -> Chart:
    """Return the chart of the layers of a model: parameters over multiply–adds."""
    grammar, palette = load_grammar(), load_palette(page.palette)
    points = [
        ChartPoint(
            adds,
            params,
            f"{id}: {params:,} parameters, {adds:,} multiply–adds",
            palette.roles[grammar.kinds[kind].role],
            data=(("model", shown.name), ("at", str(place))),
        )
        for place, (id, _, kind, params, adds, _, _) in enumerate(list_rows(shown.network, {}))
        if params and adds
    ]
    if not points:
        message = f"missing numbers: of no layer of {shown.name!r} parameters and multiply–adds are"
        raise ModelError(f"{message} known")
    text = f"{len(points)} layers by parameters and multiply–adds."
    return Chart(draw_chart(points, (ADDS, PARAMS), page, palette, title, text), (shown,))


def make_model_chart(
    shown: Sequence[Shown], metrics: Any, x: str | None, y: str | None, page: Page, title: str
) -> Chart:
    """Return the chart of models: one number over another, each of the network or a metric."""
    values = read_metrics(metrics, RowNames({each.name: () for each in shown}))
    choices = (*MODEL_NUMBERS, *values.names)
    x, y = x or PARAMS, y or next(iter(values.names), ADDS)
    for name in (x, y):
        if name not in choices:
            message = f"unknown number: {name!r} of models {one_of(choices)}"
            raise UsageError(message, hint=suggestion(name, choices))
    palette = load_palette(page.palette)
    points = []
    for each in shown:
        numbers = _list_numbers(each, values.get_row(each.name))
        if x in numbers and y in numbers:
            label = f"{each.name}: {numbers[x]:g} {x}, {numbers[y]:g} {y}"
            data = (("model", each.name),)
            color = palette.groups[0]
            points.append(ChartPoint(numbers[x], numbers[y], label, color, each.name, data))
    if not points:
        raise ModelError(f"missing numbers: of no model {x} and {y} are known")
    names = ", ".join(point.label for point in points)
    text = f"{len(points)} models by {x} and {y}: {names}."
    return Chart(draw_chart(points, (x, y), page, palette, title, text), tuple(shown))


def _list_numbers(shown: Shown, row: Mapping[str, str]) -> dict[str, float]:
    """Return the known numbers of a model."""
    facts = compute_facts(shown.network, load_grammar(), load_chip_grammar().deep)
    own = zip(MODEL_NUMBERS, (facts.params, facts.macs, facts.depth, facts.layers), strict=True)
    numbers = {name: float(value) for name, value in own if value is not None}
    for name, text in row.items():
        found = NUMBER.match(text)
        if found:
            numbers[name] = float(found[1])
    return numbers


def make_metrics_section(chart: Chart, title: str, prefix: str) -> Section:
    """Return a chart as a view."""
    numbers = {each.name: number for number, each in enumerate(chart.shown)}

    def find_mark(part: Part) -> Mark | None:
        place = dict(part.group.data).get("at")
        number, label = numbers[part.row], part.group.title or ""
        if place is None:
            return Mark(label, number, is_model=True)
        return Mark(label, number, place)

    drawing = write_drawing(chart.scene, find_mark, prefix)
    # The ground hears where a box is begun.
    drawing = PLANE.sub(lambda found: found[0].replace('"ground"', '"ground plane"'), drawing)
    return Section(
        "metrics",
        title,
        f'<div class="sheet">\n{drawing}\n</div>',
        chart.shown,
        scenes=(chart.scene,),
        about="A point is a layer or a model: click it, or draw a box around several.",
    )
