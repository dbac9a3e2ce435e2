"""The differences of two networks: layers added, removed, changed, replaced, reconnected.

Requires: the pairs of corresponding layers.
Ensures: there is no difference if and only if the networks are equal except for names. A result of
another difference (an output shape, a number of parameters) is not a difference of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from net2fig.comparison.align import Pair
from net2fig.comparison.graph import ComparedNetwork
from net2fig.comparison.traits import (
    SHAPE,
    are_of_one_framework,
    find_differing,
    load_rules,
    read_neutral_traits,
)
from net2fig.network import Layer

ADDED, REMOVED, CHANGED, REPLACED = "added", "removed", "changed", "replaced"
CONNECTED, SHARED, OUTPUTS = "connected", "shared", "outputs"


class Difference(Struct, frozen=True):
    """One difference, as a program reads it.

    `sort` is added, removed, changed, replaced, connected, shared or outputs. `first` and `second`
    are the ids of the layers concerned, in either network. `classes` are theirs, in order. A
    changed layer has the `key` of the change, and its values `before` and `after`. Added and
    removed layers have the layer before them, `after_layer`.
    """

    sort: str
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    key: str = ""
    before: Any = None
    after: Any = None
    after_layer: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as JSON values, without what says nothing."""
        data: dict[str, Any] = {"sort": self.sort}
        for name in ("first", "second", "classes", "key", "after_layer"):
            value = getattr(self, name)
            if value:
                data[name] = list(value) if isinstance(value, tuple) else value
        if self.sort not in (ADDED, REMOVED):
            data |= {"before": self.before, "after": self.after}
        return data


def find_differences(
    one: ComparedNetwork, two: ComparedNetwork, pairs: Sequence[Pair]
) -> tuple[Difference, ...]:
    """Return all differences, in the order of the networks."""
    to_two = dict(pairs)
    to_one = {b: a for a, b in pairs}
    numbered = [
        *(((a, 1, a), difference) for a, difference in _find_runs(one, to_two, REMOVED)),
        *(
            ((_find_place(b, to_one), 2, b), difference)
            for b, difference in _find_runs(two, to_one, ADDED)
        ),
    ]
    reported: set[tuple[str, str, str]] = set()
    for a, b in pairs:
        for difference in _compare_pair(one, two, a, b):
            key = (one.layers[a].weights_key, two.layers[b].weights_key, difference.key)
            if key not in reported:
                reported.add(key)
                numbered.append(((a, 0, b), difference))
    numbered += [
        ((a, 3, b), difference)
        for a, b, difference in _compare_connections(one, two, to_two, to_one)
    ]
    numbered += [((a, 4, b), difference) for a, b, difference in _compare_sharing(one, two, pairs)]
    numbered.sort(key=lambda entry: entry[0])
    return (
        *(difference for _, difference in numbered),
        *_compare_outputs(one, two, to_two, to_one),
    )


def _find_place(number: int, to_one: Mapping[int, int]) -> int:
    """Return the layer of the first network after which a layer of the second comes."""
    while number >= 0 and number not in to_one:
        number -= 1
    return to_one[number] if number >= 0 else -1


def _compare_pair(
    one: ComparedNetwork, two: ComparedNetwork, a: int, b: int
) -> Iterator[Difference]:
    """Yield the differences of two layers."""
    first, second = one.layers[a], two.layers[b]
    ids = (first.id,), (second.id,)
    if not are_of_one_framework(first, second):
        yield from _compare_frameworks(first, second)
        if first.output is None or SHAPE not in one.traits[a]:
            return
        before, after = one.traits[a][SHAPE], two.traits[b].get(SHAPE)
        if before != after:
            yield Difference(CHANGED, *ids, (first.class_name,), SHAPE, before, after)
        return
    if first.class_name != second.class_name:
        classes = (first.class_name, second.class_name)
        yield Difference(REPLACED, *ids, classes, "class", *classes)
        return
    for key, before, after in find_differing(first.op, one.traits[a], two.traits[b]):
        yield Difference(CHANGED, *ids, (first.class_name,), key, before, after)


def _compare_frameworks(first: Layer, second: Layer) -> Iterator[Difference]:
    """Yield the differences of two layers of two frameworks, in the words of neither."""
    ids = (first.id,), (second.id,)
    # Keras has a layer ReLU and a function relu.
    if first.op.lower() != second.op.lower():
        classes = (first.class_name, second.class_name)
        yield Difference(REPLACED, *ids, classes, "class", *classes)
        return
    one, two = read_neutral_traits(first), read_neutral_traits(second)
    for key in one:
        if key in two and one[key] != two[key]:
            yield Difference(CHANGED, *ids, (first.class_name,), key, one[key], two[key])


# Layers of one network alone


