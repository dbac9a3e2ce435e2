"""The things of a figure by the names that its author knows them by.

A name is that of a layer, an input or an output, a group, a nested model, a scope or one of several
models, or a class; or it is a pattern. Where it stands for several things, `name #2` is the second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from net2fig.compose.annotations.canvas import Canvas, Thing
from net2fig.network import Layer, Network
from net2fig.outline import Outline

Occurrence = tuple[Thing, ...]
"""The things that stand for one thing of the author's."""

FindMatches = Callable[[str], list[tuple[str, ...]]]
"""Returns the layers of each match of a pattern."""

PATTERN = re.compile(r"[>*(\[]|^:")
"""What a pattern holds and a name does not."""
NUMBER = re.compile(r"(.*\S)\s*#(\d+)")
LINE = re.compile(r"(.*\S)\s*->\s*(\S.*)")


class Names:
    """The names of a figure."""

    def __init__(
        self, canvas: Canvas, network: Network, outline: Outline, find_matches: FindMatches
    ) -> None:
        self.canvas, self.network, self.outline = canvas, network, outline
        self.find_matches = find_matches
        self._by_layer: dict[str, Thing] = {}
        for thing in sorted(canvas.things, key=lambda each: -len(each.layers)):
            self._by_layer.update(dict.fromkeys(thing.layers, thing))

    def find(self, name: str, *, is_first: bool = False) -> list[Occurrence]:
        """Return all that a name stands for; empty where nothing drawn has it.

        In the place of a layer that is hidden stands the drawn one before it; where `is_first`,
        the one after it.
        """
        numbered = NUMBER.fullmatch(name)
        if numbered:
            occurrences = self.find(numbered[1], is_first=is_first)
            number = int(numbered[2])
            return occurrences[number - 1 : number] if number else []
        for occurrences in self._look_up(name):
            if occurrences:
                return occurrences
        hidden = [each.id for each in self.network.layers if name in (each.id, each.name)]
        return self._find_neighbours(hidden, is_first) or self._find_neighbours(
            hidden, not is_first
        )

    def _find_neighbours(self, hidden: list[str], forward: bool) -> list[Occurrence]:
        """Return the things nearest to hidden layers, along or against the data."""
        beside: dict[str, list[str]] = {}
        for edge in self.network.edges if hidden else ():
            ends = (edge.source, edge.target) if forward else (edge.target, edge.source)
            beside.setdefault(ends[0], []).append(ends[1])
        seen, waiting = set(hidden), list(hidden)
        things: dict[Thing, None] = {}
        while waiting:
            for id in beside.get(waiting.pop(0), []):
                if id in self._by_layer:
                    things[self._by_layer[id]] = None
                elif id not in seen:
                    seen.add(id)
                    waiting.append(id)
        return [(each,) for each in things]

    def find_line(self, name: str) -> tuple[list[Occurrence], list[Occurrence]] | None:
        """Return the ends of "a -> b"; None for another name."""
        ends = LINE.fullmatch(name)
        return (self.find(ends[1]), self.find(ends[2])) if ends else None

    def list_all(self) -> list[str]:
        """Return the names that may be written, for a suggestion."""
        names: dict[str, None] = {}
        for layer in self.network.layers:
            names.update(dict.fromkeys((layer.name, *layer.models)))
        names.update((thing.type, None) for thing in self.canvas.things if thing.type)
        names.update((name, None) for name, _ in (*self.outline.inputs, *self.outline.outputs))
        return [name for name in names if name and not name.startswith("@")]

    def _look_up(self, name: str) -> Iterator[list[Occurrence]]:
        """Yield what a name stands for, the nearest meaning first."""
        layers = self.network.layers
        yield self._find_layers([each for each in layers if each.id == name])
        yield self._find_layers([each for each in layers if each.name == name])
        yield self._find_ports(name)
        yield [(each,) for each in self.canvas.things if each.type == name]
        yield self._find_scopes(name)
        for part in self.network.parts:
            if part.name == name:
                yield self._cover(part.layers)
        yield self._find_layers([each for each in layers if name in (each.class_name, each.op)])
        if PATTERN.search(name):
            found = [run for match in self.find_matches(name) for run in self._cover(match)]
            yield list(dict.fromkeys(found))

    def _find_layers(self, layers: list[Layer]) -> list[Occurrence]:
        """Return the things in which layers are drawn, each once."""
        things = [self._by_layer[each.id] for each in layers if each.id in self._by_layer]
        return [(each,) for each in dict.fromkeys(things)]

    def _find_ports(self, name: str) -> list[Occurrence]:
        """Return the frame of an output, or the block of a port; "output" is the only one."""
        things = self.canvas.things
        frames = {f"output@{n}": port for n, (port, _) in enumerate(self.outline.outputs)}
        named = [each for each in things if frames.get(each.id) == name]
        ports = {id for port, id in (*self.outline.inputs, *self.outline.outputs) if port == name}
        named = named or [each for each in things if each.id in ports]
        if not named and name in ("input", "output"):
            named = [each for each in things if each.role == name]
            pairs = self.outline.inputs if name == "input" else self.outline.outputs
            ends = [self._by_layer.get(id) or self.canvas.thing(id) for _, id in pairs]
            named = named or [each for each in ends if each]
        return [(each,) for each in dict.fromkeys(named)]

    def _find_scopes(self, name: str) -> list[Occurrence]:
        """Return what is drawn of each nested model or scope with a name, a path or a class."""
        scopes: dict[tuple[str, ...], list[str]] = {}
        for layer in self.network.layers:
            for depth, step in enumerate(layer.scope, 1):
                path = tuple(each.id for each in layer.scope[:depth])
                words = (step.name, step.class_name, "/".join(path), ".".join(path))
                # The members of a list of modules are called "down.0", "down.1".
                is_list = step.name.startswith(f"{name}.")
                if is_list:
                    path = (*path[:-1], name)
                if name in words or is_list:
                    scopes.setdefault(path, []).append(layer.id)
        found = [each for ids in scopes.values() for each in self._cover(tuple(ids))]
        return list(dict.fromkeys(found))

    def _cover(self, layers: tuple[str, ...]) -> list[Occurrence]:
        """Return the outermost things that hold no other layer, else those that hold any."""
        wanted = set(layers)
        inside = [
            each for each in self.canvas.things if each.layers and wanted.issuperset(each.layers)
        ]
        ids = {each.id for each in inside}
        outer = [each for each in inside if not self.canvas.frames_of(each) & ids]
        if not outer:
            outer = list(dict.fromkeys(self._by_layer[id] for id in layers if id in self._by_layer))
        return [tuple(outer)] if outer else []

    def span(self, names: tuple[str, ...]) -> tuple[list[Occurrence], str]:
        """Return the things of a span, and the name that stands for nothing.

        What one name stands for in several places is several spans, unless they follow each other.
        """
        last = len(names) - 1
        ends = [self.find(name, is_first=number < last) for number, name in enumerate(names)]
        for name, end in zip(names, ends, strict=True):
            if not end:
                return [], name
        if len(ends) == 2:
            return [self._fill(ends[0][0], ends[1][-1])], ""
        runs: list[list[Thing]] = []
        for occurrence in ends[0]:
            if runs and self._follow(runs[-1], occurrence):
                runs[-1] += [each for each in occurrence if each not in runs[-1]]
            else:
                runs.append(list(occurrence))
        return [tuple(run) for run in runs], ""

    def _follow(self, run: Sequence[Thing], occurrence: Occurrence) -> bool:
        """Tell whether nothing stands between two occurrences of a name."""
        both = (*run, *occurrence)
        return len({each.frame for each in both}) == 1 and set(
            self._fill((both[0],), (both[-1],))
        ) <= set(both)

    def _fill(self, first: Occurrence, last: Occurrence) -> Occurrence:
        """Return the things from the first to the last in one frame, in the order of reading."""
        ends = [self._climb(each, (*first, *last)) for each in (*first, *last)]
        frame = ends[0].frame
        keys = [self._read_order(each) for each in ends]
        things = [each for each in self.canvas.things if each.frame == frame]
        return tuple(
            each
            for each in sorted(things, key=self._read_order)
            if min(keys) <= self._read_order(each) <= max(keys)
        )

    def _read_order(self, thing: Thing) -> tuple[int, float]:
        """Return the place of a thing in the order of reading; in levels that of the data."""
        if self.canvas.levels:
            return 0, self.canvas.things.index(thing)
        return thing.row, thing.body.centre.x

    def _climb(self, thing: Thing, others: Occurrence) -> Thing:
        """Return the thing, or the frame around it, that stands beside the others."""
        common = set.intersection(*({"", *self.canvas.frames_of(each)} for each in others))
        while thing.frame not in common:
            thing = self.canvas.thing(thing.frame) or thing
        return thing
