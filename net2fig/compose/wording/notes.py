"""The notes on groups in words, with the labels that a figure uses for groups and classes.

Ensures: every kind of note has its words, and every sentence a subject; where there are several
groups, or where a note is about the inside of one, it begins with the label of its group. A number
stays on the line of its noun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct, field

from net2fig.compose.wording import prose
from net2fig.compose.wording.inside import shows_features_inside
from net2fig.compose.wording.words import TIMES, bind_number, join_names
from net2fig.data.grammar import Grammar
from net2fig.options.types import Style
from net2fig.outline import Definition, Note

NOUNS = ("block", "cell", "module", "layer")
"""What one occurrence of a group may be called, by the last word of the group's label."""

INSIDE = ("descent", "windows", "features-inside")
"""The kinds of notes that are about the inside: a reader has to know of what."""

JOINED = {"add": "summed", "concatenate": "concatenated", "multiply": "multiplied"}
"""What a merge does to side outputs, by its entry of the catalogue."""

SIDES = "skip outputs"

MOST_STEPS = 4
"""How many dilations are listed in full."""

ONE = ("heads", "first", "second", "third")
"""Those of which a sentence speaks in the singular."""


class NoteLabels(Struct, frozen=True):
    """What a figure calls groups and classes of layers."""

    grammar: Grammar
    groups: Mapping[str, str] = field(default_factory=dict)
    styles: Mapping[str, Style] = field(default_factory=dict)

    def group_label(self, name: str) -> str:
        """Return the label of a group."""
        return self.groups.get(name, name)

    def class_noun(self, class_name: str) -> str:
        """Return what a note calls a class: the author's label for it or its kind, else ours."""
        entry = self.grammar.entry(class_name)
        styles = (self.styles.get(name) for name in (class_name, f":{entry.kind}"))
        label = next((style.label for style in styles if style and style.label), None)
        return label or entry.noun or entry.spoken or prose.lowercase(entry.label)

    def layer_noun(self, layer: tuple[str, Sequence[int]]) -> str:
        """Return the noun of a layer, behind its kernel: "1×1 conv"."""
        class_name, kernel = layer
        return " ".join(filter(None, (_format_size(kernel), self.class_noun(class_name))))


class Subject(Struct, frozen=True):
    """What the sentences on a group are about.

    `noun` is what one occurrence is called, `name` is the noun where the sentence does not begin
    with the label of the group, and has to tell which block is meant.
    """

    noun: str
    name: str

    @property
    def many(self) -> str:
        """The noun in the plural."""
        return prose.pluralize(self.noun)

    def count(self, values: Values) -> str:
        """Return how many of the occurrences: "9 of 16 blocks"."""
        return bind_number(f"{values['count']} of {values['total']}", self.many)


def write_sentences(definition: Definition, labels: NoteLabels, *, several: bool) -> list[str]:
    """Return the notes on a group; `several` tells that there are other groups beside it."""
    sentences: list[str] = []
    name = labels.group_label(definition.name)
    notes = [note for note in definition.notes if not _is_in_body(note, definition)]
    for model in dict.fromkeys(note.model for note in notes):
        own_notes = [note for note in notes if note.model == model]
        is_named = several or any(note.kind in INSIDE for note in own_notes)
        phrases = "; ".join(write_phrases(own_notes, name, labels, named=is_named))
        sentence = f"{name}: {phrases}." if is_named else f"{prose.capitalize(phrases)}."
        sentences.append(f"{model}: {sentence}" if model else sentence)
    return sentences


def _is_in_body(note: Note, definition: Definition) -> bool:
    """Tell whether the numbers of a note stand in the body as well."""
    if note.kind != "features-inside":
        return False
    return shows_features_inside(definition, note.values["features"])


def write_phrases(
    notes: Iterable[Note], name: str, labels: NoteLabels, *, named: bool = False
) -> list[str]:
    """Return each note on the group that is called so, without a full stop.

    `named` tells that the name stands before the phrases.
    """
    noun = choose_noun(name)
    subject = Subject(noun, noun if named else _make_noun(name, noun))
    return [WORDS[note.kind](note.values, subject, labels) for note in notes]


def choose_noun(name: str) -> str:
    """Return what one occurrence of a group is called in a sentence: its last word if it is one.

    >>> choose_noun("Inception module A"), choose_noun("Bottleneck")
    ('module', 'block')
    """
    last = name.rstrip(" ↓ABCDEFGHIJKLMNOPQRSTUVWXYZ").rsplit(maxsplit=1)
    return last[-1].lower() if last and last[-1].lower() in NOUNS else NOUNS[0]


