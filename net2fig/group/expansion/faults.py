"""L11: an outline expands to the network, and a body is what every occurrence of its group has.

Requires: an outline, with or without splits and open groups.
Ensures: without a fault, every count, bracket and group stands for as many equal units as it tells,
one after the other; the body of a group is one of its occurrences, layer by layer and edge by edge;
each other occurrence has the same layers and edges, but for what a note of the group tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from net2fig.data.grammar import load_grammar
from net2fig.group.check import SIDE, check_outline, visible_edges
from net2fig.group.expansion.note_cover import Difference, Token, uncovered
from net2fig.group.graph import SIZES, Dilation, dilations_of, kernel_axes_of, known_as
from net2fig.network import Network
from net2fig.outline import ENTRY, EXIT, Block, Bracket, Definition, Link, Note, Outline

TWO = ("two-before", "also-reads")
"""The notes that tell what two inputs are; where there is one, the network begins."""

ALL = "all-before"
"""The note that each occurrence reads one tensor more."""

NESTED = "nested"
"""The note that each occurrence joins a skip output, the last of them first."""

GROWING = ("adds", "grows")
"""The notes that tell that the features differ along a run."""

Part = tuple[str, Hashable, str]
"""One node of an occurrence: what it is, its kernel, and its name."""


def find_faults(network: Network, outline: Outline) -> list[str]:
    """Return in what an outline is not the network that it stands for."""
    whole = without_splits(outline)
    try:
        check_outline(network, whole)
    except AssertionError as error:
        return [str(error)]
    return list(_Expansion(network, whole).faults())


def without_splits(outline: Outline) -> Outline:
    """Return the outline without the blocks that only show where data fork."""
    splits = {block.id for block in outline.blocks if not block.layers and block.count == 1}
    if not splits:
        return outline
    given = {link.target: link.source for link in outline.links if link.target in splits}
    links = (
        Link(given.get(link.source, link.source), link.target, link.extent, link.entry)
        for link in outline.links
        if link.target not in splits
    )
    blocks = tuple(block for block in outline.blocks if block.id not in splits)
    return replace(outline, blocks=blocks, links=tuple(links))


class _Expansion:
    """The layers of a network that an outline draws, and in which occurrences each stands."""

    def __init__(self, network: Network, outline: Outline) -> None:
        self.network, self.outline = network, outline
        owner = {id: block.id for block in outline.blocks for id in block.layers}
        self.order = {layer.id: number for number, layer in enumerate(network.layers)}
        self.sources: dict[str, dict[str, None]] = {id: {} for id in owner}
        self.readers: dict[str, dict[str, None]] = {id: {} for id in owner}
        for source, target in visible_edges(network, owner):
            self.sources[target][source] = None
            self.readers[source][target] = None
        self.numbers: dict[Hashable, int] = {}
        self.leaving = self._find_outputs(owner)
        self.around: dict[str, list[tuple[int, str, int]]] = {}
        for definition in outline.groups:
            for number, place in enumerate(definition.places):
                for id in place:
                    held = (len(place), definition.name, number)
                    self.around.setdefault(id, []).append(held)
        for found in self.around.values():
            found.sort(reverse=True)

    def _find_outputs(self, owner: Collection[str]) -> set[str]:
        """Return the layers that are drawn and whose data leave the network."""
        into: dict[str, str] = {}
        for edge in self.network.edges:
            into.setdefault(edge.target, edge.source)
        ends = set()
        for port in self.network.outputs:
            id = port.layer
            while id not in owner:
                id = into[id]
            ends.add(id)
        return ends

    def faults(self) -> Iterator[str]:
        """Yield in what the outline is not the network."""
        turns = {id: held.count for held in self.outline.brackets for id in held.blocks}
        for block in self.outline.blocks:
            yield from self._check_block(block, turns.get(block.id, 1))
            yield from self._check_nested(block)
        for bracket in self.outline.brackets:
            yield from self._check_bracket(bracket)
        for link in self.outline.links:
            yield from self._check_comb(link)
        for definition in self.outline.groups:
            yield from self._check_places(definition)
            yield from self._check_sides(definition)
            for block in definition.body.blocks:
                yield from self._check_block(block, 1)
            yield from self._check_body(definition)
            yield from self._check_dilated(definition)

    # What a block stands for.

    def _check_block(self, block: Block, turns: int) -> Iterator[str]:
        """Yield in what a block is not as many equal units in a row as it tells."""
        units = self._units(block)
        held = Counter(id for unit in units for id in unit)
        if len(units) != block.count * turns or held != Counter(block.layers):
            told = f"{block.count}" + (f" in {turns} turns" if turns > 1 else "")
            yield f"{block.id!r} stands for {len(units)} {block.type!r}, not for {told}"
            return
        for number, (before, unit) in enumerate(pairwise(units), start=1):
            # In a bracket, the first of a turn reads the last block of the turn before.
            follows = any(source in before for id in unit for source in self.sources[id])
            if number % block.count and not follows:
                yield f"{block.id!r} stands for units of which {unit[-1]!r} does not read the last"
        looks = {self._look(unit[-1]) for unit in units} if not block.is_group else set()
        if len(looks) > 1:
            yield f"{block.id!r} stands for layers that differ"
        notes = {note.kind for note in self._notes(block.type)}
        if turns == 1 and len({self._dilations(unit) for unit in units}) > 1:
            yield from self._check_dilations(block.type)
        sizes = {self.network.tensor_extent(self._exit(unit)) for unit in units}
        if turns == 1 and len(sizes) > 1 and notes.isdisjoint(GROWING):
            yield f"{block.id!r} stands for units of different sizes"

    def _dilations(self, unit: Sequence[str]) -> tuple[Dilation, ...]:
        """Return the dilations in a unit, each once; one where nothing is dilated."""
        known = (known_as(self.network[id], load_grammar()).attributes for id in unit)
        return tuple(sorted({each for at in known for each in dilations_of(at)})) or ((1,),)

    def _check_dilations(self, name: str) -> Iterator[str]:
        """Yield in what the note on the dilations of a group is not what its occurrences have."""
        told = next((note.values for note in self._notes(name) if note.kind == "dilation"), None)
        if told is None:
            yield f"{name!r} folds units of different dilations, which no note tells"
            return
        mine = [self._dilations(place) for each in self._groups(name) for place in each.places]
        if "among" in told:
            right = set(told["among"]) == {each for found in mine for each in found}
        else:
            steps, whole = told["steps"], len(mine) % len(told["steps"]) == 0
            times = len(mine) // len(steps) if whole else 0
            cycle = [(steps[number % len(steps)],) for number in range(len(mine))]
            right = cycle == mine and told["times"] == times
        if not right:
            yield f"{name!r} has the dilations {mine}, its note tells of {dict(told)}"

    def _check_dilated(self, definition: Definition) -> Iterator[str]:
        """Yield in what the notes are not as many occurrences as have a dilation."""
        bodies = (each.body.blocks for each in self.outline.groups)
        if any(block.type == definition.name for body in bodies for block in body):
            return
        notes = [note for note in self._notes(definition.name) if note.kind.startswith("dilat")]
        places = [place for each in self._groups(definition.name) for place in each.places]
        mine = Counter(self._dilations(place) for place in places)
        mine.pop(((1,),), None)
        told = {tuple(n.values["sizes"]): n.values["count"] for n in notes if n.kind == "dilated"}
        if mine != told and "dilation" not in {note.kind for note in notes}:
            yield f"{definition.name!r} has the dilations {dict(mine)}, its notes tell of {told}"

    def _units(self, block: Block) -> list[tuple[str, ...]]:
        """Return what a block stands for: occurrences of its group, or layers, in order."""
        if not block.is_group:
            return [(id,) for id in block.layers]
        inside = set(block.layers)
        places = (place for each in self._groups(block.type) for place in each.places)
        found = [place for place in places if inside.issuperset(place)]
        return sorted(found, key=lambda place: self.order[self._exit(place)])

    def _groups(self, name: str) -> list[Definition]:
        return [definition for definition in self.outline.groups if definition.name == name]

    def _notes(self, name: str) -> list[Note]:
        return [note for definition in self._groups(name) for note in definition.notes]

    def _exit(self, place: Sequence[str]) -> str:
        """Return the layer of a unit that its readers read, which comes last."""
        return max(place, key=self.order.__getitem__)

    def _look(self, id: str) -> Hashable:
        """Return what is the same of layers that are drawn once."""
        known = known_as(self.network[id], load_grammar())
        at = known.attributes
        sizes = tuple(f"{word}={at[word]}" for word in SIZES if word in at)
        return at.drawn_op, sizes, dilations_of(at)

    def _token(self, id: str) -> Token:
        """Return what a body shows of a layer: its operation, and its kernel."""
        at = known_as(self.network[id], load_grammar()).attributes
        return at.drawn_op, kernel_axes_of(at)

    def _check_bracket(self, bracket: Bracket) -> Iterator[str]:
        """Yield in what the turns of a bracket are not equal, one after the other."""
        blocks = [self.outline[id] for id in bracket.blocks]
        if any(len(block.layers) % bracket.count for block in blocks):
            yield f"the bracket of {bracket.blocks[0]!r} is not {bracket.count} turns"
            return
        turns: list[list[str]] = [[] for _ in range(bracket.count)]
        for block in blocks:
            size = len(block.layers) // bracket.count
            for number, turn in enumerate(turns):
                turn += block.layers[number * size : (number + 1) * size]
        if len({self._form(turn)[0] for turn in turns}) > 1:
            yield f"the bracket of {bracket.blocks[0]!r} holds turns that differ"
        for before, turn in pairwise(turns):
            if not any(source in before for id in turn for source in self.sources[id]):
                yield f"the bracket of {bracket.blocks[0]!r} holds turns that do not follow"

    def _check_comb(self, link: Link) -> Iterator[str]:
        """Yield in what a link does not stand for as many edges as it tells."""
        inside = set(self.outline[link.source].layers)
        target = self.outline[link.target].layers
        edges = sum(source in inside for id in target for source in self.sources[id])
        if link.count > 1 and link.count != edges:
            ends = f"{link.source!r} to {link.target!r}"
            yield f"the link {ends} stands for {edges} edges, not for {link.count}"

    def _check_nested(self, block: Block) -> Iterator[str]:
        """Yield in what the units of a block do not read nested skips as is told, or are not."""
        told = any(note.kind == NESTED for note in self._notes(block.type))
        counts = [link.count for link in self.outline.into(block.id)]
        if not block.is_group or block.count < 2 or not (told or max(counts, default=1) > 1):
            return
        units = self._units(block)
        read = [
            {source for id in unit for source in self.sources[id]} - {*unit, *before}
            for before, unit in zip(((), *units), units, strict=False)
        ]
        same = set.intersection(*read[1:]) if len(read) > 2 else set()
        skips = [list(ids - same) for ids in read[1:]]
        order = [self.order[ids[0]] for ids in skips if len(ids) == 1]
        nested = len(order) == len(skips) and order == sorted(order, reverse=True)
        if nested != told:
            verb = "joins" if nested else "does not join"
            yield f"{block.id!r} {verb} nested skips, which its notes tell otherwise"

    # What a body stands for.

    def _check_sides(self, definition: Definition) -> Iterator[str]:
        """Yield in what the notes on side outputs are not what the occurrences have."""
        read: Counter[str] = Counter()
        for place in definition.places:
            inside = set(place)
            readers = {reader for id in place for reader in self.readers.get(id, ())}
            read.update(readers - inside)
        for note in definition.notes:
            count = note.values.get("count")
            if note.kind == SIDE and count not in (*read.values(), None):
                yield f"{count} side outputs of {definition.name!r} are read by nothing"

    def _check_places(self, definition: Definition) -> Iterator[str]:
        name, places = definition.name, definition.places
        if len(places) != definition.occurrences:
            yield f"{name!r} is met {len(places)} times, not {definition.occurrences}"
        held = Counter(id for place in places for id in place)
        if held.total() != definition.layers or any(count > 1 for count in held.values()):
            yield f"the occurrences of {name!r} hold {held.total()} layers, each once"
        if any(id not in self.sources for id in held):
            yield f"{name!r} holds a layer that is not drawn"
            return
        ways = len({link.source for link in definition.body.links if link.target == EXIT})
        for place in places:
            out = self._exits(place)
            if len(out) != ways:
                yield f"{name!r} has {len(out)} ways out at {place[-1]!r}"

    def _exits(self, place: Collection[str]) -> list[str]:
        """Return the layers that are read from outside, or whose data leave the network."""
        inside = set(place)
        return [
            id
            for id in place
            if id in self.leaving or not self.readers[id] or not inside.issuperset(self.readers[id])
        ]

    def _check_body(self, definition: Definition) -> Iterator[str]:
        """Yield in what a body is not what each occurrence has."""
        name, body = definition.name, definition.body
        layers = [id for block in body.blocks for id in block.layers]
        shown = [place for place in definition.places if set(place) == set(layers)]
        if len(shown) != 1 or len(set(layers)) != len(layers):
            yield f"the body of {name!r} is no occurrence of it"
            return
        yield from self._check_body_links(definition, layers)
        forms = {place: self._form(place) for place in definition.places}
        usual, parts, entries = forms[shown[0]]
        differing = []
        for place, (form, mine, _) in forms.items():
            if form == usual:
                continue
            difference = Difference(mine - parts, parts - mine)
            if not _is_turns(definition, shown[0], place, difference):
                differing.append((place[-1], difference))
        yield from uncovered(definition, differing)
        yield from _check_inputs(definition, entries, [inputs for _, _, inputs in forms.values()])

    def _check_body_links(self, definition: Definition, layers: Sequence[str]) -> Iterator[str]:
        """Yield the edges that a body lacks, or has in excess."""
        owner = {id: block.id for block in definition.body.blocks for id in block.layers}
        wanted = set()
        for id in layers:
            for source in self.sources[id]:
                ends = owner.get(source, ENTRY), owner[id]
                if ends[0] != ends[1]:
                    wanted.add(ends)
        wanted |= {(owner[id], EXIT) for id in self._exits(layers)}
        drawn = {(link.source, link.target) for link in definition.body.links}
        for source, target in sorted(wanted ^ drawn):
            verb = "lacks" if (source, target) in wanted else "has"
            yield f"the body of {definition.name!r} {verb} the link {source!r} to {target!r}"

    def _form(self, place: Collection[str]) -> tuple[Hashable, Counter[Token], int]:
        """Return a description of an occurrence: its edges, what it is made of, how many inputs.

        Groups in it are single nodes: how these differ is told by notes of their own.
        """
        node_of = {id: self._node(id, len(place)) for id in place}
        members: dict[Part, list[str]] = {}
        for id in sorted(place, key=self.order.__getitem__):
            members.setdefault(node_of[id], []).append(id)
        ranked = sorted(members, key=lambda node: self.order[members[node][-1]])
        labels: dict[Part, int] = {}
        outside: dict[str, None] = {}
        for node in ranked:
            read = {source for id in members[node] for source in self.sources[id]}
            outer = [source for source in read if source not in node_of]
            outside.update(dict.fromkeys(outer))
            inner = {node_of[source] for source in read if source in node_of} - {node}
            label = (node[:2], tuple(sorted(labels[each] for each in inner)), bool(outer))
            labels[node] = self.numbers.setdefault(label, len(self.numbers))
        parts = Counter(node[:2] for node in ranked)
        return tuple(sorted(labels.values())), parts, len(outside)

    def _node(self, id: str, size: int) -> Part:
        """Return the node of a layer in so many layers: a group in them, or itself."""
        for length, name, number in self.around.get(id, ()):
            if length < size:
                return name, (), f"@{number}"
        return *self._token(id), id


def _is_turns(
    definition: Definition, body: Sequence[str], place: Sequence[str], difference: Difference
) -> bool:
    """Tell whether an occurrence has what the body has, some of it as often as is told."""
    if body[0] not in definition.turns or place[0] not in definition.turns:
        return False
    more = definition.turns[place[0]] - definition.turns[body[0]]
    blocks = [block for block in definition.body.blocks if block.id in definition.repeated]
    told = Counter[Token]()
    for block in blocks:
        told[block.type, ()] += abs(more)
    extra, missing = (told, Counter[Token]()) if more > 0 else (Counter[Token](), told)
    return difference == Difference(extra, missing)


def _check_inputs(definition: Definition, usual: int, counts: Sequence[int]) -> Iterator[str]:
    """Yield the numbers of inputs, by occurrences in order, that no note tells."""
    kinds = {note.kind for note in definition.notes}
    if not kinds.isdisjoint(TWO) and max(counts) <= 2:
        return
    steps = [(second - first, second) for first, second in pairwise(counts)]
    grows = any(step == 1 for step, _ in steps)
    # What reads none before it begins anew.
    if ALL in kinds and grows and all(s == 1 or n == min(counts) for s, n in steps):
        return
    differing = Counter(count for count in counts if count != usual)
    notes = [note.values for note in definition.notes if note.kind == "inputs"]
    told = {values["inputs"]: values["count"] for values in notes}
    if differing != told:
        name = definition.name
        yield f"{name!r} has {dict(differing)} inputs by occurrences, its notes tell of {told}"
