r"""Names for the glyphs of a picture, so that a paper can draw on it.

    \newcommand{\nettofigover}{\draw[->, red] (conv1.north) -- ++(0,5mm) node[above] {ours};}
    \input{figure}

Ensures: every glyph of the network is a node with the anchors of a rectangle, under the names of
its layers; no two have one name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce

from net2fig.fonts.metrics import text_width
from net2fig.geometry import Box
from net2fig.render.numbers import format_number
from net2fig.render.tex.ink import measure_bounds
from net2fig.scene import Group, Path, Scene, Text

OVER = r"\nettofigover"
"""The command of a paper that is carried out at the end of a picture."""
NETWORK = "network"
BODIES = {"body", "frame"}
"""The classes of the path that is the body of a glyph."""
ASCENT, DESCENT = 0.76, 0.24
"""How far words reach above and below their line, in sizes of the font."""
ODD = re.compile(r"[^A-Za-z0-9_/ -]")
"""What a name of TikZ does not hold."""


def write_over() -> list[str]:
    """Return the lines that carry out what a paper draws, in its own directions."""
    return [r" \begin{scope}[x=1cm,y=1cm,every node/.style={}]", f"  {OVER}", r" \end{scope}"]


def write_nodes(scene: Scene) -> Iterator[str]:
    """Yield a node for each glyph of the network, without ink."""
    names: set[str] = set()
    for item, around in scene.walk():
        if not isinstance(item, Group) or not item.id:
            continue
        if not any(NETWORK in group.classes for group in around):
            continue
        box = _find_body(item)
        name = ODD.sub("-", item.id)
        if box is None or name in names:
            continue
        names.add(name)
        others = [each for each in _list_layers(item) if each not in names]
        names.update(others)
        width, height = format_number(box.width), format_number(box.height)
        at = f"({format_number(box.centre.x)},{format_number(box.centre.y)})"
        options = [f"minimum width={width}bp", f"minimum height={height}bp"]
        options += [f"alias={each}" for each in others]
        yield rf" \node[{', '.join(options)}] ({name}) at {at} {{}};"


def _list_layers(group: Group) -> list[str]:
    """Return the names of the layers that a glyph stands for, unless it is that of a group."""
    layers = dict(group.data).get("layers", "") if "group" not in group.classes else ""
    return list(dict.fromkeys(ODD.sub("-", layer) for layer in layers.split()))


def _find_body(group: Group) -> Box | None:
    """Return the box of the body of a glyph, or of its words where these are all."""
    texts = [item for item in group.items if isinstance(item, Text)]
    for item in group.items:
        if isinstance(item, Path) and BODIES & set(item.classes):
            return measure_bounds(item)
    return reduce(Box.union, map(_measure_text, texts)) if texts else None


def _measure_text(text: Text) -> Box:
    width = text_width(text.string, text.size, bold=text.bold)
    left = text.at.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor] * width
    return Box(left, text.at.y - ASCENT * text.size, width, (ASCENT + DESCENT) * text.size)
