"""The table of results, each compared with its bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEAD = ("work", "measured", "result", "bar", "aim", "")


@dataclass(frozen=True, slots=True)
class Bar:
    """The greatest result that passes, and the goal; with `least`, the smallest that passes."""

    must: float
    aim: float
    unit: Callable[[float], str]
    least: bool = False

    def reaches(self, value: float, limit: float) -> bool:
        """Return whether a value reaches a limit."""
        return value >= limit if self.least else value <= limit

    def verdict(self, value: float) -> str:
        """Return the last cell of a row with this value."""
        if not self.reaches(value, self.must):
            return "**fails**"
        return "aim reached" if self.reaches(value, self.aim) else "passes"

    def written(self, limit: float) -> str:
        """Return a limit with its direction, as in ≤ 5.0 %."""
        return f"{'≥' if self.least else '≤'} {self.unit(limit)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. Without a value, `measured` gives the reason."""

    work: str
    measured: str
    value: float | None
    bar: Bar

    @property
    def passes(self) -> bool:
        """Whether the value reaches the bar, or was not measured."""
        return self.value is None or self.bar.reaches(self.value, self.bar.must)

    def cells(self) -> tuple[str, ...]:
        """Return the cells in the order of `HEAD`."""
        value, bar = self.value, self.bar
        result = "–" if value is None else bar.unit(value)
        verdict = "not measured" if value is None else bar.verdict(value)
        return (
            self.work,
            self.measured,
            result,
            bar.written(bar.must),
            bar.written(bar.aim),
            verdict,
        )


def share(value: float) -> str:
    """Return a ratio in percent."""
    return f"{value:.1%}".replace("%", " %")


def times(value: float) -> str:
    """Return a ratio as a factor."""
    return f"{value:.1f} ×"


def seconds(value: float) -> str:
    """Return a time in seconds."""
    return f"{value:.2f} s"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table with aligned columns."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in cells
    ]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "".join(f"| {line} |\n" for line in lines)
