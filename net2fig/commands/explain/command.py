"""`net2fig explain MODEL`: what would be drawn, hidden, grouped and why, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from net2fig.commands.arguments import (
    SETTINGS,
    arguments,
    config_option,
    model_argument,
    one_model,
    options_of,
)
from net2fig.commands.explain.explain_data import Account, account
from net2fig.commands.explain.reasons import Sources
from net2fig.commands.explain.settings import settings, settings_lines
from net2fig.commands.tables import section, table
from net2fig.data.grammar import load_grammar
from net2fig.errors import ModelError
from net2fig.figure import figure_from
from net2fig.laws import find_breaches
from net2fig.options.option import FIGURE
from net2fig.options.resolve import resolve
from net2fig.options.sources import sources

NAMED = 3
"""How many layers of a block are named in the table; the rest is counted."""


@click.command("explain", context_settings=SETTINGS)
@model_argument("model", "MODEL")
@config_option("-c")
@options_of(FIGURE)
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
    source = one_model(model)
    argued, file = sources(source, config, arguments(values), command=True)
    options = resolve(argued, file)
    if config_only:
        found = settings(argued, file, options)
        text = to_json(found) if as_json else "\n".join(settings_lines(found))
        click.echo(text)
        return
    figure = figure_from(source, options)
    data = account(figure, Sources(argued, file, load_grammar()))
    laws = (
        [str(breach) for breach in find_breaches(figure.scene, figure.outline, figure.page)]
        if check
        else None
    )
    if as_json:
        click.echo(to_json({**data, **({"laws": laws} if check else {})}))
    else:
        click.echo("\n".join(lines(data, laws)))
    if laws:
        names = ", ".join(sorted({law.split(":")[0] for law in laws}))
        raise ModelError(f"invalid figure: it breaks {names} ({laws[0]})")


def to_json(data: Account) -> str:
    """Return an account as JSON, for programs."""
    return json.dumps(data, indent=2, ensure_ascii=False)


def lines(data: Account, laws: list[str] | None = None) -> Iterator[str]:
    """Yield an account as the lines of a page of text."""
    yield (
        f"{data['source']}: {data['layers']} layers, {number(data['params'])} parameters;"
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
            number(block["params"]),
            names(block["layers"]),
            "; ".join(block["why"]),
        ]
        for block in data["blocks"]
    ]
    yield from section("drawn", list(table(rows, right=(1, 4))))
    hidden = [
        [hidden["class"], str(len(hidden["layers"])), names(hidden["layers"]), because(hidden)]
        for hidden in data["hidden"]
    ]
    yield from section("not shown", list(table(hidden, right=(1,))) if hidden else [])
    groups: list[str] = []
    for group in data["groups"]:
        count = f"{group['count']} times, {group['layers']} layers"
        groups.append(f"{group['name']}: {count}; {because(group)}")
        body = group["pattern"] or "no pattern says it: " + ", ".join(group["body"])
        groups += [f"  {text}" for text in (body, *group["notes"])]
    yield from section("groups", groups)
    yield from section("not found", data["unmatched"])
    yield from section("warnings", data["warnings"])
    if laws is not None:
        yield from section("laws", laws or ["none is broken"])


def because(data: Account) -> str:
    """Return the reason, and where it is written."""
    return f"{data['why']} ({data['where']})" if data["where"] else str(data["why"])


def number(count: int | None) -> str:
    """Return a count with its thousands apart."""
    return "?" if count is None else f"{count:,}"


def names(ids: list[str]) -> str:
    """Return the names of layers: the first, the last and how many there are."""
    if len(ids) <= NAMED:
        return ", ".join(ids)
    return f"{ids[0]} … {ids[-1]} ({len(ids)})"
