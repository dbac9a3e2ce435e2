"""Propose a name for every group that was found, from what it holds.

Requires: the groups are known by their repeat keys.
Ensures: the names differ from one another and from those that the author gave; the same groups get
the same names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain, count
from string import ascii_uppercase

from msgspec.structs import replace

from net2fig.data.grammar import Grammar, Names, load_names
from net2fig.group.assemble import body_graph, inner_first, occurrences, shown
from net2fig.group.graph import ADD, CONCATENATE, GATE, UP, Graph, Node, Tensor, entering
from net2fig.group.naming.attentive import (
    CONV,
    attends_across,
    attentive_word,
    find_join,
    holds_attention,
    is_expert,
    is_stage,
    list_layers,
    reads_encoder,
)
from net2fig.group.naming.class_names import ClassNames
from net2fig.group.naming.own_names import own_name
from net2fig.group.patterns.match import matches
from net2fig.network import Network
from net2fig.pattern import Atom, Series, accepts, atoms, parse
from net2fig.toml import Place

CELL_ADDS = 4
"""How many additions a cell has at least: those of NASNet and PNASNet have five."""

LONGEST_CHAIN = 3
"""How many layers a name such as "Conv–BN–ReLU" may list."""

PAIR = 2
"""How many layers of one kind are a pair; more are a stack."""

VAGUE = ("cell", "chain", "decoding", "fusing", "stage")
"""Words that an author's own name is better than."""

Proposal = tuple[str, str]
"""A name, and the word before the letter where several groups would bear it."""


def propose(
    graph: Graph,
    repeat_keys: Sequence[str],
    grammar: Grammar,
    taken: Sequence[str] = (),
    network: Network | None = None,
) -> dict[str, str]:
    """Return a name for each group, by its repeat key; `network` tells the author's classes."""
    met = occurrences(graph, repeat_keys)
    classes = ClassNames(graph, network)
    found: dict[str, Proposal] = {}
    for repeat_key in inner_first(met):
        own = classes.name(met[repeat_key])
        found[repeat_key] = (
            _twice(own) if own else _proposal(graph, met[repeat_key], found, grammar, load_names())
        )
    for group, name, other in load_names().beside:
        if _twice(group) in found.values():
            found = {
                repeat_key: _twice(other) if proposed == _twice(name) else proposed
                for repeat_key, proposed in found.items()
            }
    alike: dict[str, list[str]] = {}
    for repeat_key in met:
        alike.setdefault(found[repeat_key][0], []).append(repeat_key)
    names: dict[str, str] = {}
    used = {*taken, *(entry.label for entry in grammar.entries.values())}
    for name, bearers in alike.items():
        kernels = [_kernel(shown(met[repeat_key])) for repeat_key in bearers]
        if len(set(kernels)) == len(kernels) > 1 and all(kernels):
            names |= {
                repeat_key: f"{name} {size}"
                for repeat_key, size in zip(bearers, kernels, strict=True)
            }
            used.update(names.values())
            continue
        for repeat_key in bearers:
            single = len(bearers) == 1 and name not in used
            names[repeat_key] = name if single else _lettered(found[repeat_key][1], used)
            used.add(names[repeat_key])
    return names


def _kernel(group: Node) -> str:
    """Return the size of the kernels of a group, if those that are not pointwise are one size."""
    sizes = set()
    waiting = [group]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.members)
        at = node.block.attributes
        size = at.get("kernel")
        if not node.members and isinstance(size, list | tuple) and not at.is_pointwise:
            sizes.add("×".join(map(str, size)))
    return sizes.pop() if len(sizes) == 1 else ""


def _lettered(word: str, used: set[str]) -> str:
    """Return the word with the first letter, or number, that is free."""
    letters = chain(ascii_uppercase, map(str, count(len(ascii_uppercase) + 1)))
    return next(name for letter in letters if (name := f"{word} {letter}") not in used)


