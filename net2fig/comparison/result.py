"""The result of `compare`: the differences, in words, and the figure of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import Struct

from net2fig.comparison.differences import Difference
from net2fig.comparison.picture import ComparisonPicture
from net2fig.errors import Notice
from net2fig.network import Network
from net2fig.options.formats import find_format
from net2fig.render import FORMATS, render
from net2fig.render.files import write_all
from net2fig.scene import Scene


class Comparison(Struct, frozen=True):
    """Two networks, their differences, the same in words, and the figure of both."""

    networks: tuple[Network, Network]
    names: tuple[str, str]
    differences: tuple[Difference, ...]
    words: tuple[str, ...]
    picture: ComparisonPicture
    report: dict[str, Any]
    warnings: tuple[Notice, ...] = ()

    @property
    def model_warnings(self) -> tuple[Notice, ...]:
        """The warnings that apply without a figure."""
        models = [notice for network in self.networks for notice in network.notices]
        model_notices = {*models, *self.picture.pair.outline.notices}
        return tuple(notice for notice in self.warnings if notice in model_notices)

    def __repr__(self) -> str:
        """Return the names and the number of differences."""
        return f"<Comparison of {' and '.join(self.names)}: {len(self.differences)} differences>"

    def __bool__(self) -> bool:
        """Tell whether the networks differ."""
        return bool(self.differences)

    @property
    def scene(self) -> Scene:
        """The finished drawing."""
        return self.picture.scene

    @property
    def alt(self) -> str:
        """The comparison described in sentences."""
        return self.scene.description

    def to_bytes(self, format: str, **details: Any) -> bytes:
        """Return the figure as svg, pdf, png or tex."""
        return render(self.scene, format, **details)

    def save(self, *paths: str | Path, **details: Any) -> None:
        """Write the figure to files, all or none; the suffix of each says the format."""
        write_all([(p, self.to_bytes(find_format(p, FORMATS), **details)) for p in paths])

    def _repr_svg_(self) -> str:
        return self.to_bytes("svg").decode()
