"""The faces of cuboids: the colours of a style book, with more or less white in each face.

Ensures: the fill of a look stays what it is, since it tells one entry from another. Maps are pale
with bands of that fill; all else is full of it.
"""

from __future__ import annotations

from msgspec.structs import replace

from net2fig.compose.style.colours import lighten, mix, whiten
from net2fig.compose.style.entry import LegendEntry
from net2fig.compose.style.style_book import StyleBook
from net2fig.data.styles import CIRCLE, MAP, Volumes
from net2fig.glyphs.base import Faces, Look
from net2fig.scene import Texture

LOOP = "loop"
"""The glyph that keeps its mark as a cuboid."""
HUE = 0.5
"""How much of its hue a pale face keeps."""
BARE = ("input", "group")
"""The kinds whose maps have no band: what goes in is no layer, a group has several."""


def shade_book(book: StyleBook, volumes: Volumes) -> StyleBook:
    """Return a style book whose entries are drawn as volumes."""
    shaded = {entry.key: _shade(entry, book, volumes) for entry in book.entries}
    return replace(book, entries=tuple(shaded.values()), by_key=shaded)


def find_entry_form(entry: LegendEntry, book: StyleBook, volumes: Volumes) -> str:
    """Return what stands for the layers of an entry of the legend."""
    return volumes.find_form(entry.kind, book.grammar.entry(entry.op).id)


def has_bands(kind: str, form: str, look: Look) -> bool:
    """Tell whether a map shows its layers as bands: not where a texture fills it."""
    return form == MAP and kind not in BARE and not isinstance(look.fill, Texture)


def _shade(entry: LegendEntry, book: StyleBook, volumes: Volumes) -> LegendEntry:
    look, shades, pale = entry.look, volumes.full_shades, volumes.map_shades
    form = find_entry_form(entry, book, volumes)
    fill = look.fill or look.paper
    if isinstance(fill, Texture):
        faces = Faces(None, lighten(fill.paper, shades.top), None, fill.paper, volumes.edge)
    else:
        band = lighten(fill, shades.top)
        if has_bands(entry.kind, form, look):
            front, top, side = (
                mix(lighten(fill, white), whiten(fill, white), HUE)
                for white in (pale.front, pale.top, pale.side)
            )
            faces = Faces(front, top, side, band, volumes.edge)
        else:
            faces = Faces(None, band, lighten(fill, shades.side), band, volumes.edge)
    border = volumes.border * (2 if entry.kind == "group" else 1)
    glyph = "merge" if form == CIRCLE else LOOP if entry.glyph == LOOP else "cuboid"
    return replace(entry, glyph=glyph, look=replace(look, faces=faces, border=border))
