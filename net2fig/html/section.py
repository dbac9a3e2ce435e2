"""A view as pages and notebooks hold it: its markup, its data, the networks it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from msgspec import Struct

from net2fig.fonts.metrics import printable
from net2fig.html.models import find_groups, pack_model
from net2fig.network import Network
from net2fig.outline import Outline
from net2fig.scene import Scene

SCALE = 2.1
"""The greatest scale of a drawing on a screen, in CSS pixels per point."""


class Shown(Struct, frozen=True):
    """A network in a view, under a name, with the outline that says what its groups are."""

    network: Network
    name: str
    outline: Outline | None = None

    def pack(self) -> dict[str, Any]:
        """Return the network as data for the script."""
        groups = find_groups(self.network, self.outline) if self.outline else {}
        return pack_model(self.network, self.name, groups)


class Section(Struct, frozen=True):
    """A view: `html` is what stands in its element, `data` what its script needs.

    `scenes` are its drawings; `about` is a sentence on what it shows.
    """

    kind: str
    title: str
    html: str
    models: tuple[Shown, ...] = ()
    data: Mapping[str, Any] = {}
    scenes: tuple[Scene, ...] = ()
    about: str = ""


def find_width_class(scene: Scene) -> str:
    """Return the class of drawings of a width."""
    return f"width-{scene.size.width * SCALE:.0f}"


def write_widths(scenes: Iterable[Scene]) -> str:
    """Return the width of each drawing: all have one scale if the window is wide enough."""
    classes = sorted({find_width_class(scene) for scene in scenes})
    rules = (f".{name} {{ max-width: {name.removeprefix('width-')}px; }}\n" for name in classes)
    return "@media screen {\n" + "".join(rules) + "}\n"


def escape_text(text: str) -> str:
    """Return a text as markup."""
    return escape(printable(text))
