"""The page of a figure: the options over the template, every value decided.

Precedence: argument → grouping file → template → grammar. The first two have met in `Options`; here
what they leave open is taken from the template. No other stage asks both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import asdict, replace

from net2fig.data.schema import format_value
from net2fig.data.template import Template, load_template
from net2fig.errors import UsageError
from net2fig.fonts.metrics import forget_if_changed, is_font_path
from net2fig.options.rows import index_options
from net2fig.options.sources import Source
from net2fig.options.table import Options

DEFAULT_TEMPLATE = str(index_options()["template"].default)


class Page(Template, frozen=True):
    """A template with the options laid over it.

    `height_is_set` tells whether the height is set by an option rather than the template;
    `background` is that of a `Scene`.
    """

    background: str = ""
    height_is_set: bool = False

    def undo_zoom(self) -> Page:
        """Return the page as the drawing sees it, before it is enlarged by `zoom`."""
        return replace(self, width=self.width / self.zoom, height=self.height / self.zoom)


OVERRIDES = tuple(name for name in index_options() if name in Page.__struct_fields__)
"""The options that stand above fields of the page with the same names."""


def resolve_page(options: Options, template: str = DEFAULT_TEMPLATE) -> Page:
    """Return the page for which a figure is drawn; `template` is the one where none is set."""
    fields: dict[str, Any] = {**asdict(load_template(options.template or template)), **options.page}
    for name in OVERRIDES:
        value = getattr(options, name)
        if value is not None:
            fields[name] = value
    if options.font is not None:
        fields["family"] = options.font
        if is_font_path(options.font):
            forget_if_changed(options.font)
    return Page(**fields, height_is_set=options.height is not None)


TEXT_SIZES = {"size": "text.size", "small": "text.small"}
"""The sizes of texts, and their keys."""


def find_page_problems(
    options: Options, template: str, sources: Sequence[Source]
) -> Iterator[UsageError]:
    """Yield the texts that the table `page` makes smaller than the venue accepts."""
    if not {*TEXT_SIZES, "minimum"} & set(options.page):
        return
    page = resolve_page(options, template)
    for name, key in TEXT_SIZES.items():
        size = getattr(page, name)
        if size < page.minimum:
            place = _find_source(key, sources).place(f"page.{key}")
            least = f"(must be at least {page.minimum:g}, the smallest text that"
            message = f"invalid value: {format_value(size)} in {place} {least} {page.id!r} accepts)"
            yield UsageError(message, place=place)


def _find_source(key: str, sources: Sequence[Source]) -> Source:
    """Return the first source that sets a key of the page, else the first that sets any."""
    section, _, name = key.partition(".")
    tables = [(each, each.data.get("page", {}).get(section, {})) for each in sources]
    return next((each for each, table in tables if name in table), sources[0])
