"""What an outline promises, as a check that can fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from net2fig.network import Network
from net2fig.outline import ENTRY, EXIT, Definition, Outline

SIDE = "side"
"""The kind of the note on side outputs."""


def check_outline(network: Network, outline: Outline) -> None:
    """Raise an AssertionError that says what is wrong with an outline of a network.

    Ensures: every layer stands in exactly one block or is hidden; the links are the edges of the
    network between the blocks, in the order of the inputs; they go forwards; every input and output
    is there; the body of a group has a way in and one way out, two where a note tells of side
    outputs, and a group is met at least twice unless it was asked for or stands for what is met
    once.
    """
    owner = _owners(network, outline)
    _check_links(network, outline, owner)
    _check_ports(network, outline, owner)
    names = [definition.name for definition in outline.groups]
    _require(len(set(names)) == len(names), f"two groups have one name: {names}")
    known: set[str] = set()
    for definition in outline.groups:
        _check_body(definition, known)
        known.add(definition.name)
    for block in outline.blocks:
        _require(not block.is_group or block.type in known, f"{block.type!r} is not explained")


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise AssertionError(message)


def _owners(network: Network, outline: Outline) -> dict[str, str]:
    """Return the block of every layer that is drawn, after checking that no layer is lost."""
    owner: dict[str, str] = {}
    for block in outline.blocks:
        _require(bool(block.layers) and block.count >= 1, f"{block.id!r} stands for nothing")
        for id in block.layers:
            _require(id in network, f"{block.id!r} holds {id!r}, which is no layer")
            _require(id not in owner, f"{id!r} stands in two blocks")
            owner[id] = block.id
    rest = Counter(layer.class_name for layer in network.layers if layer.id not in owner)
    _require(outline.hidden == dict(rest), f"hidden is {outline.hidden}, not {dict(rest)}")
    return owner


def _check_links(network: Network, outline: Outline, owner: dict[str, str]) -> None:
    place = {block.id: number for number, block in enumerate(outline.blocks)}
    _require(len(place) == len(outline.blocks), "two blocks have one id")
    run = {id: number for number, held in enumerate(outline.brackets) for id in held.blocks}
    wanted: dict[tuple[str, str], int] = {}
    for source, target in visible_edges(network, owner):
        ends = owner[source], owner[target]
        # Inside a bracket, the last block of one turn feeds the first of the next.
        back = ends[0] in run and run.get(ends[0]) == run.get(ends[1])
        if ends[0] != ends[1] and not (back and place[ends[0]] > place[ends[1]]):
            wanted[ends] = wanted.get(ends, 0) + 1
    drawn = Counter((link.source, link.target) for link in outline.links)
    _require(set(drawn) == set(wanted), f"links differ: {sorted(set(drawn) ^ set(wanted))}")
    for ends, count in drawn.items():
        _require(count <= wanted[ends], f"{ends} is linked {count} times, not {wanted[ends]}")
        _require(place[ends[0]] < place[ends[1]], f"the link {ends} goes backwards")
    for block in outline.blocks:
        if len(block.layers) == 1:
            got = dict.fromkeys(link.source for link in outline.into(block.id))
            order = dict.fromkeys(source for source, target in wanted if target == block.id)
            _require(list(got) == list(order), f"the inputs of {block.id!r} are out of order")


def visible_edges(network: Network, owner: dict[str, str]) -> Iterable[tuple[str, str]]:
    """Yield the edges between layers that are drawn, seen through the hidden ones."""
    origin: dict[str, set[str]] = {}
    for layer in network.layers:
        origin[layer.id] = {layer.id} if layer.id in owner else set()
    edges = sorted(network.edges, key=lambda edge: (edge.target, edge.target_port))
    into: dict[str, list[str]] = {layer.id: [] for layer in network.layers}
    for edge in edges:
        into[edge.target].append(edge.source)
    for layer in network.layers:
        if layer.id not in owner:
            for source in into[layer.id]:
                origin[layer.id] |= origin[source]
            _require(len(origin[layer.id]) <= 1, f"{layer.id!r} is hidden and joins data")
    for target in network.layers:
        if target.id in owner:
            for source in into[target.id]:
                yield from ((id, target.id) for id in origin[source])


def _check_ports(network: Network, outline: Outline, owner: dict[str, str]) -> None:
    wanted = [(port.name, owner.get(port.layer)) for port in network.inputs]
    _require(list(outline.inputs) == wanted, f"inputs are {outline.inputs}, not {wanted}")
    names = [port.name for port in network.outputs]
    _require([name for name, _ in outline.outputs] == names, f"outputs are {outline.outputs}")
    for port, (name, block) in zip(network.outputs, outline.outputs, strict=True):
        _require(owner.get(port.layer, block) == block, f"the output {name!r} is elsewhere")


def _check_body(definition: Definition, known: set[str]) -> None:
    body, name = definition.body, definition.name
    place = {block.id: number for number, block in enumerate(body.blocks)}
    _require(definition.occurrences >= 1, f"{name!r} is never met")
    _require(any(link.source == ENTRY for link in body.links), f"{name!r} has no way in")
    out = {link.source for link in body.links if link.target == EXIT}
    ways = 1 + any(note.kind == SIDE for note in definition.notes)
    _require(1 <= len(out) <= ways, f"{name!r} has {len(out)} ways out")
    for link in body.links:
        ends = {link.source, link.target} - {ENTRY, EXIT}
        _require(ends <= set(place), f"{name!r} links what it does not hold: {sorted(ends)}")
        inner = link.source != ENTRY and link.target != EXIT
        _require(not inner or place[link.source] < place[link.target], f"{name!r} goes backwards")
    for block in body.blocks:
        _require(not block.is_group or block.type in known, f"{block.type!r} comes after {name!r}")
        _require(bool(body.out_of(block.id)), f"{block.id!r} leads nowhere in {name!r}")