def _proposal(
    graph: Graph,
    nodes: Sequence[Node],
    inner: Mapping[str, Proposal],
    grammar: Grammar,
    names: Names,
) -> Proposal:
    group = shown(nodes)
    body = _as_usual(body_graph(graph, group), grammar)

    def test(atom: Atom, node: Node) -> bool:
        block = node.block
        words = (inner[node.repeat_key][0], block.name) if node.repeat_key in inner else block.words
        return accepts(atom, words, block.kind, block.attributes)

    for name, text in names.patterns:
        pattern = _parsed(text)
        # An atom is one node: only a pattern as long as the body can describe all of it.
        if len(atoms(pattern)) != len(body.nodes):
            continue
        if any(len(match) == len(body.nodes) for match in matches(body, pattern, test)):
            return name, name
    several = any(len({source for source, _ in node.sources}) > 1 for node in nodes)
    word = attentive_word(group, grammar)
    if word and not (several and attends_across(group) and reads_encoder(graph, nodes)):
        return _twice({**names.joins["any"], **names.joins[ADD]}[word])
    proposed = _by_shape(group, inner, grammar, names, several=several)
    words = names.joins.get(find_join(group, grammar).entry, {})
    if proposed[0] == words.get("paths") and "head" in words and _end(graph, nodes):
        return _twice(words["head"])
    if proposed[0] not in {names.joins["any"][word] for word in VAGUE}:
        return proposed
    # Nothing tells what it is: then the author's own word for it is the best there is.
    own = own_name(nodes)
    return _twice(own) if own else proposed


def _end(graph: Graph, nodes: Sequence[Node]) -> bool:
    """Tell whether what leaves each of several groups leaves the network, and goes nowhere else."""
    leaving = graph.leaving()
    return len(nodes) > 1 and all(
        node.key in leaving and not graph.readers(node.key) for node in nodes
    )


def _as_usual(body: Graph, grammar: Grammar) -> Graph:
    """Return a body without what is only in it because the author asked to see it.

    What a layer does by its shapes, such as patches that become one, tells what the body is.
    """
    past: dict[Tensor, Tensor] = {}
    nodes: dict[str, Node] = {}
    for key, node in body.nodes.items():
        sources = tuple(past.get(tensor, tensor) for tensor in node.sources)
        is_known = node.block.attributes.drawn_op != node.block.attributes.op
        if grammar.kinds[node.block.kind].is_left_out and len(sources) == 1 and not is_known:
            past[key, 0] = sources[0]
        else:
            nodes[key] = replace(node, sources=sources)
    outputs = tuple((name, past.get(tensor, tensor)) for name, tensor in body.outputs)
    return replace(body, nodes=nodes, outputs=outputs) if nodes else body


@cache
def _parsed(text: str) -> Series:
    return parse(text, Place("grammar/names.toml"))


def _by_shape(
    group: Node, inner: Mapping[str, Proposal], grammar: Grammar, names: Names, *, several: bool
) -> Proposal:
    """Return a name by what is joined at the end of a group, which may have several ways in."""
    if not several and _passes_by(group):
        return _twice(names.joins[CONCATENATE]["partial"])
    join = find_join(group, grammar)
    words = {**names.joins["any"], **names.joins.get(join.entry, {})}
    if several and "attending" in words and attends_across(group):
        return _twice(words["attending"])
    residual = _twice(names.joins[ADD]["skip"])
    if several and (inner.get(join.repeat_key) == residual or _adds_what_it_reads(group)):
        # What else it reads, such as the time of a diffusion, makes it no other block.
        return residual
    pair = len(group.members) > 1 and all(member.members for member in group.members)
    if pair and several:
        return _chain(group, inner, grammar, words["chain"])
    if several and join.entry == CONCATENATE and _holds_gate(group):
        return _twice(names.joins[GATE]["gate"])
    block = _joined_block(group) if several else None
    if block and block.repeat_key in inner:
        # A block that joins a skip before all else is that block.
        return inner[block.repeat_key]
    if several or inner.get(join.repeat_key) == _twice(words["cell"]):
        return _twice(words[_purpose(group, join, words)])
    if len(join.sources) < 2 or is_stage(group):
        word = "stage" if is_stage(group) else "chain"
        return _chain(group, inner, grammar, words[word])
    down = any(member.changes_resolution and member.block.kind != UP for member in group.members)
    if "hourglass" in words and down and _holds(group, UP):
        return _twice(words["hourglass"])
    outside = {source for source, _ in entering(group.members)}
    if any(source in outside for source, _ in join.sources):
        joined = any(member.entry == CONCATENATE for member in group.members[:-1])
        if join.entry == CONCATENATE and holds_attention(group):
            return _twice(names.joins["any"]["skip"])
        return _twice(words["inner"] if joined and "inner" in words else words["skip"])
    if group.changes_resolution and "falling" in words:
        return _twice(words["falling"])
    paths = "paths" if _holds(group, CONV) or "other" not in words else "other"
    return words[paths], words.get("series", words[paths])


