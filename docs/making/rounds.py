"""The search for groups, round by round: as figures, and the tree as text."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

from net2fig.data.grammar import load_grammar
from net2fig.figure import draw
from net2fig.group.hiding.hide import hide
from net2fig.group.search.decompose import Item, Leaf, Rigid, Series, decompose
from net2fig.options.table import Options
from net2fig.read import fill_open_axes, read

ROUNDS = "net2fig.group.search.repeats.MOST_ROUNDS"


def draw_rounds(model: str, name: str, *rounds: int) -> None:
    """Draw a model after so many rounds, each in a file of its own: NAME-round-0.svg."""
    for number in rounds:
        with patch(ROUNDS, number):
            figure = draw(model, template="cvpr", detail="blocks")
        figure.save(f"{name}-round-{number}.svg")


def tree(model: str) -> str:
    """Return the tree of a model at the level `layers`, a part on each line."""
    graph = hide(fill_open_axes(read(model)), load_grammar(), Options(), "layers").graph
    return "\n".join(_lines(decompose(graph), ""))


def _lines(series: Series, indent: str) -> Iterator[str]:
    for item in series.items:
        yield from _item(item, indent)


def _item(item: Item, indent: str) -> Iterator[str]:
    if isinstance(item, Leaf):
        yield f"{indent}{item.key}"
    elif isinstance(item, Rigid):
        yield f"{indent}rigid: {', '.join(item.keys)}"
    else:
        skips = f", and {item.skips} without a layer" if item.skips else ""
        yield f"{indent}{len(item.branches)} path{'s' * (len(item.branches) != 1)}{skips}"
        for branch in item.branches:
            yield f"{indent}  path"
            yield from _lines(branch, f"{indent}    ")
        yield f"{indent}{item.join}"
