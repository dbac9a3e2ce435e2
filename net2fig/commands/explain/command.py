"""`net2fig explain MODEL`: what would be drawn, hidden, grouped and why, as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from net2fig.commands.arguments import (
    SETTINGS,
    add_config_option,
    add_model_argument,
    add_options,
    check_one_model,
    collect_options,
    to_json,
)
from net2fig.commands.explain.explain_data import Explanation, explain_figure
from net2fig.commands.explain.reasons import OptionSources
from net2fig.commands.explain.settings import list_settings, write_settings
from net2fig.commands.tables import format_section, format_table
from net2fig.commands.terminal import print_lines
from net2fig.data.grammar import load_grammar
from net2fig.errors import ModelError
from net2fig.figure import Figure, draw_source
from net2fig.group.expansion.faults import find_faults
from net2fig.laws import Breach, find_breaches
from net2fig.options.option import FIGURE
from net2fig.options.resolve import resolve
from net2fig.options.sources import load_sources

MAX_NAMES = 3
"""The most layers of a block that the table names; others are counted."""


@click.command("explain", context_settings=SETTINGS)
@add_model_argument("model", "MODEL")
@add_config_option("-c")
@add_options(FIGURE)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@click.option("--check", is_flag=True, help="Check the laws of a figure; exit code 1 if broken.")
@click.option("--config", "config_only", is_flag=True, help="The options, and what sets each.")
def explain_command(
    model: tuple[str, ...],
    config: str | None,
    as_json: bool,
    check: bool,
    config_only: bool,
    **values: Any,
) -> None:
    """What would be drawn, hidden, grouped and why, as text."""
    source = check_one_model(model, "explain model.py")
    arguments, file = load_sources(source, config, collect_options(values), command=True)
    options = resolve(arguments, file)
    if config_only:
        setting_list = list_settings(arguments, file, options)
        lines = to_json(setting_list).splitlines() if as_json else write_settings(setting_list)
        print_lines(lines)
        return
    figure = draw_source(source, options)
    data = explain_figure(figure, OptionSources(arguments, file, load_grammar()))
    laws = list_breaches(figure) if check else None
    if as_json:
        print_lines(to_json({**data, **({"laws": laws} if check else {})}).splitlines())
    else:
        print_lines(write_lines(data, laws))
    if laws:
        names = ", ".join(sorted({law.split(":")[0] for law in laws}))
        raise ModelError(f"invalid figure: it breaks {names} ({laws[0]})")


def list_breaches(figure: Figure) -> list[str]:
    """Return each breach of a law: what the scene shows wrongly, and the outline."""
    faults = find_faults(figure.network, figure.outline)
    breaches = find_breaches(figure.scene, figure.outline, figure.page)
    return [str(breach) for breach in (*breaches, *(Breach("L11", fault) for fault in faults))]


def write_lines(data: Explanation, laws: list[str] | None = None) -> Iterator[str]:
    """Yield an account as the lines of a page of text."""
    yield (
        f"{data['source']}: {data['layers']} layers, {format_count(data['params'])} parameters;"
        f" {data['glyphs']} glyphs at the level {data['level']!r},"
        f" {data['width_pt']:.0f} × {data['height_pt']:.0f} pt for {data['template']!r}"
    )
    rows = [["block", "×", "in", "out", "parameters", "layers", "why"]]
    rows += [
        [
            block["type"],
            str(block["count"]),
            " + ".join(block["in"]),
            block["out"],
            format_count(block["params"]),
            shorten_names(block["layers"]),
            "; ".join(block["why"]),
        ]
        for block in data["blocks"]
    ]
    yield from format_section("drawn", list(format_table(rows, right=(1, 4))))
    hidden = [
        [
            hidden["class"],
            str(len(hidden["layers"])),
            shorten_names(hidden["layers"]),
            write_reason(hidden),
        ]
        for hidden in data["hidden"]
    ]
    yield from format_section("not shown", list(format_table(hidden, right=(1,))) if hidden else [])
    groups: list[str] = []
    for group in data["groups"]:
        count = f"{group['count']} times, {group['layers']} layers"
        groups.append(f"{group['name']}: {count}; {write_reason(group)}")
        body = group["pattern"] or "no pattern says it: " + ", ".join(group["body"])
        groups += [f"  {text}" for text in (body, *group["notes"])]
    yield from format_section("groups", groups)
    yield from format_section("not found", data["unmatched"])
    yield from format_section("warnings", data["warnings"])
    if laws is not None:
        yield from format_section("laws", laws or ["none is broken"])


def write_reason(data: Explanation) -> str:
    """Return the reason, and its place."""
    return f"{data['why']} ({data['where']})" if data["where"] else str(data["why"])


def format_count(count: int | None) -> str:
    """Return a count with its thousands apart."""
    return "?" if count is None else f"{count:,}"


def shorten_names(ids: list[str]) -> str:
    """Return the names of layers: the first, the last and their number."""
    if len(ids) <= MAX_NAMES:
        return ", ".join(ids)
    return f"{ids[0]} … {ids[-1]} ({len(ids)})"
