"""Note in what some occurrences of a group differ from the body that the legend shows.

Ensures: each kind of variant is noted, each set of kernels that is not that of the body, features
that grow along a run, and what several inputs are: the body shows only that there are several.

The kinds, with their values (`compose/wording/notes.py` has the words for each):

    projected, pooled          who; shortcut: the one layer of all projections
    no-shortcut                who
    narrow                     who; lacks: a layer; place: "first" or "last"
    fitted                     who; layers, usual: (class, count) before the core
    differs                    who; layers, usual: (class, count) in place of those of the body
    arranged                   who: the same layers, connected otherwise
    kernels                    count, total, sizes
    dilation                   steps: those along the chain, and how often: times, zero where they
                               end before a turn is complete; or those that occur, where one block
                               has several, or neighbours have the same: among
    dilated                    count, total, sizes: how many have these dilations, where none fold
                               that differ
    side                       op: a merge that reads side outputs; count: how many, if each such
                               merge reads as many
    nested                     each occurrence joins a skip output, the last of them first
    adds                       features, by which each grows its input
    grows                      runs: the features of each, one after the other, and the spatial axes
    two-before                 each occurrence reads the two before it
    all-before                 each occurrence reads all before it, and what these read
    also-reads                 group: the name of the one that all read
    inputs                     inputs; count, total: how many have so many
    descent, windows,
    features-inside            see `inside`

A layer is a pair: its class, and the axes of its kernel where it has one. Where `who` is "some",
`count` and `total` say how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from net2fig.group.assemble import Spec, body_graph, occurrences, shown
from net2fig.group.fold import foldable, growth, same_extent
from net2fig.group.fold import runs as find_runs
from net2fig.group.graph import Graph, Node, kernel_axes_of
from net2fig.group.naming.inside import Found, inside, most_features
from net2fig.group.naming.sides import find_side_merges, note_nested, note_sides
from net2fig.group.runs.turns import align, have_equal_members
from net2fig.group.search.blocks import BOTH, NARROW, NO_SHORTCUT, POOLED, PROJECTED
from net2fig.group.search.cells import FITTED
from net2fig.group.search.signatures import shape_of
from net2fig.outline import ENTRY, Note

MARKS = (PROJECTED, POOLED, NO_SHORTCUT, NARROW)
"""The marks of variants that there is a note for."""

PLACES = ("first", "second", "third")

Form = tuple[Hashable, ...]
Kernel = tuple[int, ...]
Layer = tuple[str, Kernel]


def noted(graph: Graph, specs: Mapping[str, Spec]) -> dict[str, Spec]:
    """Return what is known of groups, with the notes on their differences."""
    found = notes(graph, {repeat_key: spec.name for repeat_key, spec in specs.items()})
    return {
        repeat_key: replace(spec, notes=found.get(repeat_key, ()))
        for repeat_key, spec in specs.items()
    }


def notes(graph: Graph, names: Mapping[str, str]) -> dict[str, tuple[Note, ...]]:
    """Return the notes on each group, by its repeat key."""
    deepest = most_features(graph)
    merges = find_side_merges(graph)
    return {
        repeat_key: tuple(
            Note(names[repeat_key], kind, values)
            for part in (
                _variants(graph, nodes),
                _fitted(graph, nodes),
                _otherwise(graph, nodes),
                _kernels(nodes),
                _dilations(graph, nodes),
                note_sides(merges, nodes),
                note_nested(graph, nodes),
                _features(graph, nodes),
                _inputs(graph, nodes, names),
                inside(graph, nodes, deepest),
            )
            for kind, values in part
        )
        for repeat_key, nodes in occurrences(graph, names).items()
    }


def _variants(graph: Graph, nodes: Sequence[Node]) -> Iterator[Found]:
    marks = dict.fromkeys(mark for node in nodes for mark in node.variant.split(BOTH) if mark)
    for mark in marks:
        mine = [node for node in nodes if mark in node.variant.split(BOTH)]
        if len(mine) == len(nodes) or mark not in MARKS:
            continue
        if mark == NARROW:
            yield mark, {**_first_stage(mine, nodes), **_lacking(mine, nodes)}
        else:
            values = _who(graph, mine, nodes)
            short = _shortcut(mine) if mark == PROJECTED else None
            yield mark, {**values, "shortcut": short} if short else values


def _first_stage(mine: Sequence[Node], nodes: Sequence[Node]) -> dict[str, Any]:
    """Return which of the occurrences differ, where these are likely the first ones."""
    if list(mine) != list(nodes[: len(mine)]):
        return _counted("some", mine, nodes)
    return _counted("first" if len(mine) == 1 else "first-stage", mine, nodes)


def _lacking(mine: Sequence[Node], nodes: Sequence[Node]) -> dict[str, Any]:
    """Return which layer of the body shown those without it lack: its first or its last."""
    body = [member for member in shown(nodes).members if len(member.sources) == 1]
    first = len(mine[0].members) and mine[0].members[0].repeat_key == body[0].repeat_key
    return {
        "lacks": _layer(body[-1] if first else body[0]),
        "place": "last" if first else "first",
    }


def _who(graph: Graph, mine: Sequence[Node], nodes: Sequence[Node]) -> dict[str, Any]:
    """Return which of the occurrences differ: those at a place, those that change something."""
    heads = [node for node in nodes if _heads(graph, node, nodes)]
    keys = [node.key for node in mine]
    who = "some"
    if keys == [node.key for node in heads]:
        who = "heads" if len(keys) > 1 else "first"
    elif keys == [node.key for node in nodes if node.changes_resolution] and len(keys) > 1:
        who = "halving" if all(_halves(graph, node) for node in mine) else "resolution"
    elif keys == [node.key for node in nodes if _widens(graph, node)] and len(keys) > 1:
        who = "features"
    else:
        for number, place in enumerate(PLACES):
            if keys == [node.key for node in nodes[number : number + 1]]:
                who = place
    return _counted(who, mine, nodes)


def _counted(who: str, mine: Sequence[Node], nodes: Sequence[Node]) -> dict[str, Any]:
    # Values that no sentence needs would make two notes differ that read alike.
    return {"who": who} | ({"count": len(mine), "total": len(nodes)} if who == "some" else {})


def _fitted(graph: Graph, nodes: Sequence[Node]) -> Iterator[Found]:
    """Yield by which layers some occurrences fit what they read, where others do otherwise."""
    ways: dict[tuple[tuple[str, int], ...], list[Node]] = {}
    for node in nodes:
        if node.variant == FITTED:
            ways.setdefault(_fitting(node), []).append(node)
    usual = _fitting(shown(nodes))
    for way, mine in ways.items():
        if way == usual:
            continue
        yield "fitted", {**_who(graph, mine, nodes), "layers": way, "usual": usual}


def _fitting(node: Node) -> tuple[tuple[str, int], ...]:
    """Return the operations of the layers before the core of a cell, counted."""
    return tuple(
        Counter(
            _op(member) for member in node.members if node.core and member.key not in node.core
        ).items()
    )


def _heads(graph: Graph, node: Node, nodes: Sequence[Node]) -> bool:
    """Tell whether what leaves an occurrence differs from what comes in from the one before."""
    keys = {other.key for other in nodes}
    return not any(
        source in keys and graph.output(source) == graph.output(node.key)
        for source, _ in node.sources
    )


def _halves(graph: Graph, node: Node) -> bool:
    """Tell whether what leaves an occurrence is half as high as all that it reads."""
    after = graph.output(node.key)
    height = after.resolution if after else None
    before = [graph.extents.get(tensor) for tensor in node.sources]
    return height is not None and all(
        each is not None and each.resolution in (2 * height, 2 * height - 1) for each in before
    )


def _widens(graph: Graph, node: Node) -> bool:
    """Tell whether the number of features changes on the way through."""
    after = graph.output(node.key)
    return any(
        after is not None and before is not None and before.features != after.features
        for before in (graph.extents.get(tensor) for tensor in node.sources)
    )


def _shortcut(mine: Sequence[Node]) -> Layer | None:
    """Return what all the projections are, if they are one layer and the same."""
    found = {tuple(_layer(member) for member in _beside_core(node)) for node in mine}
    short = found.pop() if len(found) == 1 else ()
    return short[0] if len(short) == 1 else None


def _beside_core(node: Node) -> list[Node]:
    """Return the members that not all occurrences have, but for the exit."""
    return [member for member in node.members[:-1] if member.key not in node.core]


def _otherwise(graph: Graph, nodes: Sequence[Node]) -> Iterator[Found]:
    """Yield the layers, or their order, by which occurrences differ that no mark tells of."""
    if not have_equal_members(nodes) and align(graph, nodes):
        # How often a part follows itself stands in the figure.
        return
    body = shown(nodes)
    form, usual = _form(graph, body), _ops(body)
    ways: dict[tuple[tuple[tuple[str, int], ...], ...], list[Node]] = {}
    for node in nodes:
        marks = node.variant.split(BOTH)
        fits = node.variant == FITTED and _fitting(node) != _fitting(body)
        if fits or (node.variant and set(marks) <= set(MARKS)) or _form(graph, node) == form:
            continue
        ops = _ops(node)
        way = tuple(tuple(each.items()) for each in (ops - usual, usual - ops))
        ways.setdefault(way, []).append(node)
    for (layers, less), mine in ways.items():
        if layers or less:
            yield "differs", {**_counted("some", mine, nodes), "layers": layers, "usual": less}
        elif same := [node for node in mine if _layers(node) == _layers(body)]:
            yield "arranged", _counted("some", same, nodes)


def _form(graph: Graph, node: Node) -> Form:
    """Return a description of the layers of an occurrence, with their kernels, and its edges."""
    body = body_graph(graph, node)
    nodes = {
        key: replace(
            one,
            repeat_key=str(_layer(one)),
            # How many tensors come in is told beside.
            sources=tuple(dict.fromkeys((s, 0) if s == ENTRY else (s, t) for s, t in one.sources)),
        )
        for key, one in body.nodes.items()
    }
    return shape_of(replace(body, nodes=nodes), tuple(nodes))


def _ops(node: Node) -> Counter[str]:
    return Counter(_op(member) for member in node.members)


def _steps(nodes: Sequence[Node]) -> Iterator[tuple[set[str], set[str], Node]]:
    """Yield what each occurrence and the next one read, with the former."""
    for first, second in pairwise(nodes):
        yield {source for source, _ in first.sources}, {key for key, _ in second.sources}, first


def _reads_all(nodes: Sequence[Node]) -> bool:
    """Tell whether each reads all before it, from one that reads none on; some do so at least."""
    keys = {node.key for node in nodes}
    steps = list(_steps(nodes))
    grows = [two == one | {node.key} for one, two, node in steps]
    begins = [keys.isdisjoint(two) for _, two, _ in steps]
    return any(grows) and all(map(any, zip(grows, begins, strict=True)))


def _layers(node: Node) -> Counter[Layer]:
    """Return the layers that all occurrences have, counted; groups are one layer each."""
    return Counter(_layer(each) for each in node.members if not node.core or each.key in node.core)


def _layer(node: Node) -> Layer:
    return _op(node), _kernel(node)


def _op(node: Node) -> str:
    """Return the operation of a layer, or the name of a group."""
    return node.block.op or node.block.type


def _kernel(node: Node) -> Kernel:
    """Return the axes of the kernel of a layer; none for a group or a layer without one."""
    return () if node.members else kernel_axes_of(node.block.attributes)


def _kernels(nodes: Sequence[Node]) -> Iterator[Found]:
    """Yield the kernels that some occurrences have where the body shown has others."""
    usual = _layers(shown(nodes))
    counts: Counter[tuple[Kernel, ...]] = Counter()
    for node in nodes:
        more, less = (_layers(node) - usual).elements(), (usual - _layers(node)).elements()
        lacking = Counter(op for op, _ in less)
        other: dict[Kernel, None] = {}
        for op, kernel in more:
            if lacking[op]:
                lacking[op] -= 1
                other[kernel] = None
        if other:
            counts[tuple(other)] += 1
    for sizes, count in counts.items():
        yield "kernels", {"count": count, "total": len(nodes), "sizes": sizes}


def _dilations(graph: Graph, nodes: Sequence[Node]) -> Iterator[Found]:
    """Yield the dilations of the occurrences: in their order, where two that fold have others."""
    by_key = {node.key: node for node in nodes}
    pairs = ((by_key.get(source), node) for node in nodes for source, _ in node.sources)
    if not any(
        before and before.dilations != node.dilations and foldable(graph, before, node)
        for before, node in pairs
    ):
        # A group inside another one needs no note: the outer group has it.
        outer = nodes if all(node.key in graph.nodes for node in nodes) else ()
        counts = Counter(tuple(sorted(set(node.dilations))) for node in outer if node.dilations)
        for sizes, count in counts.items():
            yield "dilated", {"count": count, "total": len(nodes), "sizes": sizes}
        return
    steps = [tuple(dict.fromkeys(node.dilations or ((1,),))) for node in nodes]
    if any(len(step) > 1 for step in steps) or any(one == two for one, two in pairwise(steps)):
        yield "dilation", {"among": tuple(sorted({each for step in steps for each in step}))}
        return
    each = tuple(step[0] for step in steps)
    size = len(each)
    period = next(n for n in range(1, size + 1) if each[n:] == each[: size - n])
    times = 0 if size % period else size // period
    yield "dilation", {"steps": each[:period], "times": times}


def _features(graph: Graph, nodes: Sequence[Node]) -> Iterator[Found]:
    """Yield by how much the features grow from one neighbour to the next, which a run hides."""
    runs = list(_find_runs(graph, nodes))
    extents = [[graph.output(key) for key in run] for run in runs]
    features = [tuple(each.features or 0 for each in run if each) for run in extents]
    added = {high - low for each in features for low, high in pairwise(each)}
    if len(added) == 1 and sum(len(each) - 1 for each in features) > 1:
        if added != {0}:
            yield "adds", {"features": added.pop()}
        return
    growing = {
        (each, run[-1].spatial): None
        for each, run in zip(features, extents, strict=True)
        if len(set(each)) > 1 and run[-1]
    }
    if growing:
        yield "grows", {"runs": tuple(growing)}


def _find_runs(graph: Graph, nodes: Sequence[Node]) -> Iterator[tuple[str, ...]]:
    """Yield the keys of neighbours that may be drawn once with their count, in their order."""
    drawn = [node for node in graph.nodes.values() if node in nodes]
    runs = [[node.key for node in run] for run in find_runs(graph, drawn) if len(run) > 1]
    known = {key for run in runs for key in run}
    # Others may follow each other in bodies, or once the figure is grouped further.
    chain_of: dict[str, list[str]] = {}
    for node in nodes:
        if node.key in known:
            continue
        before = next((key for key, _ in node.sources if key in chain_of), "")
        output = graph.output(node.key)
        if before and same_extent(graph.output(before), output, growth(node)):
            chain_of[node.key] = [*chain_of.pop(before), node.key]
        else:
            chain_of[node.key] = [node.key]
    yield from map(tuple, (*runs, *chain_of.values()))


def _inputs(graph: Graph, nodes: Sequence[Node], names: Mapping[str, str]) -> Iterator[Found]:
    """Yield what several inputs are, or how many where the body shown has fewer."""
    read = [{source for source, _ in node.sources} for node in nodes]
    counts = [len(sources) for sources in read]
    most = max(counts)
    if most < 2:
        return
    keys = {node.key for node in nodes}
    shared = set.intersection(*read)
    giver = graph.nodes.get(shared.pop()) if len(shared) == 1 and len(nodes) > 2 else None
    if most == 2 and max(len(sources & keys) for sources in read) == 2:
        yield "two-before", {}
    elif most > 2 and _reads_all(nodes):
        yield "all-before", {}
    elif most == 2 and giver is not None and giver.repeat_key in names:
        yield "also-reads", {"group": names[giver.repeat_key]}
    else:
        usual = len({source for source, _ in shown(nodes).sources})
        for inputs in sorted({*counts} - {usual}, reverse=True):
            yield "inputs", {"inputs": inputs, "count": counts.count(inputs), "total": len(nodes)}
