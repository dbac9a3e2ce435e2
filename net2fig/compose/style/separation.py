"""Tell the looks of a figure apart: tones that are too near get a texture.

Not the roles of a palette are compared, but the tones that one figure uses.

Ensures: any two looks differ by `LEAST` for every reader, in a palette of greys by as much
lightness, or one of them has a texture that the other has not, as long as there are textures. What
an author chose stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from net2fig.compose.style.colours import darken, lighten
from net2fig.compose.style.contrast import (
    LEAST,
    is_grey,
    measure_lightness,
    measure_seen_difference,
)
from net2fig.compose.style.entry import Key, LegendEntry
from net2fig.scene import Texture

INPUT = "input"
MERGE = "merge"
DARK = 50.0
"""Below this lightness the ink of a texture is lighter than the colour."""


def separate_tones(
    entries: Iterable[LegendEntry],
    textures: Mapping[Key, str],
    others: Collection[str],
    chosen: Collection[Key],
    *,
    grey: bool,
) -> list[LegendEntry]:
    """Return the entries, those of them in a texture that look like one before.

    `textures` holds the texture that each would have by itself, `others` those that are free;
    `chosen` the keys of what an author gave a colour or a texture.
    """
    entries = list(entries)
    # A merge gives way to all others: where it is drawn small, its sign tells it apart.
    order = sorted(entries, key=lambda each: each.kind == MERGE)
    used = {each.look.fill.name for each in entries if isinstance(each.look.fill, Texture)}
    plain = [each for each in entries if each.key in chosen and isinstance(each.look.fill, str)]
    separated: dict[Key, LegendEntry] = {}
    for entry in order:
        separated[entry.key] = entry
        fill = entry.look.fill
        # An input bears its name.
        if entry.key in chosen or not isinstance(fill, str) or entry.kind == INPUT:
            continue
        if not any(_is_near(fill, str(other.look.fill), grey=grey) for other in plain):
            plain.append(entry)
            continue
        names = [textures[entry.key], *others]
        name = next((name for name in names if name not in used and name != "blank"), names[0])
        used.add(name)
        look = replace(entry.look, fill=_cover(fill, name))
        separated[entry.key] = replace(entry, look=look)
    return [separated[entry.key] for entry in entries]


def _is_near(one: str, other: str, *, grey: bool) -> bool:
    """Tell whether some reader takes one colour for the other."""
    if grey:
        return abs(measure_lightness(one) - measure_lightness(other)) < LEAST
    return measure_seen_difference(one, other) < LEAST


def _cover(colour: str, name: str) -> Texture:
    """Return a colour under a texture of its own hue."""
    is_dark = measure_lightness(colour) < DARK
    return Texture(name, lighten(colour, 0.62) if is_dark else darken(colour, 0.45), colour)


def is_grey_palette(colours: Iterable[str]) -> bool:
    """Tell whether no colour has a hue."""
    return all(map(is_grey, colours))
