"""What a block is for where a network attends: attention, a feed-forward block, or both.

A residual block adds to its input what a path makes of it. A transformer block adds twice: what is
attended to, then what dense layers make of each token. What lies between is seen through: norms,
gates, shifts of a window, the scale and offset of a condition.

Requires: groups as nodes with members.
Ensures: a block with a convolution that looks at neighbours is none of these, unless it filters
each feature by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from net2fig.data.grammar import Grammar
from net2fig.group.graph import ADD, ATTENTION, GATE, Graph, Node

CONV, DENSE = "conv", "dense"
"""The kinds of layers that a feed-forward block is made of."""

DEPTHWISE = "depthwise"
"""The entry of the catalogue whose layers filter each feature by itself."""

PLAIN = frozenset({DENSE, "merge", "norm", "activation"})
"""The kinds of what treats each token by itself; between its dense layers may be a convolution."""

FORWARD = 2
"""How many layers with weights a feed-forward block has at least."""


def attentive_word(group: Node, grammar: Grammar) -> str:
    """Return the word of `grammar/names.toml` for a block that attends, or stands beside one."""
    join = find_join(group, grammar)
    while join.members:
        join = find_join(join, grammar)
    layers = list(list_layers(group))
    if join.entry != ADD or len(join.sources) < 2 or any(map(_looks_around, layers)):
        return ""
    paths = _split_at_sums(layers)
    attends = [any(layer.block.kind == ATTENTION for layer in path) for path in paths]
    if any(attends):
        behind = range(attends.index(True) + 1, len(paths))
        forward = next((number for number in behind if _is_forward(paths[number])), len(paths))
        if any(attends[forward:]):
            return "stage"
        return "transforming" if forward < len(paths) else "attentive"
    others = [layer.block.kind for layer in layers if layer.block.kind not in PLAIN]
    dense = sum(layer.block.kind == DENSE for layer in layers)
    # Between two dense layers may be one convolution.
    is_plain = not others or (others == [CONV] and dense >= FORWARD)
    if not is_plain or not any(map(_is_forward, paths)):
        return ""
    experts = [member for member in group.members if is_expert(member)]
    return "mixture" if len(experts) > 1 else "forward"


def is_expert(group: Node) -> bool:
    """Tell whether a group is dense layers whose result is weighed by what comes from outside."""
    members = {member.key for member in group.members}
    *path, join = list(list_layers(group)) or [group]
    weighs = len(join.sources) > 1 and any(source not in members for source, _ in join.sources)
    dense = [layer for layer in path if layer.block.kind == DENSE]
    return join.entry == GATE and weighs and len(path) == len(dense) >= FORWARD


def is_stage(group: Node) -> bool:
    """Tell whether a group holds blocks that attend among other layers."""
    blocks = [member for member in group.members if member.members and holds_attention(member)]
    return len(group.members) > len(blocks) > 0


def _looks_around(layer: Node) -> bool:
    """Tell whether a layer is a convolution over neighbours and features alike.

    One that steps by its whole kernel makes patches, as before the keys of some attentions.
    """
    at = layer.block.attributes
    steps = at.numbers_of("stride")
    is_patch = bool(steps) and steps == at.numbers_of("kernel")
    is_conv = layer.block.kind == CONV and layer.entry != DEPTHWISE
    return is_conv and not at.is_pointwise and not is_patch


def _split_at_sums(layers: Sequence[Node]) -> list[list[Node]]:
    """Return what lies before, between and behind additions."""
    paths: list[list[Node]] = [[]]
    for layer in layers:
        if layer.entry == ADD:
            paths.append([])
        else:
            paths[-1].append(layer)
    return paths


def _is_forward(path: Sequence[Node]) -> bool:
    weighted = [layer for layer in path if layer.block.kind in (CONV, DENSE)]
    return len(weighted) >= FORWARD and all(layer.block.kind != ATTENTION for layer in path)


def find_join(group: Node, grammar: Grammar) -> Node:
    """Return the last member of a group, looked at through a normalisation behind it."""
    members = {member.key: member for member in group.members}
    join = group.members[-1]
    while grammar.kinds[join.block.kind].is_left_out and len(join.sources) == 1:
        before = members.get(join.sources[0][0])
        if before is None:
            break
        join = before
    return join


def holds_attention(group: Node) -> bool:
    """Tell whether a group holds an attention, in a group of its own or not."""
    return any(layer.block.kind == ATTENTION for layer in list_layers(group))


def attends_across(group: Node) -> bool:
    """Tell whether an attention of a group reads more than one tensor, as a decoder's does."""
    return any(
        layer.block.kind == ATTENTION and len({source for source, _ in layer.sources}) > 1
        for layer in list_layers(group)
    )


def reads_encoder(graph: Graph, nodes: Sequence[Node]) -> bool:
    """Tell whether what a group attends to comes from another attention, as from an encoder."""
    waiting = list(graph.nodes.values())
    leaves: dict[str, Node] = {}
    while waiting:
        node = waiting.pop()
        waiting.extend(node.members)
        if not node.members:
            leaves[node.key] = node
    own = {leaf.key for node in nodes for leaf in list_layers(node)}
    inside = list(list_layers(nodes[0]))
    keys = [
        source
        for leaf in inside
        if leaf.block.kind == ATTENTION
        for source, _ in leaf.sources[1:]
        if source != leaf.sources[0][0]
    ]
    met: set[str] = set()
    while keys:
        leaf = leaves.get(keys.pop())
        if leaf is None or leaf.key in met:
            continue
        met.add(leaf.key)
        if leaf.block.kind == ATTENTION and leaf.key not in own:
            return True
        keys += [source for source, _ in leaf.sources]
    return False


def list_layers(group: Node) -> Iterator[Node]:
    """Yield the layers of a group, of groups in it as well."""
    for member in group.members:
        yield from list_layers(member) if member.members else (member,)
