"""What a user should know of a finished page: too wide, letters without a shape, idle styles."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from net2fig.compose.page import Page
from net2fig.data.grammar import load_grammar
from net2fig.data.template import Template
from net2fig.errors import Notice, suggestion
from net2fig.fonts.metrics import missing_glyphs
from net2fig.network import Network
from net2fig.options.types import Options
from net2fig.scene import Text

SLACK = 0.5
"""How many points more than asked are not worth a word."""


def with_notices(page: Page, network: Network, template: Template, options: Options) -> Page:
    """Return the page with what is to be told beside what its outline tells already."""
    found = (*_large(page, template, options), *_shapeless(page), *_idle(page, network, options))
    if (options.palette or template.palette).endswith(".toml"):
        from net2fig.compose.style.contrast import palette_notices

        found += tuple(palette_notices(page.outline, load_grammar(), template, options))
    notices = (*page.outline.notices, *found)
    return replace(page, outline=replace(page.outline, notices=notices))


def _large(page: Page, template: Template, options: Options) -> Iterator[Notice]:
    """Tell of a figure that is larger than asked, or higher than any page."""
    size = page.scene.size
    if size.width > template.width + SLACK:
        text = f"the figure is {size.width:.0f} pt wide, more than the {template.width:.0f} pt"
        yield Notice("too-wide", f"{text} asked for: a single glyph or name needs that much")
    if size.height > template.height + SLACK:
        text = f"the figure is {size.height:.0f} pt high, more than the {template.height:.0f} pt"
        reason = "asked for" if options.height else "of the page"
        yield Notice("too-high", f"{text} {reason}: a wider page or less detail makes it lower")


def _shapeless(page: Page) -> Iterator[Notice]:
    """Tell of letters that the font does not have: PDF and PNG show a box in their place."""
    missing: dict[str, None] = {}
    for item, _ in page.scene.walk():
        if isinstance(item, Text):
            missing.update(dict.fromkeys(missing_glyphs(item.string, item.family)))
    if missing:
        yield Notice("missing-glyphs", f"the font has no shape for: {' '.join(missing)}")


def _idle(page: Page, network: Network, options: Options) -> Iterator[Notice]:
    """Tell of styles that are for nothing in the network."""
    names = {name for each in network.layers for name in (each.name, each.class_name, each.op)}
    names |= {definition.name for definition in page.outline.groups}
    bodies = [page.outline, *(group.body for group in page.outline.groups)]
    names |= {word for body in bodies for block in body.blocks for word in (block.type, block.op)}
    for name in options.styles:
        if not name.startswith(":") and name not in names:
            hint = suggestion(name, sorted(names))
            text = f"style {name!r} is for nothing in this network"
            yield Notice("idle-style", f"{text} ({hint})" if hint else text)
