"""What is not drawn, in words: each function by its noun, the most frequent first.

Ensures: the figure, its caption, the alternative text and comparisons use the same nouns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from net2fig.compose.wording.prose import lowercase, pluralize
from net2fig.compose.wording.words import bind_number, format_function
from net2fig.data.grammar import Grammar
from net2fig.data.vocabulary import load_vocabulary
from net2fig.outline import LeftOut

ACTIVATION = "activation"
"""The kind whose functions have names of their own."""


class HiddenThing(Struct, frozen=True):
    """Things of one noun that are not drawn; `parts` are the nouns of what one is made of."""

    noun: str
    count: int
    parts: tuple[str, ...] = ()

    def write(self) -> str:
        """Return number and noun: "8 hard sigmoids (addition, ReLU6, multiplication)"."""
        return f"{bind_number(self.count, self.words(self.count))}{self.write_parts()}"

    def words(self, count: int) -> str:
        """Return the noun for so many."""
        return self.noun if count == 1 else pluralize(self.noun)

    def write_parts(self) -> str:
        """Return the parts in parentheses, where there are any."""
        return f" ({', '.join(self.parts)})" if self.parts else ""


def list_hidden(left_out: Sequence[LeftOut], grammar: Grammar) -> list[HiddenThing]:
    """Return what is not drawn by its nouns, the most frequent first."""
    things: dict[tuple[str, tuple[str, ...]], HiddenThing] = {}
    for each in left_out:
        noun = find_noun(each.function, each.op, grammar)
        parts = tuple(_list_parts(each, grammar)) if len(each.classes) > 1 else ()
        before = things.get((noun, parts))
        count = each.count + (before.count if before else 0)
        things[noun, parts] = HiddenThing(noun, count, parts)
    return sorted(things.values(), key=lambda thing: -thing.count)


def _list_parts(each: LeftOut, grammar: Grammar) -> Iterable[str]:
    """Return the nouns of the steps of a composed function."""
    steps = {c.function: c.steps for c in load_vocabulary().composed}
    return (find_noun(step, step, grammar) for step in steps.get(each.function, each.classes))


def find_noun(function: str, op: str, grammar: Grammar) -> str:
    """Return what a sentence calls one layer, in the singular."""
    noun = load_vocabulary().nouns.get(function)
    if noun:
        return noun
    if function != op:
        return f"{format_function(function)} {ACTIVATION}"
    if not grammar.knows(op):
        return f"{op} layer"
    entry = grammar.entry(op)
    return entry.spoken or lowercase(entry.label)


def describe_hidden(left_out: Sequence[LeftOut], grammar: Grammar) -> str:
    """Return what is not shown as a sentence: "Not shown: 53 batch normalisations, 49 ReLUs.".

    A single layer of a quiet kind is told where the figure is described, and not in the figure.
    """
    loud = [each for each in left_out if each.count > 1 or not grammar.kind(each.op).is_quiet]
    things = [thing.write() for thing in list_hidden(loud, grammar)]
    return f"Not shown: {', '.join(things)}." if things else ""
