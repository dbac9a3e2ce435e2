"""Notices about colours of a palette of the author's own that look alike."""

from __future__ import annotations

from collections.abc import Iterator

from net2fig.compose.style.contrast import find_alike
from net2fig.compose.style.style_book import make_style_book
from net2fig.data.grammar import Grammar, load_palette
from net2fig.errors import Notice
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.outline import Outline


def find_palette_notices(
    outline: Outline, grammar: Grammar, page: Page, options: Options
) -> Iterator[Notice]:
    """Tell of colours in a palette of the author's own that a figure uses and that look alike."""
    name = page.palette
    if not name.endswith(".toml"):
        return
    palette = load_palette(name)
    entries = make_style_book(outline, grammar, page, options).entries
    groups = sum(entry.kind == "group" for entry in entries)
    used = {grammar.kinds[entry.kind].role for entry in entries if entry.kind != "group"}
    colours = {role: colour for role, colour in palette.roles.items() if role in used}
    accents = enumerate(palette.groups[:groups], 1)
    for part in (colours, {f"accent-{number}": colour for number, colour in accents}):
        for one, other in find_alike(part):
            text = f"the colours {one!r} and {other!r} of {name!r} look alike to some readers"
            yield Notice("alike-colours", f"{text} ({part[one]} and {part[other]})")
