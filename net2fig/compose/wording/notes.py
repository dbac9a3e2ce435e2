"""The notes on groups in words, with the labels that a figure uses for groups and classes.

Ensures: every kind of note has its words; where there are several groups, or where a note is about
the inside of one, the sentence begins with the label of its group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from net2fig.compose.wording.words import TIMES, join_names
from net2fig.data.grammar import Grammar
from net2fig.options.types import Style
from net2fig.outline import Definition, Note

NOUNS = ("block", "cell", "module", "layer")
"""What one occurrence of a group may be called, by the last word of the group's label."""

INSIDE = ("descent", "features-inside")
"""The kinds of notes that are about the inside: a reader has to know of what."""

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

    def class_label(self, class_name: str) -> str:
        """Return the label of a class: the author's for it or for its kind, else the grammar's."""
        entry = self.grammar.entry(class_name)
        styles = (self.styles.get(name) for name in (class_name, f":{entry.kind}"))
        return next((style.label for style in styles if style and style.label), entry.label)

    def layer_label(self, layer: tuple[str, Sequence[int]]) -> str:
        """Return the label of a layer, behind its kernel: "1×1 Conv"."""
        class_name, kernel = layer
        return " ".join(filter(None, (_format_size(kernel), self.class_label(class_name))))


def write_sentences(definition: Definition, labels: NoteLabels, *, several: bool) -> list[str]:
    """Return the notes on a group; `several` tells that there are other groups beside it."""
    lines_found: list[str] = []
    name = labels.group_label(definition.name)
    for model in dict.fromkeys(note.model for note in definition.notes):
        own_notes = [note for note in definition.notes if note.model == model]
        each = write_phrases(own_notes, name, labels)
        if several or any(note.kind in INSIDE for note in own_notes):
            joined = "; ".join(phrase[0].lower() + phrase[1:] for phrase in each)
            lines = [f"{name}: {joined}."]
        else:
            lines = [f"{phrase}." for phrase in each]
        lines_found += [f"{model}: {' '.join(lines)}"] if model else lines
    return lines_found


def write_phrases(notes: Iterable[Note], name: str, labels: NoteLabels) -> list[str]:
    """Return each note on the group that is called so, without a full stop."""
    return [WORDS[note.kind](note.values, choose_noun(name), labels) for note in notes]


def choose_noun(name: str) -> str:
    """Return what one occurrence of a group is called in a sentence: its last word if it is one.

    >>> choose_noun("Inception module A"), choose_noun("Bottleneck")
    ('module', 'block')
    """
    last = name.rstrip(" ↓ABCDEFGHIJKLMNOPQRSTUVWXYZ").rsplit(maxsplit=1)
    return last[-1].lower() if last and last[-1].lower() in NOUNS else NOUNS[0]


Values = Mapping[str, Any]


def _format_size(kernel: Sequence[int]) -> str:
    return TIMES.join(map(str, kernel))


def _describe_who(values: Values, word: str) -> str:
    """Return which of the occurrences a sentence is about."""
    groups = {
        "heads": f"The first {word} of each stage",
        "first-stage": "Those of the first stage",
        "resolution": "Those that change the resolution",
        "features": "Those that change the features",
    }
    if values["who"] == "some":
        return f"{values['count']} of {values['total']}"
    return groups.get(values["who"], f"The {values['who']} {word}")


def _is_one(values: Values) -> bool:
    return values["who"] in ONE or (values["who"] == "some" and values["count"] == 1)


def _make_shortcut_writer(one: str, several: str) -> Callable[[Values, str, NoteLabels], str]:
    """Return the words for a kind of shortcut, in the singular and in the plural."""

    def write_words(values: Values, word: str, labels: NoteLabels) -> str:
        layer = values.get("shortcut")
        how = f" ({labels.layer_label(layer)})" if layer else ""
        return f"{_describe_who(values, word)} {one if _is_one(values) else several} shortcut{how}"

    return write_words


def _write_narrow(values: Values, word: str, labels: NoteLabels) -> str:
    lacks = "lacks" if _is_one(values) else "lack"
    layer = labels.layer_label(values["lacks"])
    return f"{_describe_who(values, word)} {lacks} the {values['place']} {layer}"


def _write_fitted(values: Values, word: str, labels: NoteLabels) -> str:
    has, lacks = ("has", "lacks") if _is_one(values) else ("have", "lack")
    layers, usual = (_count_labels(values[key], labels) for key in ("layers", "usual"))
    if not layers:
        return f"{_describe_who(values, word)} {lacks} {usual} before an input"
    rest = f"in place of {usual}" if usual else "before an input"
    return f"{_describe_who(values, word)} {has} {layers} {rest}"


def _count_labels(layers: Sequence[tuple[str, int]], labels: NoteLabels) -> str:
    """Return layers by their labels, counted: "2 Conv and one Max pooling"."""
    counts: dict[str, int] = {}
    for class_name, count in layers:
        label = labels.class_label(class_name)
        counts[label] = counts.get(label, 0) + count
    return join_names([f"{'one' if n == 1 else n} {label}" for label, n in counts.items()])


def _write_kernels(values: Values, _word: str, _labels: NoteLabels) -> str:
    has = "has" if values["count"] == 1 else "have"
    sizes = " and ".join(map(_format_size, values["sizes"]))
    return f"{values['count']} of {values['total']} {has} {sizes} kernels"


WORDS: Mapping[str, Callable[[Values, str, NoteLabels], str]] = {
    "projected": _make_shortcut_writer("projects its", "project their"),
    "pooled": _make_shortcut_writer("pools its", "pool their"),
    "no-shortcut": _make_shortcut_writer("has no", "have no"),
    "narrow": _write_narrow,
    "fitted": _write_fitted,
    "kernels": _write_kernels,
    "adds": lambda values, _, __: f"Each adds {values['features']} features to its input",
    "grows": lambda v, _, __: f"The features grow from {v['first']} to {v['last']}",
    "two-before": lambda _, word, __: f"Each reads the two {word}s before it",
    "also-reads": lambda values, _, labels: (
        f"Each also reads the last {labels.group_label(values['group'])}"
    ),
    "inputs": lambda values, _, __: f"Each has {values['count']} inputs",
    "descent": lambda v, _, __: f"Down to {_format_size(v['spatial'])} in {v['steps']} steps",
    "features-inside": lambda values, _, __: f"Up to {values['features']} features inside",
}


def write_all_sentences(groups: Sequence[Definition], labels: NoteLabels) -> Iterator[str]:
    """Yield the notes on all groups of a figure."""
    for definition in groups:
        yield from write_sentences(definition, labels, several=len(groups) > 1)
