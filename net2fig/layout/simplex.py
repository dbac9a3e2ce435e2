"""Network simplex: the ranks with which all links are shortest (Gansner et al. 1993, section 2).

Requires: nodes in a topological order, and links that connect them all.
Ensures: along every link the rank grows by one at least; the sum of all lengths is least; the first
rank is 0.
"""

from __future__ import annotations

from functools import lru_cache

PIVOTS = 20
"""How many exchanges there may be for each node; more would be a circle."""

Links = tuple[tuple[int, int], ...]


@lru_cache(maxsize=1024)
def solve_ranks(count: int, links: Links) -> list[int]:
    """Return the rank of every node.

    The same piece is asked for again while a figure is fitted to its page.
    """
    return _Simplex(count, links).solve()


class _Simplex:
    """Ranks, and a tree of links that are as short as they may be."""

    def __init__(self, count: int, links: Links) -> None:
        self.count, self.links = count, links
        self.rank = [0] * count
        for source, target in sorted(links):
            self.rank[target] = max(self.rank[target], self.rank[source] + 1)
        # How much longer all links become where a node moves on by one rank.
        self.pull = [0] * count
        for source, target in links:
            self.pull[target] += 1
            self.pull[source] -= 1
        self.near: list[list[int]] = [[] for _ in range(count)]
        for number, (source, target) in enumerate(links):
            self.near[source].append(number)
            self.near[target].append(number)
        self.tree: set[int] = set()

    def solve(self) -> list[int]:
        """Exchange links of the tree as long as that makes all links shorter."""
        if self.count < 2:
            return self.rank
        self._grow_tree()
        for _ in range(PIVOTS * self.count):
            leaving, side = self._find_leaving()
            if leaving is None:
                break
            entering = self._find_entering(leaving, side)
            if entering is None:
                break
            self._exchange(leaving, entering, side)
        least = min(self.rank)
        return [rank - least for rank in self.rank]

    def _slack(self, number: int) -> int:
        source, target = self.links[number]
        return self.rank[target] - self.rank[source] - 1

    def _grow_tree(self) -> None:
        """Make a tree of links without slack, moving what is in it towards the rest."""
        inside = {0}
        while len(inside) < self.count:
            stack = [*inside]
            while stack:
                node = stack.pop()
                for number in self.near[node]:
                    source, target = self.links[number]
                    other = target if source == node else source
                    if other not in inside and not self._slack(number):
                        self.tree.add(number)
                        inside.add(other)
                        stack.append(other)
            crossing = [
                number
                for number, (source, target) in enumerate(self.links)
                if (source in inside) != (target in inside)
            ]
            if not crossing:
                break
            number = min(crossing, key=lambda n: (self._slack(n), n))
            step = self._slack(number) * (1 if self.links[number][0] in inside else -1)
            for node in inside:
                self.rank[node] += step

    def _find_leaving(self) -> tuple[int | None, set[int]]:
        """Return a link of the tree that should be longer, and the nodes behind it."""
        order: list[tuple[int, int, int]] = []
        seen = {0}
        stack = [0]
        while stack:
            node = stack.pop()
            for number in self.near[node]:
                if number in self.tree:
                    source, target = self.links[number]
                    other = target if source == node else source
                    if other not in seen:
                        seen.add(other)
                        order.append((other, node, number))
                        stack.append(other)
        pull = [*self.pull]
        best: tuple[int, int, int] | None = None
        for node, above, number in reversed(order):
            forwards = self.links[number][1] == node
            gain = -pull[node] if forwards else pull[node]
            if gain > 0 and (best is None or (gain, -number) > (best[0], -best[1])):
                best = (gain, number, node)
            pull[above] += pull[node]
        if best is None:
            return None, set()
        return best[1], self._behind(best[1], best[2])

    def _behind(self, removed: int, start: int) -> set[int]:
        """Return the nodes that hang together with a node without a link of the tree."""
        found, stack = {start}, [start]
        while stack:
            for number in self.near[stack.pop()]:
                if number in self.tree and number != removed:
                    for node in self.links[number]:
                        if node not in found:
                            found.add(node)
                            stack.append(node)
        return found

    def _find_entering(self, leaving: int, side: set[int]) -> int | None:
        """Return the link that ends the way of one side of the tree away from the other."""
        ahead = self.links[leaving][1] in side
        candidates = [
            number
            for number, (source, target) in enumerate(self.links)
            if number != leaving
            and (source in side) != (target in side)
            and (source in side) == ahead
        ]
        return min(candidates, key=lambda n: (self._slack(n), n), default=None)

    def _exchange(self, leaving: int, entering: int, side: set[int]) -> None:
        step = self._slack(entering) * (1 if self.links[leaving][1] in side else -1)
        for node in side:
            self.rank[node] += step
        self.tree.remove(leaving)
        self.tree.add(entering)
