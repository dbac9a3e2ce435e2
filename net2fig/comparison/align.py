"""Pair the layers of two networks.

Layers that have only one counterpart (all that leads to them is equal, or all that they lead to, or
their author's name and their configuration) are anchors; the longest series of anchors in the order
of both networks cuts both in pieces. A piece is aligned as Needleman and Wunsch (1970) align
proteins: the pairs with the greatest worth, in the order of both. Layers that are left, at the same
place of the graph, are paired last, in any order.

Requires: two networks, layers in a topological order.
Ensures: a layer is in one pair at most; layers of a pair are of one kind.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from net2fig.comparison.graph import ComparedNetwork

Pair = tuple[int, int]

LARGEST = 1_500_000
"""Pieces of more cells than this are aligned only near their diagonal."""
BAND = 400

CLASS, CONFIG, NAME, NEAR, CAUSE, SHAPE = 4, 3, 6, 1, 4, 2
"""The worth of equal classes, configurations, names, neighbours, causes and output sizes."""
KIND = 1
"""The worth of equal kinds alone."""
MAJOR = 3
"""How much more it is worth that layers are paired which figures show by themselves."""


def align_layers(one: ComparedNetwork, two: ComparedNetwork) -> list[Pair]:
    """Return the pairs of layers that are each other's counterpart, in the order of the first."""
    pairs: list[Pair] = []
    before = (-1, -1)
    for anchor in [*_find_anchors(one, two), (len(one.layers), len(two.layers))]:
        pairs += _align_piece(one, two, (before[0] + 1, anchor[0]), (before[1] + 1, anchor[1]))
        if anchor[0] < len(one.layers):
            pairs.append(anchor)
        before = anchor
    return sorted(_pair_remaining(one, two, dict(pairs)).items())


# Anchors


def _find_anchors(one: ComparedNetwork, two: ComparedNetwork) -> list[Pair]:
    """Return the pairs that are beyond doubt, in the order of both networks."""
    anchors: set[Pair] = set()
    for name in ("ancestry", "descent"):
        anchors.update(_pair_unique(getattr(one, name), getattr(two, name)))
    named_layers = [
        [
            (layer, signature) if layer else None
            for layer, signature in zip(net.names, net.signatures, strict=True)
        ]
        for net in (one, two)
    ]
    anchors.update(_pair_unique(*named_layers))
    return _find_longest_increasing(sorted(_drop_conflicts(anchors)))


def _pair_unique(first: Sequence[Hashable], second: Sequence[Hashable]) -> Iterator[Pair]:
    """Yield the places of the items that occur once in each sequence."""
    counts = Counter(first), Counter(second)
    at = {value: place for place, value in enumerate(second)}
    for place, value in enumerate(first):
        if value is not None and counts[0][value] == counts[1][value] == 1:
            yield place, at[value]


