"""Which rows a table has, in which order, and which of them are best for their size."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.table.columns import Column, Row, column, number
from net2fig.errors import UsageError, one_of

TESTS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


class Condition(Struct, frozen=True):
    """A column, and what its number must be."""

    column: Column
    test: Callable[[float, float], bool]
    bound: float

    def holds(self, row: Row, reference: Row) -> bool:
        """Tell whether a row is kept; one whose number is unknown is not."""
        value = self.column.number(row, reference)
        return value is not None and self.test(value, self.bound)


def arranged(
    rows: Sequence[Row],
    reference: Row,
    metrics: Sequence[str],
    *,
    keep: Sequence[str] = (),
    sort: str | None = None,
    pareto: str | None = None,
) -> list[Row]:
    """Return the rows that are kept, sorted, the best for their size marked.

    Ensures: rows that a column says the same of keep their order; those it knows nothing of come
    last. A row is best where no other has at most its parameters and a better metric, or fewer and
    one as good.
    """
    conditions = [condition(text, metrics) for text in keep]
    kept = [row for row in rows if all(each.holds(row, reference) for each in conditions)]
    if not kept:
        message = f"invalid condition: no model is left by {', '.join(map(repr, keep))} in --keep"
        raise UsageError(message)
    if pareto is not None:
        kept = _marked(kept, reference, pareto, metrics)
    return _sorted(kept, reference, sort, metrics) if sort is not None else kept


def condition(text: str, metrics: Sequence[str]) -> Condition:
    """Return a condition such as "params<10M"."""
    match = re.fullmatch(r"\s*(.+?)\s*(<=|>=|<|>|=)\s*(.+?)\s*", text)
    bound = number(match[3]) if match else None
    if not match or bound is None:
        message = f"invalid condition: {text!r} in --keep (a column, one of"
        message += f" {', '.join(TESTS)}, and a number)"
        raise UsageError(message, hint="write a condition such as 'params<10M'")
    return Condition(column(match[1], metrics, "--keep"), TESTS[match[2]], bound)


def _sorted(rows: Sequence[Row], reference: Row, sort: str, metrics: Sequence[str]) -> list[Row]:
    """Return the rows in the order of a column, or with "-" in the opposite one."""
    name, sign = _signed(sort)
    if name == "name":
        return sorted(rows, key=lambda row: row.model.name.lower(), reverse=sign < 0)
    chosen = column(name, metrics, "--sort")

    def key(row: Row) -> tuple[bool, float]:
        value = chosen.number(row, reference)
        return value is None, 0.0 if value is None else sign * value

    return sorted(rows, key=key)


def _marked(rows: Sequence[Row], reference: Row, pareto: str, metrics: Sequence[str]) -> list[Row]:
    """Return the rows with those marked that are best for their number of parameters."""
    name, sign = _signed(pareto)
    if name not in metrics:
        message = f"unknown metric: {name!r} in --pareto {one_of(metrics)}"
        raise UsageError(message)
    chosen = column(name, metrics, "--pareto")
    points: list[tuple[float, float] | None] = []
    for row in rows:
        value, params = chosen.number(row, reference), row.facts.params
        points.append(None if value is None or params is None else (params, -sign * value))
    return [
        replace(row, best=point is not None and not _beaten(point, points))
        for row, point in zip(rows, points, strict=True)
    ]


def _beaten(point: tuple[float, float], points: Sequence[tuple[float, float] | None]) -> bool:
    """Tell whether another point is as low in both and lower in one."""
    return any(
        other is not None and other != point and other[0] <= point[0] and other[1] <= point[1]
        for other in points
    )


def _signed(name: str) -> tuple[str, int]:
    """Return a name without its "-", and the sign."""
    return (name[1:], -1) if name.startswith("-") else (name, 1)
