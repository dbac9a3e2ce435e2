"""What was measured, held against its bar, as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEAD = ("work", "measured", "result", "bar", "aim", "")


@dataclass(frozen=True, slots=True)
class Bar:
    """How small a result must be, or where `least`, how great; and how small it is to become."""

    must: float
    aim: float
    unit: Callable[[float], str]
    least: bool = False

    def met(self, value: float, mark: float) -> bool:
        """Tell whether a value reaches a mark."""
        return value >= mark if self.least else value <= mark

    def verdict(self, value: float) -> str:
        """Return what is to be said of a value."""
        if not self.met(value, self.must):
            return "**fails**"
        return "aim reached" if self.met(value, self.aim) else "passes"

    def told(self, mark: float) -> str:
        """Return a mark with its direction."""
        return f"{'≥' if self.least else '≤'} {self.unit(mark)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison; without a value, `measured` says why there is none."""

    work: str
    measured: str
    value: float | None
    bar: Bar

    @property
    def passes(self) -> bool:
        """Whether the bar is reached, or was not asked for."""
        return self.value is None or self.bar.met(self.value, self.bar.must)

    def cells(self) -> tuple[str, ...]:
        """Return the cells, in the order of the head."""
        value, bar = self.value, self.bar
        result = "–" if value is None else bar.unit(value)
        verdict = "not measured" if value is None else bar.verdict(value)
        return (self.work, self.measured, result, bar.told(bar.must), bar.told(bar.aim), verdict)


def share(value: float) -> str:
    """Return a share in percent."""
    return f"{value:.1%}".replace("%", " %")


def times(value: float) -> str:
    """Return how many times as much."""
    return f"{value:.1f} ×"


def seconds(value: float) -> str:
    """Return a time, with the digits that mean something."""
    return f"{value:.2f} s"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table of Markdown, which is read as it stands too."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in cells
    ]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "".join(f"| {line} |\n" for line in lines)
