"""Settings for drawing a figure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from net2fig.compose.samples import Sample
from net2fig.compose.style.style_book import StyleBook
from net2fig.data.styles import Volumes
from net2fig.fonts import metrics
from net2fig.layout import Spacing
from net2fig.options.page import Page
from net2fig.options.table import Options


class DrawContext(Struct, frozen=True):
    """Settings for drawing a figure: page, options, style book, and density.

    With `tiers` each resolution has a line of its own, with `levels` a row; `volumes` are the
    measures of cuboids, where there are some.
    """

    page: Page
    options: Options
    style_book: StyleBook
    tall: float = 1.0
    wide: float = 1.0
    samples: Mapping[str, Sample] = field(default_factory=dict)
    tiers: bool = False
    levels: bool = False
    volumes: Volumes | None = None

    def spacing(self) -> Spacing:
        """Return the distances that the layout keeps."""
        page = self.page
        return Spacing(
            gap=(page.gap.least, page.gap.greatest),
            lane=page.lane,
            handle=page.handle,
            label=page.label_gap,
            row=page.row,
        )

    def width(self, string: str, size: float | None = None, *, bold: bool = False) -> float:
        """Return the width of a text in the template's font."""
        return metrics.text_width(
            string, size or self.page.size, family=self.page.family, bold=bold
        )

    def measure_letters(self, letters: str) -> float:
        """Return the width of the letters of a tag."""
        return self.width(letters, self.page.small, bold=True)
