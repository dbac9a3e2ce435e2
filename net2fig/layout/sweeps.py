"""Let fewer edges cross by small moves, as `dot` does (Gansner, Koutsofios, North, Vo 1993, 3).

Sweeps to the right and back sort every column by where its neighbours stand on average; after each,
two neighbours of a column change places as long as fewer edges cross then.

Requires: columns with the steps between each pair of neighbours.
Ensures: no more crossings than at the start; the same start gives the same end.
"""

from __future__ import annotations

from collections.abc import Sequence

SWEEPS = 16

WORK = 150_000
"""How many pairs of edges one search compares at most: where there are more, it ends early."""

Step = Sequence[tuple[int, int]]


def swept(
    columns: Sequence[Sequence[int]], steps: Sequence[Step], tier: Sequence[int] = ()
) -> tuple[int, list[list[int]]]:
    """Return the fewest crossings that were met, and the columns that have them.

    Only what has the same `tier` changes places.
    """
    search = _Search(columns, steps, tier)
    search.exchange()
    best = (search.crossings(), search.copy())
    for sweep in range(SWEEPS):
        if not best[0] or search.work > WORK:
            break
        search.sort(backwards=sweep % 2 == 1)
        search.exchange()
        crossings = search.crossings()
        if crossings < best[0]:
            best = (crossings, search.copy())
    return best


class _Search:
    """Columns, the neighbours of everything in them, and where it stands."""

    def __init__(
        self, columns: Sequence[Sequence[int]], steps: Sequence[Step], tier: Sequence[int]
    ) -> None:
        self.work = 0
        self.tier = tier or (0,) * (1 + max((n for column in columns for n in column), default=0))
        self.steps = steps
        self.columns = [list(column) for column in columns]
        self.before: dict[int, list[int]] = {node: [] for column in columns for node in column}
        self.after: dict[int, list[int]] = {node: [] for node in self.before}
        for step in steps:
            for source, target in step:
                self.after[source].append(target)
                self.before[target].append(source)
        self.place = {node: n for column in columns for n, node in enumerate(column)}

    def copy(self) -> list[list[int]]:
        """Return the columns as they are now."""
        return [list(column) for column in self.columns]

    def exchange(self) -> None:
        """Let neighbours change places as long as that saves crossings."""
        waiting = True
        while waiting and self.work <= WORK:
            waiting = False
            for column in self.columns:
                for n in range(len(column) - 1):
                    upper, lower = column[n], column[n + 1]
                    same = self.tier[upper] == self.tier[lower]
                    if same and self._saved(upper, lower) > 0:
                        column[n], column[n + 1] = lower, upper
                        self.place[upper], self.place[lower] = n + 1, n
                        waiting = True

    def _saved(self, upper: int, lower: int) -> int:
        """Return how many crossings fewer there are if two neighbours change places."""
        place = self.place
        saved = 0
        for near in (self.before, self.after):
            ends = near[lower]
            self.work += 1 + len(near[upper]) * len(ends)
            for a in near[upper]:
                start = place[a]
                for b in ends:
                    saved += (start > place[b]) - (start < place[b])
        return saved

    def sort(self, *, backwards: bool) -> None:
        """Sort every column by its neighbours in the column before, or in the one after."""
        near = self.after if backwards else self.before
        for column in reversed(self.columns) if backwards else self.columns:
            column.sort(
                key=lambda node: (self.tier[node], self._mean(near[node], self.place[node]))
            )
            self.place.update((node, n) for n, node in enumerate(column))

    def _mean(self, nodes: list[int], otherwise: int) -> float:
        return sum(self.place[n] for n in nodes) / len(nodes) if nodes else otherwise

    def crossings(self) -> int:
        """Return how many pairs of edges cross."""
        place = self.place
        ends = [sorted((place[a], place[b]) for a, b in step) for step in self.steps]
        return sum(count_inversions([end for _, end in each]) for each in ends)


def count_inversions(values: list[int]) -> int:
    """Count pairs that stand in the wrong order, by merging."""
    if len(values) < 2:
        return 0
    half = len(values) // 2
    left, right = values[:half], values[half:]
    count = count_inversions(left) + count_inversions(right)
    left.sort()
    right.sort()
    below = 0
    for value in left:
        while below < len(right) and right[below] < value:
            below += 1
        count += below
    return count
