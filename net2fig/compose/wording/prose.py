"""Parts of sentences: numbers, sizes, plurals, and the steps that data pass.

Ensures: what is returned can be spoken by a screen reader and is part of an English sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.compose.wording import words
from net2fig.data.grammar import Grammar
from net2fig.network import Extent

NAMED = 40
"""A name of more characters is cut."""
PERIOD = 5
"""The most steps that a stage may have."""
LISTED = 3
"""More outputs than these are counted, and not listed."""
COUNTED = ("block", "module", "cell", "layer")
"""Words that a letter may follow: "residual blocks A", but "Inception A blocks"."""
SIGNS = {"↓": "downsampling", "↑": "upsampling"}
"""Signs at the end of a name, as they are spoken."""
NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
"""Numbers that are written in words."""


class PathStep(Struct, frozen=True):
    """What data pass: so many of one thing in a row, in one or more runs.

    `counts` has an entry for each run, `features` what leaves it.
    """

    label: str
    kind: str
    counts: tuple[int, ...]
    features: tuple[int | None, ...]

    def join(self, step: PathStep) -> list[PathStep]:
        """Return this step and the next, which are one where they are alike."""
        if self.label != step.label:
            return [self, step]
        if self.features[-1] == step.features[0]:
            counts = (*self.counts[:-1], self.counts[-1] + step.counts[0], *step.counts[1:])
            return [replace(self, counts=counts, features=self.features + step.features[1:])]
        counts, features = self.counts + step.counts, self.features + step.features
        return [replace(self, counts=counts, features=features)]

    def describe(self, *, sizes: bool = True) -> str:
        """Return the step in words: "two convolutions to 64 features"."""
        total = sum(self.counts)
        text = spell_count(total, self.label)
        details = []
        if len(self.counts) > 1 and total > len(self.counts):
            details.append(f"{words.join_names([str(count) for count in self.counts])} in a row")
        if sizes and (reached := self.describe_features()):
            details.append(reached)
        if not details:
            return text
        if len(details) == 1 and len(set(self.features)) == 1:
            return f"{text} {details[0]}"
        return f"{text} ({', '.join(details)})"

    def describe_features(self) -> str:
        """Return to how many features the step leads, where that is worth telling."""
        if self.kind not in ("conv", "up", "dense", "recurrent", "group", "embedding"):
            return ""
        numbers = list(self.features if len(set(self.features)) > 1 else self.features[:1])
        if None in numbers:
            return ""
        unit = "unit" if self.kind == "dense" else "feature"
        plural = "" if numbers == [1] else "s"
        return f"to {words.join_names([str(number) for number in numbers])} {unit}{plural}"


class PathStage(Struct, frozen=True):
    """A series of steps that data pass several times."""

    steps: tuple[PathStep, ...]
    count: int

    def describe(self, *, sizes: bool = True) -> str:
        """Return the stage in words: "four stages of two convolutions and a max pooling"."""
        parts = []
        for step in self.steps:
            each = set(step.counts)
            one = add_article(step.label) if each == {1} else pluralize(step.label)
            if len(each) == 1 and each != {1}:
                one = f"{spell_number(step.counts[0])} {one}"
            details = []
            if len(each) > 1:
                details.append(words.join_names([str(count) for count in step.counts]))
            if sizes and (reached := step.describe_features()):
                details.append(reached)
            parts.append(f"{one} ({', '.join(details)})" if details else one)
        return f"{spell_number(self.count)} stages of {words.join_names(parts)}"


def merge_stages(steps: Sequence[PathStep]) -> Iterator[PathStep | PathStage]:
    """Yield steps, equal series of them that follow each other as one stage."""
    start = 0
    while start < len(steps):
        best, size = 1, 1
        for period in range(2, PERIOD + 1):
            count = 1
            while _has_same_labels(steps, start, start + period * count, period):
                count += 1
            if count > 1 and period * count > best * size:
                best, size = count, period
        if best == 1:
            yield steps[start]
            start += 1
            continue
        runs = [
            steps[start + number * size : start + (number + 1) * size] for number in range(best)
        ]
        merged = [
            replace(
                column[0],
                counts=tuple(sum(step.counts) for step in column),
                features=tuple(step.features[-1] for step in column),
            )
            for column in zip(*runs, strict=True)
        ]
        yield PathStage(tuple(merged), best)
        start += best * size


def _has_same_labels(steps: Sequence[PathStep], first: int, second: int, size: int) -> bool:
    """Tell whether two series of steps have the same labels."""
    one, other = steps[first : first + size], steps[second : second + size]
    return len(other) == size and [s.label for s in one] == [s.label for s in other]


# Words


def describe_ports(extents: Sequence[Extent | None], one: str) -> str:
    """Return what goes in or comes out: "an input of 32 by 32 by 3"."""
    sizes = [describe_size(extent) for extent in extents]
    if len(set(sizes)) == 1:
        who = (
            add_article(one) if len(sizes) == 1 else f"{spell_number(len(sizes))} {pluralize(one)}"
        )
        return sizes[0] if sizes[0].startswith(("a ", "one ")) else f"{who} of {sizes[0]}"
    if len(sizes) > LISTED:
        return f"{spell_number(len(sizes))} {pluralize(one)}"
    return f"{spell_number(len(sizes))} {pluralize(one)} ({words.join_names(sizes)})"


def describe_size(extent: Extent | None) -> str:
    """Return a size as it is spoken."""
    if extent is None or (extent.features is None and not extent.spatial):
        return "unknown size"
    count = extent.features
    if not extent.spatial:
        return "one value" if count == 1 else f"a vector of {count} values"
    if len(extent.spatial) == 1:
        length = extent.spatial[0]
        text = "a sequence of any length" if length is None else f"a sequence of {length}"
        return text if count is None else f"{text} by {count}"
    if None in extent.spatial:
        return f"any size with {count} channels" if count is not None else "any size"
    return speak_size(words.format_extent(extent))


def speak_size(size: str) -> str:
    """Return a size as it is spoken, "" for one that is unknown."""
    return size.replace(words.TIMES, " by ") if size[:1].isdigit() and "?" not in size else ""


def strip_signs(name: str) -> str:
    """Return a name that somebody gave, without what cannot be spoken."""
    return " ".join("".join(c if c.isalnum() or c in " -–" else " " for c in name).split())[:NAMED]


def count_layers(count: int) -> str:
    """Return how many layers there are: this number stays a figure."""
    return f"{count} layer{'' if count == 1 else 's'}"


def spell_number(count: int) -> str:
    """Return a number as it stands in a sentence: small ones in words."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def spell_count(count: int, label: str) -> str:
    """Return so many of something: "a convolution", "two convolutions"."""
    return f"{spell_number(count)} {pluralize(label)}" if count > 1 else add_article(label)