def _make_noun(name: str, noun: str) -> str:
    """Return the name of a group as a noun: "dense layer"; the noun where it does not sound so."""
    return prose.lowercase(name) if name.lower().endswith(f" {noun}") else noun


Values = Mapping[str, Any]


def _format_size(kernel: Sequence[int]) -> str:
    return TIMES.join(map(str, kernel))


def _describe_who(values: Values, subject: Subject) -> str:
    """Return which of the occurrences a sentence is about."""
    groups = {
        "heads": f"the first {subject.noun} of each stage",
        "first-stage": f"{subject.many} of the first stage",
        "resolution": f"{subject.many} that change the resolution",
        "halving": f"{subject.many} that halve the resolution",
        "features": f"{subject.many} that change the features",
    }
    if values["who"] == "some":
        return subject.count(values)
    return groups.get(values["who"], f"the {values['who']} {subject.noun}")


def _is_one(values: Values) -> bool:
    return values["who"] in ONE or (values["who"] == "some" and values["count"] == 1)


def _make_shortcut_writer(one: str, several: str) -> Callable[[Values, Subject, NoteLabels], str]:
    """Return the words for a kind of shortcut, in the singular and in the plural."""

    def write_words(values: Values, subject: Subject, labels: NoteLabels) -> str:
        layer = values.get("shortcut")
        how = f" ({labels.layer_noun(layer)})" if layer else ""
        verb = one if _is_one(values) else several
        return f"{_describe_who(values, subject)} {verb} shortcut{how}"

    return write_words


def _write_narrow(values: Values, subject: Subject, labels: NoteLabels) -> str:
    lacks = "lacks" if _is_one(values) else "lack"
    layer = labels.layer_noun(values["lacks"])
    return f"{_describe_who(values, subject)} {lacks} the {values['place']} {layer}"


def _write_fitted(values: Values, subject: Subject, labels: NoteLabels) -> str:
    has, lacks = ("has", "lacks") if _is_one(values) else ("have", "lack")
    who = _describe_who(values, subject)
    layers, usual = (_count_layers(values[key], labels) for key in ("layers", "usual"))
    if not layers:
        return f"{who} {lacks} {usual} before an input"
    return f"{who} {has} {layers} {f'in place of {usual}' if usual else 'before an input'}"


def _write_differing(values: Values, subject: Subject, labels: NoteLabels) -> str:
    has, lacks = ("has", "lacks") if _is_one(values) else ("have", "lack")
    who = _describe_who(values, subject)
    layers, usual = (_count_layers(values[key], labels) for key in ("layers", "usual"))
    if not layers:
        return f"{who} {lacks} {usual}"
    return f"{who} {has} {layers} in place of {usual}" if usual else f"{who} also {has} {layers}"


def _write_arranged(values: Values, subject: Subject, _labels: NoteLabels) -> str:
    verb = "connects" if _is_one(values) else "connect"
    return f"{_describe_who(values, subject)} {verb} the same layers in another way"


def _write_dilation(values: Values, subject: Subject, _labels: NoteLabels) -> str:
    """Return the dilations along a chain: "the dilations are 1, 2, 4 … 64, twice"."""
    listed = values.get("steps") or values["among"]
    steps = [_format_size(each if len(set(each)) > 1 else each[:1]) for each in listed]
    if "among" in values:
        return f"the dilation of {subject.many} differs: {join_names(steps)}"
    is_long = len(steps) > MOST_STEPS and _double(steps)
    shown = f"{', '.join(steps[:3])} … {steps[-1]}" if is_long else ", ".join(steps)
    times = values["times"]
    again = {0: ", then from the first again", 1: "", 2: ", twice"}
    return f"the dilations are {shown}{again.get(times, f', {times} times')}"


def _double(steps: Sequence[str]) -> bool:
    """Tell whether numbers double from each to the next."""
    return all(
        first.isdigit() and second == str(2 * int(first)) for first, second in pairwise(steps)
    )


def _count_layers(layers: Sequence[tuple[str, int]], labels: NoteLabels) -> str:
    """Return layers by their nouns, counted: "two convs and a max pooling"."""
    counts: dict[str, int] = {}
    for class_name, count in layers:
        noun = labels.class_noun(class_name)
        counts[noun] = counts.get(noun, 0) + count
    return join_names([prose.spell_count(count, noun) for noun, count in counts.items()])


