"""The figure in sentences, for readers who cannot see it."""

from __future__ import annotations

from net2fig.compose import words
from net2fig.compose.frames import leaf_of
from net2fig.grammar import Grammar
from net2fig.network import Extent, Network
from net2fig.outline import Block, Outline

LONGEST = 600


def describe(network: Network, outline: Outline, grammar: Grammar) -> str:
    """Return the alternative text: what goes in, the blocks in order, what comes out."""
    name = network.name.replace("_", " ").strip() or "A neural network"
    start = f"{name}: a neural network of {len(network.layers)} layers, drawn from left to right."
    given = [outline[id].output for _, id in outline.inputs]
    made = [leaf_of(outline, number) for number in range(len(outline.outputs))]
    ports = f"{_ports('Input', given)} {_ports('Output', made)}"
    steps = [_step(block, grammar) for block in outline.blocks if block.kind != "input"]
    groups = [_group(d.name, list(d.body.blocks), grammar) for d in outline.groups]
    text = start
    for sentence in (ports.strip(), "In order: " + ", ".join(steps) + ".", *groups):
        room = LONGEST - len(text) - 1
        if len(sentence) <= room:
            text += " " + sentence
        elif sentence.startswith("In order: "):
            text += " " + _cut(sentence, room)
    return text


def _ports(word: str, extents: list[Extent | None]) -> str:
    sizes = [words.whole(extent) for extent in extents]
    if not sizes:
        return ""
    return f"{word}{'s' if len(sizes) > 1 else ''} {words.listed(sizes)}."


def _step(block: Block, grammar: Grammar) -> str:
    label = block.type if block.is_group else grammar.entry(block.type).label
    features = words.features(block.output)
    size = f" to {features}" if features and block.kind in ("conv", "dense", "group") else ""
    return f"{words.times(block.count)} {label}{size}" if block.count > 1 else f"{label}{size}"


def _group(name: str, blocks: list[Block], grammar: Grammar) -> str:
    steps = [_step(block, grammar).split(" to ")[0] for block in blocks]
    return f"{name} stands for {words.listed(steps)}."


def _cut(sentence: str, room: int) -> str:
    """Return the beginning of a sentence, cut between items."""
    if room < 40:
        return ""
    kept = sentence[: room - 16].rsplit(", ", 1)[0]
    return kept + ", and so on."