def _find_runs(
    net: ComparedNetwork, partner: Mapping[int, int], sort: str
) -> Iterator[tuple[int, Difference]]:
    """Yield the layers without partner, those together that hang together."""
    unpaired = [number for number in range(len(net.layers)) if number not in partner]
    run_of: dict[int, int] = {}
    runs: dict[int, list[int]] = {}
    for number in unpaired:
        runs[number] = [number]
        run_of[number] = number
        for source, _ in net.into[number]:
            if source in run_of and run_of[source] != run_of[number]:
                one, two = sorted((run_of[source], run_of[number]))
                run_of.update(dict.fromkeys(runs[two], one))
                runs[one] += runs.pop(two)
    for run in runs.values():
        run.sort()
        yield run[0], _describe_run(net, run, sort)


def _describe_run(net: ComparedNetwork, run: Sequence[int], sort: str) -> Difference:
    inside = set(run)
    before = [source for member in run for source, _ in net.into[member] if source not in inside]
    names = tuple(net.layers[number].id for number in run)
    return Difference(
        sort,
        first=names if sort == REMOVED else (),
        second=names if sort == ADDED else (),
        classes=tuple(net.layers[number].class_name for number in run),
        after_layer=net.layers[before[0]].id if before else "",
    )


# Connections

Tensor = tuple[int, int]


def _compare_connections(
    one: ComparedNetwork, two: ComparedNetwork, to_two: Mapping[int, int], to_one: Mapping[int, int]
) -> Iterator[tuple[int, int, Difference]]:
    """Yield the pairs with other inputs that no added or removed layer explains."""
    commutative = load_rules().commutative
    for a, b in to_two.items():
        is_direct = [source in to_two for source, _ in one.into[a]]
        is_direct += [source in to_one for source, _ in two.into[b]]
        if all(is_direct):
            expected = [(to_two[source], port) for source, port in one.into[a]]
            actual = list(two.into[b])
            ordered = one.layers[a].op not in commutative
        else:
            # If a layer between was added or removed, the layers before it must be the same.
            expected = [(to_two[n], 0) for n in _find_sources(one, a, to_two)]
            actual = [(n, 0) for n in _find_sources(two, b, to_one)]
            if not _has_other_sources(expected, actual):
                continue
            ordered = False
        if not ordered:
            expected, actual = sorted(expected), sorted(actual)
        if expected != actual:
            yield a, b, _describe_connection(one, two, (a, b), expected, to_one)


def _has_other_sources(expected: Sequence[Tensor], actual: Sequence[Tensor]) -> bool:
    """Tell whether two layers read wholly other layers, so that nothing in common explains it."""
    return bool(expected) and bool(actual) and not set(expected) & set(actual)


def _describe_connection(
    one: ComparedNetwork,
    two: ComparedNetwork,
    pair: Pair,
    expected: Sequence[Tensor],
    to_one: Mapping[int, int],
) -> Difference:
    a, b = pair
    before = tuple(one.layers[to_one[source]].id for source, _ in expected)
    after = tuple(two.layers[source].id for source, _ in two.into[b])
    return Difference(
        CONNECTED,
        (one.layers[a].id,),
        (two.layers[b].id,),
        (one.layers[a].class_name,),
        "inputs",
        before,
        after,
    )


def _find_sources(net: ComparedNetwork, number: int, partner: Mapping[int, int]) -> list[int]:
    """Return the nearest layers with a partner from which a layer reads."""
    sources: dict[int, None] = {}
    visited: set[int] = set()
    waiting = [source for source, _ in net.into[number]]
    while waiting:
        source = waiting.pop()
        if source in visited:
            continue
        visited.add(source)
        if source in partner:
            sources[source] = None
        else:
            waiting += [n for n, _ in net.into[source]]
    return list(sources)


def _compare_sharing(
    one: ComparedNetwork, two: ComparedNetwork, pairs: Sequence[Pair]
) -> Iterator[tuple[int, int, Difference]]:
    """Yield the layers that share their weights with others in one network than in the other."""
    leaders: tuple[dict[str, int], dict[str, int]] = {}, {}
    for a, b in pairs:
        first, second = one.layers[a], two.layers[b]
        heads = tuple(
            leader.setdefault(layer.weights_key, a)
            for leader, layer in zip(leaders, (first, second), strict=True)
        )
        if heads[0] != heads[1]:
            before, after = (one.layers[head].id if head != a else None for head in heads)
            yield (
                a,
                b,
                Difference(
                    SHARED, (first.id,), (second.id,), (first.class_name,), "weights", before, after
                ),
            )


def _compare_outputs(
    one: ComparedNetwork, two: ComparedNetwork, to_two: Mapping[int, int], to_one: Mapping[int, int]
) -> Iterator[Difference]:
    """Yield the difference of the outputs, if no other difference explains it."""
    is_known = all(n in to_two for n, _ in one.outputs) and all(n in to_one for n, _ in two.outputs)
    if not is_known and len(one.outputs) == len(two.outputs):
        return
    expected = [(to_two.get(number), tensor) for number, tensor in one.outputs]
    if expected != list(two.outputs):
        before = tuple(one.layers[number].id for number, _ in one.outputs)
        after = tuple(two.layers[number].id for number, _ in two.outputs)
        yield Difference(OUTPUTS, key="outputs", before=before, after=after)
