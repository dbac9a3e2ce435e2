"""The table of layers as a view."""

from __future__ import annotations

from net2fig.html.models import find_groups, format_output, list_rows
from net2fig.html.section import Section, Shown, escape_text

HEADS = ("layer", "class", "kind", "output", "parameters", "multiply–adds", "group")
NUMBERS = ("parameters", "multiply–adds")
UNSORTED = ("output",)

ABOUT = "Every layer of the network. Click a heading to sort."


def make_table_section(shown: Shown, title: str) -> Section:
    """Return the table of the layers of a network."""
    groups = find_groups(shown.network, shown.outline) if shown.outline else {}
    return Section(
        "table",
        title,
        f'<div class="frame">\n{_write_table(shown, groups)}\n</div>\n<p class="sum"></p>',
        (shown,),
        about=ABOUT,
    )


def _write_table(shown: Shown, groups: dict[str, str]) -> str:
    heads = "".join(_write_head(name) for name in HEADS)
    rows = zip(shown.network.layers, list_rows(shown.network, groups), strict=True)
    lines = [
        _write_row(place, (id, type, kind, format_output(layer), params, adds, group))
        for place, (layer, (id, type, kind, params, adds, group, _)) in enumerate(rows)
    ]
    body = "\n".join(lines)
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _write_head(name: str) -> str:
    number = ' class="number"' if name in NUMBERS else ""
    sort = "" if name in UNSORTED else f' data-sort="{name}"'
    return f'<th scope="col"{number}{sort}>{name}</th>'


def _write_row(place: int, values: tuple[str | int | None, ...]) -> str:
    cells = "".join(
        f'<td class="number">{"?" if value is None else f"{value:,}"}</td>'
        if name in NUMBERS
        else f"<td>{escape_text(str(value))}</td>"
        for name, value in zip(HEADS, values, strict=True)
    )
    tab = -1 if place else 0
    return f'<tr data-at="{place}" tabindex="{tab}" aria-selected="false">{cells}</tr>'
