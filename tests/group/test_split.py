"""Where data forks: a glyph of its own, for whoever asks for it."""

from __future__ import annotations

from pathlib import Path

import net2fig
from net2fig.data.grammar import load_grammar
from net2fig.data.template import load_template
from net2fig.group import outline
from net2fig.laws import find_breaches
from net2fig.options.table import Options
from net2fig.outline import Outline
from net2fig.read import read

FCN = Path(__file__).parents[2] / "gallery/models/fcn8.py"


def outlined(*, split: bool) -> Outline:
    return outline(read(FCN), load_grammar(), Options(split=split), "layers")


def test_only_splits_are_followed_by_several() -> None:
    found = outlined(split=True)
    forks = [block for block in found.blocks if len(found.out_of(block.id)) > 1]
    assert [block.type for block in forks] == ["Split", "Split"]
    for block in forks:
        (link,) = found.into(block.id)
        assert {leaving.extent for leaving in found.out_of(block.id)} == {link.extent}


def test_without_the_splits_the_outline_is_as_before() -> None:
    plain, split = outlined(split=False), outlined(split=True)
    assert [b for b in split.blocks if b.type != "Split"] == list(plain.blocks)
    short = {
        (link.source.removesuffix("@split"), link.target)
        for link in split.links
        if not link.target.endswith("@split")
    }
    assert short == {(link.source, link.target) for link in plain.links}


def test_a_split_is_drawn_and_explained() -> None:
    figure = net2fig.draw(FCN, template="cvpr", split=True)
    assert "Split" in figure.to_bytes("svg").decode()
    assert find_breaches(figure.scene, figure.outline, load_template("cvpr")) == []
