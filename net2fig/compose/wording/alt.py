"""The figure in sentences, for readers who cannot see it and for authors who must describe it.

Requires: an outline, with or without the frames of samples.
Ensures: whole sentences, `SHORTEST` to `LONGEST` characters long, that name what kind of network it
is, what goes in and comes out, what data pass on the way, what skips and what branches off, what
each group holds and what is not drawn; the most telling first, so that what has no room is the
least. Sizes are written as they are spoken: "224 by 224 by 3".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from msgspec import Struct

from net2fig.compose.placeholders import leaf_of
from net2fig.compose.wording import prose, words
from net2fig.data.grammar import Grammar, Kind
from net2fig.network import Extent, Network
from net2fig.options.types import Style
from net2fig.outline import Block, Definition, Outline

SHORTEST = 100
LONGEST = 600
ADD = "add"
"""The entry of the catalogue that makes a way around a residual connection."""
CONCATENATE = "concatenate"

Said = prose.Step | prose.Stage


def describe(
    network: Network,
    outline: Outline,
    grammar: Grammar,
    styles: Mapping[str, Style] | None = None,
) -> str:
    """Return the alternative text; the labels of styles are the author's words for things."""
    return _Teller(network, outline, grammar, styles or {}).text()


class _Teller(Struct, frozen=True):
    """Tells one outline."""

    network: Network
    outline: Outline
    grammar: Grammar
    styles: Mapping[str, Style]

    def text(self) -> str:
        """Return as many sentences as there is room for, the first always."""
        text = self._opening()
        rooms = ((self._walks, 150), (self._joins, 80), (self._groups, 0), (self._ends, 0))
        for part, kept in rooms:
            text = prose.continued(text, part(), LONGEST - kept)
        if len(text) < SHORTEST:
            text = prose.continued(text, iter((("Data flow from left to right.",),)), LONGEST)
        return text

    # What it is

    def _opening(self) -> str:
        """Return what kind of network it is, how large, and what goes in and comes out."""
        given = [self.outline[id].output for _, id in self.outline.inputs]
        made = [leaf_of(self.outline, number) for number in range(len(self.outline.outputs))]
        levels = self._levels()
        deep = f"with {prose.number(levels)} levels and" if levels > 1 else "of"
        family = prose.capital(prose.article(self._family(given, made)))
        text = f"{family} {deep} {prose.layers(len(self.network.layers))}"
        if given:
            text += f" takes {prose.ports(given, 'input')}"
        if made:
            same = len(given) == len(made) == 1 and given == made and made[0] is not None
            text += f" and returns {'as much' if same else prose.ports(made, 'output')}"
        return text + "."

    def _family(self, given: Sequence[Extent | None], made: Sequence[Extent | None]) -> str:
        """Return what a reader would call such a network."""
        kinds = dict.fromkeys(block.kind for block, _, _ in self._all(self.outline))
        images = any(extent and len(extent.spatial) > 1 for extent in given)
        if "attention" in kinds and any(
            body and block.kind == "attention" for block, body, _ in self._all(self.outline)
        ):
            return "vision transformer" if images else "transformer"
        base = "convolutional " if "conv" in kinds else ""
        if "recurrent" in kinds:
            return f"{base}recurrent network" + (" with attention" * ("attention" in kinds))
        bottom = self._bottom()
        if bottom is not None:
            if not (bottom.output and bottom.output.spatial) and list(given) == list(made):
                return f"{base}autoencoder"
            return f"{base}encoder–decoder"
        if "conv" in kinds:
            return f"{self._style()} network"
        return "fully connected network" if "dense" in kinds else "network"

    def _style(self) -> str:
        """Return by what a convolutional network is known: how its paths come together."""
        joined = {ADD: 0, CONCATENATE: 0}
        bodies = [(self.outline, 1), *((d.body, d.occurrences) for d in self.outline.groups)]
        for body, occurrences in bodies:
            merges = list(self._merges(body))
            for block, skips, _ in merges:
                entry = self.grammar.entry(block.op).id
                dense = len(merges) == 1 and body is not self.outline
                if entry in joined and skips and (dense or entry == ADD):
                    joined[entry] += occurrences
        if joined[ADD] > 1 and joined[ADD] >= joined[CONCATENATE]:
            return "residual convolutional"
        if joined[CONCATENATE] > 1:
            return "densely connected convolutional"
        return "convolutional"

    # What data pass

    def _walks(self) -> Iterator[Sequence[str]]:
        """Yield one set: ways to tell the path, the fullest first."""
        path = self._main_path(self.outline)
        bottom = self._bottom()
        middle = path.index(bottom.id) + 1 if bottom else len(path)
        parts = [list(prose.staged(self._steps(part))) for part in (path[:middle], path[middle:])]
        low = prose.by(words.resolution(bottom.output)) if bottom else ""
        at = f", down to {low}" if low else ""
        ways: list[str] = []
        for sizes, most in ((True, 20), (False, 20), (True, 7), (False, 5), (False, 3)):
            down, up = (self._told(part, most, sizes=sizes) for part in parts)
            if bottom:
                ways.append(f"The encoder has {down}{at}; the decoder has {up}.")
            elif down:
                ways.append(f"Data pass {down}{self._fall(path)}.")
        if ways:
            yield ways

    def _told(self, steps: Sequence[Said], most: int, *, sizes: bool) -> str:
        """Return steps in words, at most so many of them."""
        if not steps:
            return ""
        parts = [part.said(sizes=sizes) for part in steps]
        if len(parts) > most:
            left = f"{prose.number(len(parts) - most + 1)} more steps"
            parts = [*parts[: most // 2 + 1], left, *parts[-(most // 2) :]]
        return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, then {parts[-1]}"

    def _fall(self, path: Sequence[str]) -> str:
        """Return between which resolutions data go, where it falls at all."""
        sizes = [self.outline[id].output for id in path]
        seen = [each for each in sizes if each and each.spatial and None not in each.spatial]
        # A sequence made of an image goes on in another measure.
        seen = [each for each in seen if len(each.spatial) == len(seen[0].spatial)]
        if len(seen) < 2:
            return ""
        first, last = seen[0], seen[-1]
        least = min(seen, key=lambda each: each.resolution or 0)
        if (first.resolution or 0) < 2 * (least.resolution or 0):
            return ""
        start, low, end = (prose.by(words.resolution(each)) for each in (first, least, last))
        rise = f" and rises to {end}" if (last.resolution or 0) > (least.resolution or 0) else ""
        what = "length" if len(first.spatial) == 1 else "resolution"
        return f", while the {what} falls from {start} to {low}{rise}"

    def _steps(self, path: Sequence[str]) -> list[prose.Step]:
        """Return the steps of a path, merges left out: they are told with what they join."""
        steps: list[prose.Step] = []
        for block in self._unfolded(path):
            if block.kind in ("input", "sample", "merge"):
                continue
            features = block.output.features if block.output else None
            step = prose.Step(self._label(block), block.kind, (block.count,), (features,))
            steps[-1:] = steps[-1].then(step) if steps else [step]
        return steps

    def _unfolded(self, path: Sequence[str]) -> Iterator[Block]:
        """Yield the blocks of a path, those in a bracket as often as they occur."""
        within = {id: bracket for bracket in self.outline.brackets for id in bracket.blocks}
        for bracket, ids in groupby(path, within.get):
            yield from [self.outline[id] for id in ids] * (bracket.count if bracket else 1)

    def _label(self, block: Block) -> str:
        """Return what a block is called in a sentence."""
        called = (block.type, block.op, f":{block.kind}")
        style = next(filter(None, map(self.styles.get, called)), None)
        if style and (given := prose.plain(style.label or "")):
            return prose.called(given, self.grammar)
        if block.is_group:
            return prose.called(block.type, self.grammar)
        entry = self.grammar.entry(block.op)
        label = entry.spoken or prose.lowered(entry.label)
        if not self.grammar.knows(block.op):
            label = f"{prose.plain(block.type)} layer"
        around = words.wrapper(block.attributes)
        return f"{around} {label}" if around else label

    # What skips, and what branches off

    def _joins(self) -> Iterator[Sequence[str]]:
        """Yield what else comes in where paths meet, and how often layers are shared."""
        origins = self._origins()
        skips: dict[str, int] = {}
        paths: dict[str, int] = {}
        for block, around, beside in self._merges(self.outline):
            how = self._label(block)
            given = [origins[source] for source in beside]
            if not around and len(set().union(*given)) > max(map(len, given)):
                yield (f"The inputs meet in {prose.article(how)}.",)
                continue
            skips[how] = skips.get(how, 0) + around
            paths[how] = paths.get(how, 0) + max(len(beside) - 1, 0)
        for found, one in ((skips, "skip connection"), (paths, "further path")):
            for how, count in found.items():
                if count > 0:
                    verb = "joins" if count == 1 else "join"
                    thing = one if count == 1 else prose.many(one)
                    yield (f"{prose.capital(prose.number(count))} {thing} {verb} by {how}.",)
        yield from self._shared()

    def _shared(self) -> Iterator[Sequence[str]]:
        """Yield which layers are called more than once."""
        calls: dict[str, int] = {}
        for block in self.outline.blocks:
            if block.shared:
                calls[self._label(block)] = calls.get(self._label(block), 0) + block.count
        alike: dict[int, list[str]] = {}
        for label, count in calls.items():
            alike.setdefault(count, []).append(f"the {label}")
        for count, labels in alike.items():
            if count > 1 and len(labels) == 1:
                yield (f"{prose.capital(labels[0])} is shared and called {prose.often(count)}.",)
            elif count > 1:
                who = prose.capital(words.listed(labels))
                yield (f"{who} are shared and called {prose.often(count)} each.",)

    def _origins(self) -> dict[str, set[str]]:
        """Return for each block the inputs that lead to it."""
        from_inputs: dict[str, set[str]] = {}
        inputs = {id for _, id in self.outline.inputs}
        for block in self.outline.blocks:
            found = {block.id} & inputs
            for link in self.outline.into(block.id):
                found |= from_inputs.get(link.source, set())
            from_inputs[block.id] = found
        return from_inputs

    def _merges(self, outline: Outline) -> Iterator[tuple[Block, int, list[str]]]:
        """Yield each merge with the number of ways around, and its other sources.

        A way around leads to the merge straight from where another of its inputs has come from.
        """
        place = {block.id: number for number, block in enumerate(outline.blocks)}
        for block in outline.blocks:
            sources = [link.source for link in outline.into(block.id)]
            if block.kind != "merge" or len(sources) < 2:
                continue
            around = [
                source
                for source in sources
                if any(_leads(outline, place, source, other) for other in {*sources} - {source})
            ]
            yield block, len(around), [source for source in sources if source not in around]

    # What the groups hold, and what is not drawn

    def _groups(self) -> Iterator[Sequence[str]]:
        """Yield what each group holds, those that are met first first, those alike together."""
        met = dict.fromkeys(b.type for b in self.outline.blocks if b.is_group)
        by_name = {definition.name: definition for definition in self.outline.groups}
        alike: dict[str, list[str]] = {}
        for name in [*met, *(name for name in reversed(by_name) if name not in met)]:
            if name in by_name:
                group = by_name[name]
                who = "each" if group.occurrences > 1 else "the"
                alike.setdefault(self._held(group), []).append(
                    f"{who} {prose.called(name, self.grammar)}"
                )
        for held, names in alike.items():
            who, verb = prose.capital(words.listed(names)), "holds" if len(names) < 2 else "hold"
            yield (f"{who} {verb} {held}.",)

    def _held(self, group: Definition) -> str:
        """Return what is in a group: its layers, in how many paths, how they are joined."""
        counted: dict[str, int] = {}
        for block in group.body.blocks:
            if block.kind != "merge":
                label = self._label(block)
                counted[label] = counted.get(label, 0) + block.count
        things = [prose.so_many(count, label) for label, count in counted.items()]
        merges = list(self._merges(group.body))
        widest = max((len(beside) for _, _, beside in merges), default=0)
        around = sum(skips for _, skips, _ in merges)
        inside = f" in {prose.number(widest)} parallel paths" if widest > 1 else ""
        if around:
            skips = prose.so_many(around, "skip connection")
            held = f"{', '.join(things)}{inside} and {skips}" if things else skips
        else:
            held = (words.listed(things) or "no layer") + inside
        how = words.listed(list(dict.fromkeys(self._label(block) for block, _, _ in merges)))
        return f"{held}, joined by {how}" if merges else held

    def _ends(self) -> Iterator[Sequence[str]]:
        """Yield what is not drawn, by kind."""
        counts: dict[Kind, int] = {}
        for name, count in self.outline.hidden:
            kind = self.grammar.kind(self.outline.op(name))
            counts[kind] = counts.get(kind, 0) + count
        if not counts:
            return
        things = [
            f"{prose.number(count)} {kind.one if count == 1 else kind.many}"
            for kind, count in counts.items()
        ]
        total = sum(counts.values())
        yield (
            f"{prose.capital(words.listed(things))} {'is' if total == 1 else 'are'} not drawn.",
            f"{prose.capital(prose.number(total))} layers of little interest are not drawn.",
        )

    # The graph

    def _all(self, outline: Outline) -> Iterator[tuple[Block, bool, int]]:
        """Yield every block, whether it stands in the body of a group, and how often."""
        yield from ((block, False, block.count) for block in outline.blocks)
        for group in outline.groups:
            yield from ((b, True, b.count * group.occurrences) for b in group.body.blocks)

    def _main_path(self, outline: Outline) -> list[str]:
        """Return the path from an input to an output that passes most layers."""
        best: dict[str, tuple[int, str | None]] = {}
        for block in outline.blocks:
            before = [
                (best[link.source][0], link.source)
                for link in outline.into(block.id)
                if link.source in best
            ]
            length, source = max(before, key=lambda pair: pair[0], default=(0, None))
            best[block.id] = (length + max(len(block.layers), 1), source)
        if not best:
            return []
        at: str | None = max(best, key=lambda each: best[each][0])
        path: list[str] = []
        while at is not None:
            path.append(at)
            at = best[at][1]
        return path[::-1]

    def _levels(self) -> int:
        """Return how often the resolution falls on the way down, 0 where it does not rise again."""
        bottom = self._bottom()
        if bottom is None or not (bottom.output and bottom.output.spatial):
            return 0
        path = self._main_path(self.outline)
        heights = [
            _height(self.outline[id].output) or 0 for id in path[: path.index(bottom.id) + 1]
        ]
        return sum(after < before for before, after in pairwise(heights))

    def _bottom(self) -> Block | None:
        """Return the last block before the resolution rises again, None where it does not.

        What comes out must be a quarter as high as what comes in: a pyramid is no decoder.
        """
        path = [self.outline[id] for id in self._main_path(self.outline)]
        heights = [height for block in path if (height := _height(block.output)) is not None]
        if len(path) < 4 or len(heights) < len(path):
            return None
        least = min(heights)
        if min(heights[0], heights[-1]) < max(2 * least, 1) or 4 * heights[-1] < heights[0]:
            return None
        low = [block for block in path if _height(block.output) == least]
        if not least:
            # The code of an autoencoder is its shortest vector.
            fewest = min(_features(block) for block in low)
            low = [block for block in low if _features(block) == fewest]
        return low[-1]


def _features(block: Block) -> int:
    """Return the number of features, 0 where it is unknown."""
    return (block.output.features if block.output else 0) or 0


def _height(extent: Extent | None) -> int | None:
    """Return the greatest spatial axis, 0 for a vector, None where it is unknown."""
    if extent is None:
        return None
    return extent.resolution if extent.spatial else 0


def _leads(outline: Outline, place: Mapping[str, int], source: str, target: str) -> bool:
    """Tell whether data go from one block to another; only what lies between them is looked at."""
    first = place.get(source, -1)
    waiting, seen = [target], {target}
    while waiting:
        for link in outline.into(waiting.pop()):
            if link.source == source:
                return True
            if link.source not in seen and place.get(link.source, -1) > first:
                seen.add(link.source)
                waiting.append(link.source)
    return False