def _drop_conflicts(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs whose layers have no second partner."""
    candidates = list(pairs)
    ones, twos = Counter(a for a, _ in candidates), Counter(b for _, b in candidates)
    return [(a, b) for a, b in candidates if ones[a] == twos[b] == 1]


def _find_longest_increasing(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the longest series of pairs that grows on both sides."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, b) in enumerate(pairs):
        place = bisect_left(ends, b)
        before.append(last[place - 1] if place else -1)
        ends[place : place + 1] = [b]
        last[place : place + 1] = [number]
    chain: list[Pair] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


# Pieces


def _align_piece(
    one: ComparedNetwork, two: ComparedNetwork, first: Pair, second: Pair
) -> list[Pair]:
    """Return the best pairs of a stretch of each network, from the best sums of shorter ones.

    best[i][j] = max(best[i-1][j], best[i][j-1], best[i-1][j-1] + worth(i, j))
    """
    height, width = first[1] - first[0], second[1] - second[0]
    if not height or not width:
        return []
    worth = _PairScore(one, two)
    reach = width if height * width <= LARGEST else BAND
    row = [0] * (width + 1)
    choices: list[tuple[int, bytearray]] = []
    for i in range(height):
        middle = i * width // height
        low, high = max(0, middle - reach), min(width, middle + reach)
        choice = bytearray(high - low)
        above, row = row, row[:low] + [row[low]] + [0] * (width - low)
        for j in range(low, high):
            a, b = first[0] + i, second[0] + j
            paired = 0
            if one.kinds[a] == two.kinds[b]:
                paired = worth(a, b)
            best = above[j + 1]
            if row[j] > best:
                best, choice[j - low] = row[j], 1
            if paired and above[j] + paired >= best:
                best, choice[j - low] = above[j] + paired, 2
            row[j + 1] = best
        row[high + 1 :] = [row[high]] * (width - high)
        choices.append((low, choice))
    return [(first[0] + i, second[0] + j) for i, j in _walk_choices(choices, width)]


def _walk_choices(choices: Sequence[tuple[int, bytearray]], width: int) -> Iterator[Pair]:
    """Yield the pairs that were chosen, from the last to the first."""
    i, j = len(choices) - 1, width - 1
    while i >= 0 and j >= 0:
        low, choice = choices[i]
        if j - low >= len(choice):
            j -= 1
        elif j < low:
            i -= 1
        elif choice[j - low] == 2:
            yield i, j
            i, j = i - 1, j - 1
        elif choice[j - low] == 1:
            j -= 1
        else:
            i -= 1


class _PairScore:
    """The score of a pair of layers."""

    def __init__(self, one: ComparedNetwork, two: ComparedNetwork) -> None:
        self.one, self.two = one, two
        self.near = (_list_neighbours(one), _list_neighbours(two))

    def __call__(self, a: int, b: int) -> int:
        one, two = self.one, self.two
        same = one.layers[a].op == two.layers[b].op
        near = self.near[0][a], self.near[1][b]
        around = (near[0][0] == near[1][0]) + (near[0][1] == near[1][1])
        named = bool(one.names[a]) and one.names[a] == two.names[b]
        if not same:
            # Another class of the same kind is a layer replaced where all around it is the same.
            return KIND + named * NAME if named or around == 2 else 0
        value = CLASS + around * NEAR + named * NAME
        value += (one.signatures[a] == two.signatures[b]) * CONFIG
        value += (one.layers[a].output == two.layers[b].output) * SHAPE
        value += (one.ancestry[a] == two.ancestry[b]) * CAUSE
        value += (one.descent[a] == two.descent[b]) * CAUSE
        return value if one.minor[a] else value * MAJOR


def _list_neighbours(net: ComparedNetwork) -> list[tuple[Hashable, Hashable]]:
    """Return the classes of the layers that each layer reads, and of those that read it."""
    classes = [layer.op for layer in net.layers]
    return [
        (tuple(classes[n] for n, _ in inputs), tuple(sorted(classes[n] for n in net.readers[at])))
        for at, inputs in enumerate(net.into)
    ]


# What is left


def _pair_remaining(
    one: ComparedNetwork, two: ComparedNetwork, pairs: dict[int, int]
) -> dict[int, int]:
    """Pair equal layers without a partner that read a pair, or are read by a pair.

    It finds branches that are written in another order.
    """
    back = {b: a for a, b in pairs.items()}
    while True:
        unpaired: dict[Hashable, list[int]] = {}
        for b in range(len(two.layers)):
            if b not in back:
                for place in _list_places(two, b, back.get):
                    unpaired.setdefault((two.signatures[b], place), []).append(b)
        has_new_pair = False
        for a in range(len(one.layers)):
            if a in pairs:
                continue
            for place in _list_places(one, a, lambda n: n if n in pairs else None):
                free = [b for b in unpaired.get((one.signatures[a], place), ()) if b not in back]
                if free:
                    pairs[a], back[free[0]], has_new_pair = free[0], a, True
                    break
        if not has_new_pair:
            return pairs


def _list_places(
    net: ComparedNetwork, number: int, find_partner: Callable[[int], int | None]
) -> Iterator[Hashable]:
    """Yield keys of a layer's place, in numbers of the first network: inputs, readers."""
    inputs = [
        (place, port) for n, port in net.into[number] if (place := find_partner(n)) is not None
    ]
    if inputs and len(inputs) == len(net.into[number]):
        yield "into", tuple(sorted(inputs))
    readers = [place for n in net.readers[number] if (place := find_partner(n)) is not None]
    if readers and len(readers) == len(net.readers[number]):
        yield "out", tuple(sorted(readers))
