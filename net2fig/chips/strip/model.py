"""A model as a chip needs it: read, outlined and put in a row."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from net2fig.chips.drawing.marks import ChipGrammar
from net2fig.chips.strip.strip import Strip
from net2fig.chips.strip.unfold import NO_OPTIONS, unfold
from net2fig.data.grammar import Grammar
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.group import outline
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import LEVELS
from net2fig.outline import Outline
from net2fig.pins import Pin
from net2fig.read import fill_open_axes

BLOCKS, LAYERS = "blocks", "layers"
BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))


class ChipModel(Struct, frozen=True):
    """A network under the name of its row, with its outline and its strip.

    `aliases` are other names of the row. `pins` are the marks on its layers, by their numbers.
    """

    name: str
    network: Network
    outline: Outline
    strip: Strip
    aliases: tuple[str, ...] = ()
    pins: tuple[tuple[int, Pin], ...] = ()


def make_chip_model(
    network: Network,
    name: str,
    detail: str,
    grammar: Grammar,
    chips: ChipGrammar,
    options: Options = NO_OPTIONS,
) -> ChipModel:
    """Return a network as a strip at a level of detail: its groups are plates."""
    if detail not in LEVELS:
        message = f"unknown level of detail: {detail!r} in --detail {one_of(LEVELS)}"
        raise UsageError(message, hint=suggestion(detail, LEVELS))
    completed = fill_open_axes(network, chips.open)
    grouped = outline(completed, grammar, options, detail)

    def make_finer() -> Outline:
        level = detail if LEVELS.index(detail) < LEVELS.index(LAYERS) else LAYERS
        return outline(completed, grammar, replace(options, repeats=False), level)

    strip = unfold(completed, grouped, make_finer, grammar, chips, options)
    if not strip.pieces:
        message = f"missing layers: {name!r} has none that a chip shows"
        raise UsageError(message)
    return ChipModel(name, network, grouped, strip)


def split_name(source: str) -> tuple[str | None, str]:
    """Return the name and the model of "NAME=MODEL"; None if it has no name.

    The name of a file is a model. Else the last "=" outside of brackets divides name and model.

    >>> split_name("VGG=vgg16.keras"), split_name("model.py:build(depth=4)")
    (('VGG', 'vgg16.keras'), (None, 'model.py:build(depth=4)'))
    >>> split_name("Ours (L=5, r=2)=ours.keras")
    ('Ours (L=5, r=2)', 'ours.keras')
    """
    if _is_file(source):
        return None, source
    places = [place for place, letter in enumerate(source) if letter == "="]
    splits = [place for place in places if _is_file(source[place + 1 :])]
    splits = splits[:1] or [place for place in places if _is_balanced(source[:place])][-1:]
    if not splits or not source[splits[0] + 1 :].strip():
        return None, source
    return source[: splits[0]].strip() or None, source[splits[0] + 1 :].strip()


def _is_file(source: str) -> bool:
    """Tell whether a model, or the code before the colon of a target, is a file."""
    for text in (source, source.partition(":")[0]):
        try:
            if text.strip() and Path(text.strip()).exists():
                return True
        except (OSError, ValueError):  # no name that a file could have
            continue
    return False


def _is_balanced(before: str) -> bool:
    """Tell whether all brackets are closed that a text opens."""
    return all(before.count(left) <= before.count(right) for left, right in BRACKETS)