def _joined_block(group: Node) -> Node | None:
    """Return the one group among layers of which the first concatenates what comes in."""
    blocks = [member for member in group.members if member.members]
    return blocks[0] if group.members[0].entry == CONCATENATE and len(blocks) == 1 else None


def _holds_gate(group: Node) -> bool:
    """Tell whether what comes from outside is multiplied before it is joined, as a gate does."""
    outside = {source for source, _ in entering(group.members)}
    gates = [member for member in group.members if member.entry == GATE]
    return len(gates) == 1 and any(source in outside for source, _ in gates[0].sources)


def _passes_by(group: Node) -> bool:
    """Tell whether a group passes a part of its features by, past layers that are a block (CSP)."""
    members = {member.key: member for member in group.members}
    joins = [member for member in group.members if member.entry == CONCATENATE]
    if len(joins) != 1 or len(joins[0].sources) != 2 or len(members) < 4:
        return False
    behind = group.members[group.members.index(joins[0]) + 1 :]
    ends = [members.get(key) for key, _ in joins[0].sources]
    past = [end for end in ends if end and end.is_pointwise and end.sources[0][0] not in members]
    blocks = [end for end in ends if end and (end.members or end.entry == ADD)]
    return len(past) == len(blocks) == 1 and all(node.is_pointwise for node in behind)


def _purpose(group: Node, join: Node, words: Mapping[str, str]) -> str:
    """Return what a group with several ways in is for.

    A cell, as NASNet has them, adds many times and concatenates at its end; a group that raises the
    resolution of what it joins belongs to a decoder.
    """
    entries = Counter(each.entry for each in list_layers(group))
    if "gate" in words:
        return "expert" if is_expert(group) else "gate"
    if _holds(group, UP) and (entries[ADD] or entries[CONCATENATE]):
        return "decoding"
    if entries[CONCATENATE] and entries[ADD] >= CELL_ADDS:
        return "shrinking" if join.entry == CONCATENATE and _halves(group) else "cell"
    if holds_attention(group):
        return "stage" if any(member.members for member in group.members) else "chain"
    return "fusing" if entries[ADD] or entries[CONCATENATE] else "chain"


def _adds_what_it_reads(group: Node) -> bool:
    """Tell whether a group adds one of its inputs to what it makes of the same input."""
    join = group.members[-1]
    outside = {source for source, _ in entering(group.members)}
    read = {source for member in group.members[:-1] for source, _ in member.sources}
    return join.entry == ADD and any(
        source in outside and source in read for source, _ in join.sources
    )


def _twice(word: str) -> Proposal:
    return word, word


def _holds(group: Node, kind: str) -> bool:
    """Tell whether a layer of a kind is among the members of a group."""
    return any(member.block.kind == kind for member in group.members)


def _halves(group: Node) -> bool:
    """Tell whether the layers that a group is named after change the resolution themselves."""
    return any(
        member.changes_resolution and member.block.kind != UP
        for member in group.members
        if not group.core or member.key in group.core
    )


def _chain(
    group: Node, inner: Mapping[str, Proposal], grammar: Grammar, otherwise: str
) -> Proposal:
    """Return the names of the layers of a short chain, joined."""
    labels: list[str] = []
    for member in group.members:
        known = member.repeat_key in inner
        label = (
            inner[member.repeat_key][0]
            if known
            else grammar.entry(member.block.op or member.block.type).label
        )
        if not labels or labels[-1] != label:
            labels.append(label)
    straight = all(len(member.sources) == 1 or member.members for member in group.members)
    if not straight or len(labels) > LONGEST_CHAIN:
        return otherwise, otherwise
    if len(labels) == 1 and len(group.members) > 1:
        return _twice(f"{labels[0]} {'pair' if len(group.members) == PAIR else 'stack'}")
    *first, last = labels
    tail = f" {last.rsplit(' ', 1)[-1]}"
    labels = [*(label.removesuffix(tail) for label in first), last]
    name = "–".join([labels[0], *(label[0].lower() + label[1:] for label in labels[1:])])
    return name, name
