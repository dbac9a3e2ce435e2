"""Notices about a finished figure: too wide, letters without a shape, idle styles."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from net2fig.compose.composition import Composition
from net2fig.data.grammar import load_grammar
from net2fig.errors import Notice, suggestion
from net2fig.fonts.metrics import missing_glyphs
from net2fig.network import Network
from net2fig.options.page import Page
from net2fig.options.table import Options
from net2fig.scene import Text

SLACK = 0.5
"""The excess in points that causes no notice."""


def add_notices(
    composition: Composition, network: Network, page: Page, options: Options
) -> Composition:
    """Return the composition with the notices that its outline does not have yet."""
    added = (
        *_find_bounds(composition),
        *_find_oversize(composition, page),
        *_find_missing_glyphs(composition),
        *_find_idle_styles(composition, network, options),
    )
    if page.palette.endswith(".toml"):
        from net2fig.compose.style.palette_notices import find_palette_notices

        added += tuple(find_palette_notices(composition.outline, load_grammar(), page, options))
    notices = (*composition.outline.notices, *added)
    return replace(composition, outline=replace(composition.outline, notices=notices))


def _find_bounds(composition: Composition) -> Iterator[Notice]:
    """Tell of a figure for which not all was tried."""
    if composition.is_bounded:
        text = (
            f"the network is too large to try every way to draw it: this is the level"
            f" {composition.outline.level!r}, and lines may cross more often than they need"
        )
        yield Notice("bounded-layout", text)


def _find_oversize(composition: Composition, page: Page) -> Iterator[Notice]:
    """Tell of a figure that is larger than asked, or higher than any page."""
    size = composition.scene.size
    if size.width > page.width + SLACK:
        text = f"the figure is {size.width:.0f} pt wide, more than the {page.width:.0f} pt"
        yield Notice("too-wide", f"{text} asked for: a single glyph or name needs that much")
    if size.height > page.height + SLACK:
        text = f"the figure is {size.height:.0f} pt high, more than the {page.height:.0f} pt"
        reason = "asked for" if page.height_is_set else "of the page"
        yield Notice(
            "too-high", f"{text} {reason}: a wider page, less detail or no legend makes it lower"
        )


def _find_missing_glyphs(composition: Composition) -> Iterator[Notice]:
    """Tell of letters that the font does not have: PDF and PNG show a box in their place."""
    missing: dict[str, None] = {}
    for item, _ in composition.scene.walk():
        if isinstance(item, Text):
            missing.update(dict.fromkeys(missing_glyphs(item.string, item.family)))
    if missing:
        yield Notice("missing-glyphs", f"the font has no shape for: {' '.join(missing)}")


def _find_idle_styles(
    composition: Composition, network: Network, options: Options
) -> Iterator[Notice]:
    """Tell of styles that are for nothing in the network."""
    outline = composition.outline
    names = {name for each in network.layers for name in (each.name, each.class_name, each.op)}
    names |= {definition.name for definition in outline.groups}
    bodies = [outline, *(group.body for group in outline.groups)]
    names |= {word for body in bodies for block in body.blocks for word in (block.type, block.op)}
    for name in options.styles:
        if not name.startswith(":") and name not in names:
            hint = suggestion(name, sorted(names))
            text = f"style {name!r} is for nothing in this network"
            yield Notice("idle-style", f"{text} ({hint})" if hint else text, ("style", name))
