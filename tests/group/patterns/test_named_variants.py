"""Several patterns of one group: its variants."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from net2fig.data.grammar import load_grammar
from net2fig.errors import UsageError
from net2fig.figure import draw
from net2fig.group import bodies, outline
from net2fig.group.check import check_outline
from net2fig.options.resolve import load_options
from net2fig.options.table import Options
from net2fig.options.types import GroupRule
from net2fig.read import read
from tests.conftest import ROOT
from tests.group.outlines import notes

MODELS = ROOT / "gallery" / "models"
RESIDUAL = "(Conv2D > Conv2D > Conv2D | .) > Add"
PROJECTED = "(Conv2D > Conv2D > Conv2D | Conv2D) > Add"
ENDS = "DepthwiseConv2D > Conv2D"
BARE = f"Conv2D[kernel_size=1] > {ENDS}"


def options(*patterns: str, name: str = "Block") -> Options:
    return Options(groups=(GroupRule(name, patterns),), repeats=False)


def test_what_is_said_is_what_would_be_found() -> None:
    network, grammar = read(MODELS / "resnet50.network.json"), load_grammar()
    said = outline(network, grammar, options(RESIDUAL, PROJECTED, name="Residual block"), "blocks")
    found = outline(network, grammar, Options(), "blocks")
    assert [block.layers for block in said.blocks] == [block.layers for block in found.blocks]
    (one,), (two,) = said.groups, found.groups
    assert (one.origin.by, two.origin.by) == ("rule", "repeats")
    assert replace(one, origin=two.origin) == two
    check_outline(network, said)


def test_the_body_shown_is_that_of_the_first_pattern() -> None:
    network, grammar = read(MODELS / "resnet50.network.json"), load_grammar()
    said = outline(network, grammar, options(PROJECTED, RESIDUAL), "blocks")
    (group,) = said.groups
    assert (group.occurrences, len(group.body.blocks)) == (16, 5)
    all_bodies = bodies(network, grammar, options(RESIDUAL, PROJECTED), "blocks")["Block"]
    assert len(all_bodies) == 16
    assert len(all_bodies[0].blocks) == 4


def test_of_matches_that_overlap_the_earlier_pattern_counts() -> None:
    network, grammar = read(MODELS / "mobilenetv2.network.json"), load_grammar()
    said = outline(network, grammar, options(f"({BARE} | .) > Add", BARE, ENDS), "blocks")
    (group,) = said.groups
    assert group.occurrences == 17
    assert notes(said, 0) == [
        "The first block of each stage has no shortcut; the first block lacks the first 1×1 conv.",
    ]


def test_kernels_that_no_pattern_asks_for_make_no_variant() -> None:
    network, grammar = read(MODELS / "mobilenetv2.network.json"), load_grammar()
    said = outline(
        network, grammar, options(f"(Conv2D > {ENDS} | .) > Add", f"Conv2D > {ENDS}"), "blocks"
    )
    assert notes(said, 0) == [
        "The first block of each stage has no shortcut; 1 of 17 blocks has 3×3 kernels."
    ]


def test_a_pattern_that_matches_nothing_is_told_by_itself() -> None:
    network, grammar = read(MODELS / "resnet50.network.json"), load_grammar()
    said = outline(network, grammar, options(RESIDUAL, "Dense > Dense"), "blocks")
    (notice,) = said.notices
    assert notice.text.startswith("unknown group: 'Block' in --group matches nothing (Dense > D")
    assert said.groups[0].occurrences == 12


def test_a_variant_of_another_kind_is_one_nevertheless() -> None:
    network, grammar = read(MODELS / "lenet5.network.json"), load_grammar()
    said = outline(
        network, grammar, options("Conv2D > AveragePooling2D", "Dense > Dense"), "blocks"
    )
    (group,) = said.groups
    assert group.occurrences == 3
    assert notes(said, 0) == [
        "1 of 3 blocks has two dense layers in place of a conv and an average pooling."
    ]
    check_outline(network, said)


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ("[]", "invalid value: [] in {}, group[0].match (must have at least 1 items, has 0)"),
        ("['A >']", "invalid pattern: 'A >' in {}, group[0].match[0]"),
        ("['A', ':nrom']", "unknown kind: ':nrom' in {}, group[0].match[1] (one of"),
        ("['A', 3]", "invalid value: 3 in {}, group[0].match[1] (must be a pattern such as"),
        ("3", "invalid value: 3 in {}, group[0].match (must be a pattern such as 'Conv2D > ReLU'"),
    ],
)
def test_mistakes_in_a_list_are_told(tmp_path: Path, match: str, expected: str) -> None:
    path = tmp_path / "net2fig.toml"
    path.write_text(f"[[group]]\nname = 'B'\nmatch = {match}", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_options(None, path, {})
    assert caught.value.lines()[0].startswith(expected.format(path))


def test_from_python_a_list_is_a_list() -> None:
    groups = [{"name": "Stage", "match": [RESIDUAL, PROJECTED]}]
    figure = draw(MODELS / "resnet50.network.json", group=groups, repeats=False)
    assert [each["count"] for each in figure.report["groups"]] == [16]
