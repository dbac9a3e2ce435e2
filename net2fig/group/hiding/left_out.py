"""What the layers do that are left out: a reader knows functions, and not classes.

An activation layer counts as its function. Several operations that compute one function together
count as that function: `composed` in grammar/vocabulary.toml lists them.

Ensures: every layer that is left out is a part of exactly one entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isclose

from net2fig.attributes import Attributes
from net2fig.data.vocabulary import Composed, load_vocabulary
from net2fig.group.graph import Known
from net2fig.network import Layer, Network
from net2fig.outline import CONSTANT, LeftOut

SPLIT = "split"
"""The entry of the catalogue of what takes a tensor apart."""

ACTIVATION = "activation"
"""The kind of a composed function."""


def list_left_out(
    network: Network, known: Mapping[str, Known], gone: frozenset[str]
) -> tuple[LeftOut, ...]:
    """Return what the layers do that are gone, in order of first occurrence."""
    chains = dict(_find_composed(network, known, gone))
    inside = {layer.id for _, chain in chains.values() for layer in chain}
    counts: dict[tuple[str, str, tuple[str, ...]], int] = {}
    for layer in network.layers:
        if layer.id in chains:
            function, chain = chains[layer.id]
            ops = [known[each.id] for each in chain]
            op = next((each.op for each in ops if each.kind == ACTIVATION), ops[-1].op)
            key = (function, op, tuple(each.class_name for each in chain))
        elif layer.id in gone and layer.id not in inside:
            each = known[layer.id]
            constant = each.kind == "merge" and each.entry != SPLIT
            function = CONSTANT if constant else each.attributes.function
            key = (function, each.op, (layer.class_name,))
        else:
            continue
        counts[key] = counts.get(key, 0) + 1
    return tuple(
        LeftOut(function, op, count, classes) for (function, op, classes), count in counts.items()
    )


def _find_composed(
    network: Network, known: Mapping[str, Known], gone: frozenset[str]
) -> Iterator[tuple[str, tuple[str, list[Layer]]]]:
    """Yield the first of layers that compute one function, with the function and all of them."""
    readers: dict[str, list[str]] = {}
    for edge in network.edges:
        readers.setdefault(edge.source, []).append(edge.target)
    outputs = {port.layer for port in network.outputs}
    for layer in network.layers if gone else ():
        for composed in load_vocabulary().composed:
            chain = [layer]
            while len(chain) < len(composed.steps):
                after = readers.get(chain[-1].id, [])
                if len(after) != 1 or chain[-1].id in outputs:
                    break
                chain.append(network[after[0]])
            attributes = [known[each.id].attributes for each in chain]
            if gone.issuperset(each.id for each in chain) and _is_composed(attributes, composed):
                yield layer.id, (composed.function, chain)


def _is_composed(chain: list[Attributes], composed: Composed) -> bool:
    """Tell whether layers do the steps of a composed function, with its constants."""
    if len(chain) != len(composed.steps):
        return False
    return all(
        at.function == step and (constant is None or isclose(at.constant, constant, rel_tol=1e-3))
        for at, step, constant in zip(chain, composed.steps, composed.constants, strict=True)
    )