def spell_times(count: int) -> str:
    """Return how often something happens."""
    return "twice" if count == 2 else f"{spell_number(count)} times"


def add_article(word: str) -> str:
    """Return a word with its article; one spelt out in capitals sounds as its first letter."""
    first = word.split(maxsplit=1)[0] if word.split() else word
    vowels = "AEFHILMNORSX" if len(first) > 1 and first.isupper() else "aeiouAEIOU"
    return f"{'an' if word[:1] in vowels and word else 'a'} {word}"


def pluralize(label: str) -> str:
    """Return the plural of a label."""
    for joint in (" of ", " with "):
        if joint in label:
            head, _, last = label.partition(joint)
            return f"{pluralize(head)}{joint}{last}"
    head, _, last = label.rpartition(" ")
    if head and len(last) == 1:
        return f"{pluralize(head)} {last}"
    if label[-1:].isdigit():
        return f"{label} blocks"
    if label.endswith(("s", "x", "ch", "sh")):
        return label if label.endswith("s") else f"{label}es"
    if label.endswith("y") and label[-2:-1] not in tuple("aeiou"):
        return f"{label[:-1]}ies"
    return f"{label}s"


def capitalize(text: str) -> str:
    """Return a text as a sentence begins."""
    return text[:1].upper() + text[1:]


def lowercase(label: str) -> str:
    """Return a label in small letters, where its first word is no name of its own."""
    first = label.split(maxsplit=1)[0] if label.split() else label
    is_proper = any(letter.isupper() for letter in first[1:])
    return label if is_proper else label[:1].lower() + label[1:]


def name_group(name: str, grammar: Grammar) -> str:
    """Return what a group is called, which shall not sound like a layer or a single letter."""
    for sign, word in SIGNS.items():
        if name.endswith(sign):
            return f"{word} {name_group(name.removesuffix(sign), grammar)}"
    parts = strip_signs(name).split() or ["group"]
    spoken = {entry.label.lower(): entry.spoken for entry in grammar.entries.values()}
    if len(parts[-1]) == 1 and len(parts) > 1:
        is_numbered = parts[-2] in COUNTED
        return lowercase(" ".join(parts)) if is_numbered else f"{' '.join(parts)} block"
    name = lowercase(" ".join([*parts[:-1], spoken.get(parts[-1]) or parts[-1]]))
    return f"{name.replace(' ', '-')} block" if name in spoken.values() else name


def append_sentences(text: str, sentences: Iterator[Sequence[str]], longest: int) -> str:
    """Return the text and those of the sentences that fit, each in the fullest way that does."""
    for ways in sentences:
        text += next((f" {way}" for way in ways if len(text) + 1 + len(way) <= longest), "")
    return text
