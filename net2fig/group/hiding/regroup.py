"""Layers without weights that a figure needs, since what follows reads other features.

A level leaves out layers that only give data another form. Where such a layer takes a picture apart
into patches, or puts four tokens together as one, the next layer with weights reads other features
than the last one made: without it, the next layer seems to do what it does not.

Requires: hidden layers with one tensor in.
Ensures: no layer between a tensor and its flat vector; none that gives an attention its heads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from net2fig.group.graph import SPLIT, Known
from net2fig.network import Edge, Extent, Network

FORMS = ("Reshape", "PixelUnshuffle", "Unfold")
"""Operations that put the numbers of a tensor together anew."""

PRODUCT = "matmul"
"""What an attention that is written out ends with."""

LEARNING = frozenset({"conv", "dense", "norm", "recurrent", "attention"})
"""Kinds of layers whose weights belong to features."""


def find_regroupings(
    network: Network,
    known: Mapping[str, Known],
    gone: Collection[str],
    incoming: Mapping[str, list[Edge]],
) -> dict[str, str]:
    """Return the hidden layers that are to be drawn, with a word for what they do, or none."""
    walk = _Walk(network, known, frozenset(gone), incoming)
    found: dict[str, str] = {}
    for layer in network.layers:
        if layer.id not in gone and known[layer.id].kind in LEARNING and layer.params:
            for edge in incoming[layer.id]:
                found |= walk.regroupings(edge)
    return found


class _Walk:
    """The network as it is read through hidden layers."""

    def __init__(
        self,
        network: Network,
        known: Mapping[str, Known],
        gone: frozenset[str],
        incoming: Mapping[str, list[Edge]],
    ) -> None:
        self.network, self.known, self.gone = network, known, gone
        self.incoming = incoming

    def regroupings(self, edge: Edge) -> dict[str, str]:
        """Return the last layer before a reader that puts its input together anew, if any."""
        after = self.network.extent(edge)
        last, is_formed = "", False
        is_norm = self.known[edge.target].kind == "norm"
        while edge.source in self.gone:
            if self.known[edge.source].entry == SPLIT:
                # A part has fewer features than the whole.
                edge = self.incoming[edge.source][0]
                after, last, is_formed = self.network.extent(edge), "", False
                continue
            is_form = self.known[edge.source].op in FORMS
            is_formed |= is_form
            last = last or (edge.source if is_form or self._is_flattening(edge.source) else "")
            edge = self.incoming[edge.source][0]
        before = self.network.extent(edge)
        if not is_formed or before is None or after is None or not _is_other(before, after):
            return {}
        # A norm of heads reads all places, each once for each head.
        is_parted = is_norm and _has_heads(after, before)
        maker = self.known[edge.source]
        makes_heads = maker.kind in ("merge", "attention") or maker.entry == PRODUCT
        if is_parted or (makes_heads and _has_heads(before, after)):
            return {}
        return {last: _find_word(before, after)}

    def _is_flattening(self, id: str) -> bool:
        return self.known[id].op == "Flatten"


def _is_other(before: Extent, after: Extent) -> bool:
    """Tell whether a sequence or map has other features, and is not bare."""
    if before.features is None or after.features is None or before.features == after.features:
        return False
    is_bare = not (_list_axes(before) and _list_axes(after))
    return not is_bare and not {1} & {before.features, after.features}


def _find_word(before: Extent, after: Extent) -> str:
    """Return the operation that makes features of places, or places of features, if it is one."""
    if len(before.spatial) != len(after.spatial) or len(after.spatial) < 2:
        return ""
    pairs = [(one or 0, two or 0) for one, two in zip(before.spatial, after.spatial, strict=True)]
    if all(two and one % two == 0 and one > two for one, two in pairs):
        return "PixelUnshuffle"
    return "PixelShuffle" if all(one and two % one == 0 and two > one for one, two in pairs) else ""


def _has_heads(parted: Extent, whole: Extent) -> bool:
    """Tell whether the one has all axes of the other, and one more among which features part."""
    some, all_ = Counter(_list_axes(whole)), Counter(_list_axes(parted))
    return some < all_ and sum(all_.values()) == sum(some.values()) + 1


def _list_axes(extent: Extent) -> list[int | None]:
    """Return the axes of places; one of one place is none."""
    return [axis for axis in extent.spatial if axis != 1]
