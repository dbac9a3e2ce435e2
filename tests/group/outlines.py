"""What a network is outlined as, checked, and in words."""

from __future__ import annotations

from typing import Any

from net2fig.compose.wording.notes import NoteLabels, write_sentences
from net2fig.data.grammar import Grammar, load_grammar
from net2fig.group import outline
from net2fig.group.expansion.faults import find_faults
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.outline import Outline


def at(network: Network, grammar: Grammar, level: str = "blocks", **options: Any) -> Outline:
    """Return the checked outline of a network."""
    found = outline(network, grammar, Options(**options), level)
    faults = find_faults(network, found)
    assert faults == [], faults
    return found


def notes(found: Outline, group: int = -1) -> list[str]:
    """Return the notes on a group, by its number, in words."""
    labels = NoteLabels(load_grammar())
    sentences = write_sentences(found.groups[group], labels, several=len(found.groups) > 1)
    return [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in sentences]


def drawn_types(found: Outline) -> list[str]:
    """Return what an outline draws, in words."""
    return [b.type + (f" ×{b.count}" if b.count > 1 else "") for b in found.blocks]
