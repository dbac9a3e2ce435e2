"""Lines that lead past others to a concatenation are dashed, as in trapezoids."""

from __future__ import annotations

from msgspec.structs import replace

import net2fig
from net2fig.laws import find_breaches
from net2fig.scene import Group, Item, Path, Text
from tests.conftest import ROOT

MODELS = ROOT / "gallery" / "models"


def list_dashed(items: tuple[Item, ...]) -> list[Path]:
    found: list[Path] = []
    for item in items:
        if isinstance(item, Group):
            found += list_dashed(item.items)
        elif isinstance(item, Path) and item.dash:
            found.append(item)
    return found


def test_the_skips_of_a_unet_are_dashed() -> None:
    figure = net2fig.draw(MODELS / "unet.network.json", glyphs="boxes", template="cvpr")
    edges = [i for i, _ in figure.scene.walk() if isinstance(i, Group) and "edge" in i.classes]
    assert len([edge for edge in edges if list_dashed(edge.items)]) == 4
    words = [item.string for item, _ in figure.scene.walk() if isinstance(item, Text)]
    assert any("Dashed lines copy" in word for word in words)
    assert find_breaches(figure.scene, figure.outline, figure.page) == []


def test_states_are_told_from_copies() -> None:
    figure = net2fig.draw(MODELS / "seq2seq.network.json", template="cvpr")
    words = " ".join(item.string for item, _ in figure.scene.walk() if isinstance(item, Text))
    assert "or are states where they say so" in words
    assert find_breaches(figure.scene, figure.outline, figure.page) == []


def test_additions_are_not() -> None:
    figure = net2fig.draw(MODELS / "bert.network.json", template="cvpr")
    assert not any(
        list_dashed(i.items)
        for i, _ in figure.scene.walk()
        if isinstance(i, Group) and "edge" in i.classes
    )


def test_the_law_sees_dashes_without_a_sentence() -> None:
    figure = net2fig.draw(MODELS / "unet.network.json", glyphs="boxes", template="cvpr")
    items = tuple(
        i for i in figure.scene.items if not (isinstance(i, Group) and "legend" in i.classes)
    )
    bare = replace(figure.scene, items=items)
    breaches = find_breaches(bare, figure.outline, figure.page)
    assert any("dashed" in breach.message for breach in breaches)
