"""A model as a chip needs it: read, outlined and put in a row."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.marks import ChipGrammar
from net2fig.chips.strip import Strip
from net2fig.chips.unfold import NOTHING, unfold
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.grammar import Grammar
from net2fig.group import outline
from net2fig.network import Network
from net2fig.options import LEVELS, Options
from net2fig.outline import Outline
from net2fig.read import as_drawn

BLOCKS, LAYERS = "blocks", "layers"


class ChipModel(Struct, frozen=True):
    """A network under the name of its row, with its outline and its strip."""

    name: str
    network: Network
    outline: Outline
    strip: Strip


def chip_model(
    network: Network,
    name: str,
    detail: str,
    grammar: Grammar,
    chips: ChipGrammar,
    options: Options = NOTHING,
) -> ChipModel:
    """Return a network as a strip at a level of detail: its groups are plates."""
    if detail not in LEVELS:
        message = f"unknown level of detail: {detail!r} in --detail {one_of(LEVELS)}"
        raise UsageError(message, hint=suggestion(detail, LEVELS))
    shown = as_drawn(network, chips.open)
    made = outline(shown, grammar, options, detail)

    def finer() -> Outline:
        level = detail if LEVELS.index(detail) < LEVELS.index(LAYERS) else LAYERS
        return outline(shown, grammar, replace(options, repeats=False), level)

    strip = unfold(shown, made, finer, grammar, chips, options)
    if not strip.pieces:
        message = f"missing layers: {name!r} has none that a chip shows"
        raise UsageError(message)
    return ChipModel(name, network, made, strip)


def named(networks: Sequence[Network], names: Sequence[str | None]) -> list[str]:
    """Return a name for each row: the one given, or that of the network; no two alike."""
    chosen = [name or network.name for network, name in zip(networks, names, strict=True)]
    seen: dict[str, int] = {}
    unique = []
    for name in chosen:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique


def split_name(source: str) -> tuple[str | None, str]:
    """Return the name and the model of "NAME=MODEL"; no name where there is none.

    >>> split_name("VGG=vgg16.keras"), split_name("model.py:build(depth=4)")
    (('VGG', 'vgg16.keras'), (None, 'model.py:build(depth=4)'))
    """
    name, mark, model = source.partition("=")
    if not mark or not model or set(name) & set("(:[{"):
        return None, source
    return name.strip() or None, model
