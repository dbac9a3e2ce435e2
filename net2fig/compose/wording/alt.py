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

from net2fig.compose.placeholders import find_leaf
from net2fig.compose.wording import prose, words
from net2fig.compose.wording.graph_facts import count_features, find_ancestors, find_height
from net2fig.compose.wording.hidden import list_hidden
from net2fig.data.grammar import Grammar
from net2fig.network import Extent, Network
from net2fig.options.types import Style
from net2fig.outline import Block, Definition, Outline

SHORTEST = 100
LONGEST = 600
ADD = "add"
"""The entry of the catalogue that makes a way around a residual connection."""
CONCATENATE = "concatenate"

PathPart = prose.PathStep | prose.PathStage


def describe(
    network: Network,
    outline: Outline,
    grammar: Grammar,
    styles: Mapping[str, Style] | None = None,
    longest: int = LONGEST,
) -> str:
    """Return the alternative text; the labels of styles are the author's words for things."""
    return _Describer(network, outline, grammar, styles or {}, longest).text()


class _Describer(Struct, frozen=True):
    """Tells one outline."""

    network: Network
    outline: Outline
    grammar: Grammar
    styles: Mapping[str, Style]
    longest: int = LONGEST

    def text(self) -> str:
        """Return as many sentences as there is room for, the first always."""
        text = self._write_opening()
        rooms = (
            (self._write_paths, 150),
            (self._write_joins, 80),
            (self._write_groups, 0),
            (self._write_hidden, 0),
        )
        for part, reserved in rooms:
            text = prose.append_sentences(text, part(), self.longest - reserved)
        if len(text) < SHORTEST:
            flow = "Data flow from left to right."
            text = prose.append_sentences(text, iter(((flow,),)), self.longest)
        return text

    # What it is

    def _write_opening(self) -> str:
        """Return what kind of network it is, how large, and what goes in and comes out."""
        inputs = [self.outline[id].output for _, id in self.outline.inputs]
        outputs = [find_leaf(self.outline, number) for number in range(len(self.outline.outputs))]
        levels = self._count_levels()
        deep = f"with {prose.spell_number(levels)} levels and" if levels > 1 else "of"
        family = prose.capitalize(prose.add_article(self._name_family(inputs, outputs)))
        text = f"{family} {deep} {prose.count_layers(len(self.network.layers))}"
        if inputs:
            text += f" takes {prose.describe_ports(inputs, 'input')}"
        if outputs:
            same = len(inputs) == len(outputs) == 1 and inputs == outputs and outputs[0] is not None
            text += f" and returns {'as much' if same else prose.describe_ports(outputs, 'output')}"
        return text + "."

    def _name_family(
        self, inputs: Sequence[Extent | None], outputs: Sequence[Extent | None]
    ) -> str:
        """Return what a reader would call such a network."""
        kinds = dict.fromkeys(block.kind for block, _, _ in self._list_all(self.outline))
        images = any(extent and len(extent.spatial) > 1 for extent in inputs)
        if "attention" in kinds and any(
            body and block.kind == "attention" for block, body, _ in self._list_all(self.outline)
        ):
            return "vision transformer" if images else "transformer"
        base = "convolutional " if "conv" in kinds else ""
        if "recurrent" in kinds:
            return f"{base}recurrent network" + (" with attention" * ("attention" in kinds))
        bottom = self._find_bottom()
        if bottom is not None:
            if not (bottom.output and bottom.output.spatial) and list(inputs) == list(outputs):
                return f"{base}autoencoder"
            return f"{base}encoder–decoder"
        if "conv" in kinds:
            return f"{self._name_style()} network"
        return "fully connected network" if "dense" in kinds else "network"

    def _name_style(self) -> str:
        """Return by what a convolutional network is known: how its paths come together."""
        joined = {ADD: 0, CONCATENATE: 0}
        bodies = [(self.outline, 1), *((d.body, d.occurrences) for d in self.outline.groups)]
        for body, occurrences in bodies:
            merges = list(self._find_merges(body))
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

    def _write_paths(self) -> Iterator[Sequence[str]]:
        """Yield one set: ways to tell the path, the fullest first."""
        path = self._find_main_path(self.outline)
        bottom = self._find_bottom()
        middle = path.index(bottom.id) + 1 if bottom else len(path)
        parts = [
            list(prose.merge_stages(self._list_steps(part)))
            for part in (path[:middle], path[middle:])
        ]
        low = prose.speak_size(words.format_resolution(bottom.output)) if bottom else ""
        at = f", down to {low}" if low else ""
        ways: list[str] = []
        for sizes, most in ((True, 20), (False, 20), (True, 7), (False, 5), (False, 3)):
            down, up = (self._write_steps(part, most, sizes=sizes) for part in parts)
            if bottom:
                ways.append(f"The encoder has {down}{at}; the decoder has {up}.")
            elif down:
                ways.append(f"Data pass {down}{self._write_fall(path)}.")
        if ways:
            yield ways

    def _write_steps(self, steps: Sequence[PathPart], most: int, *, sizes: bool) -> str:
        """Return steps in words, at most so many of them."""
        if not steps:
            return ""
        parts = [part.describe(sizes=sizes) for part in steps]
        if len(parts) > most:
            left = f"{prose.spell_number(len(parts) - most + 1)} more steps"
            parts = [*parts[: most // 2 + 1], left, *parts[-(most // 2) :]]
        return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, then {parts[-1]}"

    def _write_fall(self, path: Sequence[str]) -> str:
        """Return between which resolutions data go, where it falls at all."""
        sizes = [self.outline[id].output for id in path]
        extents = [each for each in sizes if each and each.spatial and None not in each.spatial]
        # A sequence made of an image goes on in another measure.
        extents = [each for each in extents if len(each.spatial) == len(extents[0].spatial)]
        if len(extents) < 2:
            return ""
        first, last = extents[0], extents[-1]
        least = min(extents, key=lambda each: each.resolution or 0)
        if (first.resolution or 0) < 2 * (least.resolution or 0):
            return ""
        start, low, end = (
            prose.speak_size(words.format_resolution(each)) for each in (first, least, last)
        )
        rise = f" and rises to {end}" if (last.resolution or 0) > (least.resolution or 0) else ""
        what = "length" if len(first.spatial) == 1 else "resolution"
        return f", while the {what} falls from {start} to {low}{rise}"

    def _list_steps(self, path: Sequence[str]) -> list[prose.PathStep]:
        """Return the steps of a path, merges left out: they are told with what they join."""
        steps: list[prose.PathStep] = []
        for block in self._unfold(path):
            if block.kind in ("input", "sample", "merge"):
                continue
            features = block.output.features if block.output else None
            step = prose.PathStep(self._name_block(block), block.kind, (block.count,), (features,))
            steps[-1:] = steps[-1].join(step) if steps else [step]
        return steps

    def _unfold(self, path: Sequence[str]) -> Iterator[Block]:
        """Yield the blocks of a path, those in a bracket as often as they occur."""
        within = {id: bracket for bracket in self.outline.brackets for id in bracket.blocks}
        for bracket, ids in groupby(path, within.get):
            yield from [self.outline[id] for id in ids] * (bracket.count if bracket else 1)

    def _name_block(self, block: Block) -> str:
        """Return what a block is called in a sentence."""
        names = (block.type, block.op, f":{block.kind}")
        style = next(filter(None, map(self.styles.get, names)), None)
        if style and (label_set := prose.strip_signs(style.label or "")):
            return prose.name_group(label_set, self.grammar)
        if block.is_group:
            return prose.name_group(block.type, self.grammar)
        entry = self.grammar.entry(block.op)
        label = entry.spoken or prose.lowercase(entry.label)
        if not self.grammar.knows(block.op):
            label = f"{prose.strip_signs(block.type)} layer"
        around = words.describe_wrapper(block.attributes)
        return f"{around} {label}" if around else label

    # What skips, and what branches off

    def _write_joins(self) -> Iterator[Sequence[str]]:
        """Yield what else comes in where paths meet, and how often layers are shared."""
        origins = self._find_origins()
        skips: dict[str, int] = {}
        paths: dict[str, int] = {}
        for block, around, beside in self._find_merges(self.outline):
            how = self._name_block(block)
            sources = [origins[source] for source in beside]
            if not around and len(set().union(*sources)) > max(map(len, sources)):
                yield (f"The inputs meet in {prose.add_article(how)}.",)
                continue
            skips[how] = skips.get(how, 0) + around
            paths[how] = paths.get(how, 0) + max(len(beside) - 1, 0)
        for counts, one in ((skips, "skip connection"), (paths, "further path")):
            for how, count in counts.items():
                if count > 0:
                    verb = "joins" if count == 1 else "join"
                    thing = one if count == 1 else prose.pluralize(one)
                    yield (
                        f"{prose.capitalize(prose.spell_number(count))} {thing} {verb} by {how}.",
                    )
        yield from self._write_shared()

    def _write_shared(self) -> Iterator[Sequence[str]]:
        """Yield which layers are called more than once, and which are frozen."""
        calls: dict[str, int] = {}
        for block in self.outline.blocks:
            if block.shared:
                calls[self._name_block(block)] = calls.get(self._name_block(block), 0) + block.count
        alike: dict[int, list[str]] = {}
        for label, count in calls.items():
            alike.setdefault(count, []).append(f"the {label}")
        for count, labels in alike.items():
            if count > 1 and len(labels) == 1:
                often = prose.spell_times(count)
                yield (f"{prose.capitalize(labels[0])} is shared and called {often}.",)
            elif count > 1:
                who = prose.capitalize(words.join_names(labels))
                yield (f"{who} are shared and called {prose.spell_times(count)} each.",)
        frozen = [f"the {self._name_block(each)}" for each in self.outline.blocks if each.frozen]
        if frozen:
            yield (f"Weights of {words.join_names(list(dict.fromkeys(frozen))[:3])} are frozen.",)

    def _find_origins(self) -> dict[str, set[str]]:
        """Return for each block the inputs that lead to it."""
        from_inputs: dict[str, set[str]] = {}
        inputs = {id for _, id in self.outline.inputs}
        for block in self.outline.blocks:
            origins = {block.id} & inputs
            for link in self.outline.into(block.id):
                origins |= from_inputs.get(link.source, set())
            from_inputs[block.id] = origins
        return from_inputs

    def _find_merges(self, outline: Outline) -> Iterator[tuple[Block, int, list[str]]]:
        """Yield each merge with the number of ways around, and its other sources.

        A way around leads to the merge straight from where another of its inputs has come from.
        """
        place = {block.id: number for number, block in enumerate(outline.blocks)}
        for block in outline.blocks:
            sources = [link.source for link in outline.into(block.id)]
            if block.kind != "merge" or len(sources) < 2:
                continue
            ancestors = find_ancestors(outline, place, set(sources))
            around = [source for source in sources if source in ancestors]
            yield block, len(around), [source for source in sources if source not in around]

    # What the groups hold, and what is not drawn

    def _write_groups(self) -> Iterator[Sequence[str]]:
        """Yield what each group holds, those that are met first first, those alike together."""
        drawn = dict.fromkeys(b.type for b in self.outline.blocks if b.is_group)
        by_name = {definition.name: definition for definition in self.outline.groups}
        alike: dict[str, list[str]] = {}
        for name in [*drawn, *(name for name in reversed(by_name) if name not in drawn)]:
            if name in by_name:
                group = by_name[name]
                subject = "each" if group.occurrences > 1 else "the"
                alike.setdefault(self._write_contents(group), []).append(
                    f"{subject} {prose.name_group(name, self.grammar)}"
                )
        for contents, names in alike.items():
            subject, verb = (
                prose.capitalize(words.join_names(names)),
                "holds" if len(names) < 2 else "hold",
            )
            yield (f"{subject} {verb} {contents}.",)

    def _write_contents(self, group: Definition) -> str:
        """Return what is in a group: its layers, in how many paths, how they are joined."""
        counted: dict[str, int] = {}
        for block in group.body.blocks:
            if block.kind != "merge":
                label = self._name_block(block)
                counted[label] = counted.get(label, 0) + block.count
        things = [prose.spell_count(count, label) for label, count in counted.items()]
        merges = list(self._find_merges(group.body))
        widest = max((len(beside) for _, _, beside in merges), default=0)
        skips_count = sum(skips for _, skips, _ in merges)
        inside = f" in {prose.spell_number(widest)} parallel paths" if widest > 1 else ""
        if skips_count:
            skips = prose.spell_count(skips_count, "skip connection")
            contents = f"{', '.join(things)}{inside} and {skips}" if things else skips
        else:
            contents = (words.join_names(things) or "no layer") + inside
        how = words.join_names(
            list(dict.fromkeys(self._name_block(block) for block, _, _ in merges))
        )
        return f"{contents}, joined by {how}" if merges else contents

    def _write_hidden(self) -> Iterator[Sequence[str]]:
        """Yield what is not drawn, by its nouns."""
        hidden = list_hidden(self.outline.left_out, self.grammar)
        if not hidden:
            return
        things = [
            f"{prose.spell_number(each.count)} {prose.strip_signs(each.words(each.count))}"
            for each in hidden
        ]
        verb = "is" if sum(each.count for each in hidden) == 1 else "are"
        total = prose.spell_number(sum(self.outline.hidden.values()))
        yield (
            f"{prose.capitalize(words.join_names(things))} {verb} not drawn.",
            f"{prose.capitalize(total)} layers of little interest are not drawn.",
        )

    # The graph

    def _list_all(self, outline: Outline) -> Iterator[tuple[Block, bool, int]]:
        """Yield every block, whether it stands in the body of a group, and how often."""
        yield from ((block, False, block.count) for block in outline.blocks)
        for group in outline.groups:
            yield from ((b, True, b.count * group.occurrences) for b in group.body.blocks)

    def _find_main_path(self, outline: Outline) -> list[str]:
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

    def _count_levels(self) -> int:
        """Return how often the resolution falls on the way down, 0 where it does not rise again."""
        bottom = self._find_bottom()
        if bottom is None or not (bottom.output and bottom.output.spatial):
            return 0
        path = self._find_main_path(self.outline)
        heights = [
            find_height(self.outline[id].output) or 0 for id in path[: path.index(bottom.id) + 1]
        ]
        return sum(after < before for before, after in pairwise(heights))

    def _find_bottom(self) -> Block | None:
        """Return the last block before the resolution rises again, None where it does not.

        What comes out must be a quarter as high as what comes in: a pyramid is no decoder.
        """
        path = [self.outline[id] for id in self._find_main_path(self.outline)]
        heights = [height for block in path if (height := find_height(block.output)) is not None]
        if len(path) < 4 or len(heights) < len(path):
            return None
        least = min(heights)
        if min(heights[0], heights[-1]) < max(2 * least, 1) or 4 * heights[-1] < heights[0]:
            return None
        low = [block for block in path if find_height(block.output) == least]
        if not least:
            # The code of an autoencoder is its shortest vector.
            fewest = min(count_features(block) for block in low)
            low = [block for block in low if count_features(block) == fewest]
        return low[-1]