def _write_kernels(values: Values, subject: Subject, _labels: NoteLabels) -> str:
    has = "has" if values["count"] == 1 else "have"
    sizes = " and ".join(map(_format_size, values["sizes"]))
    kernels = f"{sizes} kernels" if TIMES in sizes else f"kernels of {sizes}"
    return f"{subject.count(values)} {has} {kernels}"


def _write_dilated(values: Values, subject: Subject, _labels: NoteLabels) -> str:
    sizes = " and ".join(_format_size(s if len(set(s)) > 1 else s[:1]) for s in values["sizes"])
    if values["count"] == values["total"]:
        return f"the dilation of {subject.many} is {sizes}"
    has = "has" if values["count"] == 1 else "have"
    return f"{subject.count(values)} {has} a dilation of {sizes}"


def _write_growth(values: Values, _subject: Subject, _labels: NoteLabels) -> str:
    """Return the features of blocks drawn once: "16 ×3 stands for 8, 8 and 16 features"."""
    phrases = []
    for features, _ in values["runs"]:
        label = bind_number(features[-1], f"{TIMES}{len(features)}")
        numbers = list(map(str, features))
        listed = join_names(numbers) if len(numbers) <= MOST_STEPS else _join_ends(numbers)
        phrases.append(f"{label} stands for {bind_number(listed, 'features')}")
    return join_names(phrases)


def _join_numbers(numbers: Sequence[int]) -> str:
    return join_names(list(map(str, numbers)))


def _join_ends(numbers: Sequence[str]) -> str:
    return f"{numbers[0]} to {numbers[-1]}"


def _write_inputs(values: Values, subject: Subject, _labels: NoteLabels) -> str:
    inputs = bind_number(values["inputs"], "input" if values["inputs"] == 1 else "inputs")
    if values["count"] == values["total"]:
        return f"each {subject.name} has {inputs}"
    return f"{subject.count(values)} {'has' if values['count'] == 1 else 'have'} {inputs}"


WORDS: Mapping[str, Callable[[Values, Subject, NoteLabels], str]] = {
    "projected": _make_shortcut_writer("projects the", "project the"),
    "pooled": _make_shortcut_writer("pools the", "pool the"),
    "no-shortcut": _make_shortcut_writer("has no", "have no"),
    "narrow": _write_narrow,
    "fitted": _write_fitted,
    "differs": _write_differing,
    "arranged": _write_arranged,
    "kernels": _write_kernels,
    "dilation": _write_dilation,
    "dilated": _write_dilated,
    "side": lambda values, _, labels: (
        f"the {bind_number(values['count'], SIDES) if 'count' in values else SIDES} are"
        f" {JOINED.get(labels.grammar.entry(values['op']).id, 'merged')}"
    ),
    "nested": lambda _, subject, __: f"each {subject.name} joins a skip, the last one first",
    "adds": lambda values, subject, _: (
        f"each {subject.name} adds {bind_number(values['features'], 'features')}"
    ),
    "grows": _write_growth,
    "windows": lambda values, _, __: (
        f"attends within windows of {bind_number(_join_numbers(values['tokens']), 'tokens')}"
    ),
    "two-before": lambda _, subject, __: (
        f"each {subject.name} reads the two {subject.many} before it"
    ),
    "all-before": lambda _, subject, __: (
        f"each {subject.name} reads all {subject.many} before it, and what these read"
    ),
    "also-reads": lambda values, subject, labels: (
        f"each {subject.name} also reads the output of the last"
        f" {prose.lowercase(labels.group_label(values['group']))}"
    ),
    "inputs": _write_inputs,
    "descent": lambda values, _, __: (
        f"{' or '.join(f'{way}s' for way in values['by'])}"
        f" {bind_number(values['steps'], 'times')},"
        f" down to {_format_size(values['spatial'])}"
    ),
    "features-inside": lambda values, _, __: (
        f"up to {bind_number(values['features'], 'features')} inside"
    ),
}


def write_all_sentences(groups: Sequence[Definition], labels: NoteLabels) -> Iterator[str]:
    """Yield the notes on all groups of a figure."""
    for definition in groups:
        yield from write_sentences(definition, labels, several=len(groups) > 1)
