"""Which colour, texture and glyph stand for what."""

from __future__ import annotations

from itertools import combinations

import pytest

from net2fig.compose.style.colours import darken, lighten, split_colour
from net2fig.compose.style.style_book import StyleBook, find_used_groups, make_group_styles
from net2fig.data.grammar import load_grammar, load_palette, texture_names
from net2fig.options.table import Options
from net2fig.options.types import Style
from net2fig.outline import Block, Outline
from net2fig.scene import Texture
from tests.compose.figures import PAGE, classifier, linked, make_context, of_kind, segmenter
from tests.laws.scenes import block, outline, residual

PALETTE = load_palette(PAGE.palette)


def make_book(made: Outline, **options: object) -> StyleBook:
    return make_context(made, **options).style_book


def fill(made: Outline, id: str, **options: object) -> object:
    return make_book(made, **options).of(made[id]).look.fill


def test_a_kind_has_the_colour_of_its_role() -> None:
    made = segmenter()
    assert fill(made, "c1") == PALETTE.roles["conv"]
    assert fill(made, "p1") == PALETTE.roles["pool"]
    assert fill(classifier(), "d1") == PALETTE.roles["dense"]


def test_borders_are_a_darker_tone_of_the_fill() -> None:
    look = make_book(segmenter()).of(segmenter()["c1"]).look
    assert look.stroke == darken(PALETTE.roles["conv"])
    assert look.border == PAGE.border


def test_layers_of_one_kind_share_an_entry_where_they_share_a_tone() -> None:
    made = linked(
        of_kind("a", "conv", 8, 8, 4),
        of_kind("b", "conv", 8, 8, 4),
        block("d", "DepthwiseConv2D", "conv", 8, 8, 4),
    )
    entries = make_book(made).entries
    assert [entry.types for entry in entries] == [("Conv2D",), ("DepthwiseConv2D",)]
    assert fill(made, "d") != fill(made, "a")


@pytest.mark.parametrize("order", [("Embedding", "Sampling"), ("Sampling", "Embedding")])
def test_a_class_that_is_not_known_has_no_colour_of_another(order: tuple[str, str]) -> None:
    kinds = {"Embedding": "embedding", "Sampling": "other", "Gate": "other"}
    made = linked(*(block(name, name, kinds[name], 8, 8, 4) for name in (*order, "Gate")))
    assert len({entry.look.fill for entry in make_book(made).entries}) == 3


def test_a_group_has_a_dark_centre_and_a_light_thicker_border() -> None:
    made = outline()
    look = make_book(made).of(made["group"]).look
    colour = PALETTE.groups[0]
    assert look.fill == darken(colour, 0.24)
    assert look.stroke == lighten(colour)
    assert look.border == PAGE.group_border > PAGE.border


def test_simple_entries_come_before_groups() -> None:
    entries = make_book(outline()).entries
    kinds = [entry.kind for entry in entries]
    assert kinds[-1] == "group"
    assert kinds.count("group") == 1
    orders = [entry.order for entry in entries[:-1]]
    assert orders == sorted(orders)


def test_what_only_a_body_holds_has_an_entry_too() -> None:
    made = linked(block("g", "Residual block", "group", 8, 8, 4), groups=(residual(),))
    assert [entry.types for entry in make_book(made).entries] == [
        ("Conv2D",),
        ("Add",),
        ("Residual block",),
    ]


def test_a_group_that_is_not_drawn_has_none() -> None:
    made = linked(of_kind("a", "conv", 8, 8, 4), groups=(residual(),))
    assert find_used_groups(made) == []
    assert [entry.kind for entry in make_book(made).entries] == ["conv"]


@pytest.mark.parametrize(
    ("styles", "colour"),
    [
        ({":conv": Style(color="#111111")}, "#111111"),
        ({"Conv2D": Style(color="#222222")}, "#222222"),
        ({":conv": Style(color="#111111"), "Conv2D": Style(color="#222222")}, "#222222"),
        ({"Conv2D": Style(color="#222222"), "c1": Style(color="#333333")}, "#333333"),
        ({"Conv2D": Style(color="pool")}, PALETTE.roles["pool"]),
        ({"Conv2D": Style(color="accent-2")}, PALETTE.groups[1]),
        ({":pool": Style(color="#111111")}, PALETTE.roles["conv"]),
    ],
)
def test_the_nearer_style_wins(styles: dict[str, Style], colour: str) -> None:
    assert fill(classifier(), "c1", styles=styles) == colour


def test_a_style_may_say_the_words() -> None:
    made = classifier()
    entry = make_book(made, styles={"Conv2D": Style(label="Convolution")}).of(made["c1"])
    assert entry.label == "Convolution"


def test_a_group_has_the_colour_that_its_rule_or_its_style_says() -> None:
    made = outline()
    styles = {"Residual block": Style(color="#808080")}
    assert fill(made, "group", styles=styles) == darken("#808080", 0.24)


def test_a_label_tells_what_all_layers_have_in_common() -> None:
    def label(*kernels: int) -> str:
        blocks = [
            of_kind(f"c{n}", "conv", 8, 8, 4, kernel_size=[k, k]) for n, k in enumerate(kernels)
        ]
        made = linked(*blocks)
        return make_book(made).of(blocks[0]).label

    assert label(3, 3) == "Conv 3×3"
    assert label(3, 1) == "Conv"


def test_an_unknown_class_has_an_entry_of_its_own() -> None:
    blocks = [Block(id, f"My{id}", "other", (id,), None) for id in ("A", "B", "C")]
    made = linked(*blocks)
    found = make_book(made)
    assert [entry.label for entry in found.entries] == ["MyA", "MyB", "MyC"]
    assert len({found.of(one).look.fill for one in blocks}) == 3


def test_many_groups_have_looks_of_their_own() -> None:
    names = [f"Group {number}" for number in range(2 * len(PALETTE.groups))]
    definitions = tuple(residual().__class__(name, residual().body, 2, 3) for name in names)
    blocks = [block(f"g{n}", name, "group", 8, 8, 4) for n, name in enumerate(names)]
    found = make_book(linked(*blocks, groups=definitions))
    assert len({found.of(one).look.fill for one in blocks}) == len(names)


# Textures


def test_in_textures_no_two_entries_are_alike() -> None:
    found = make_book(outline(), mono=True)
    names = [
        entry.look.fill.name for entry in found.entries if isinstance(entry.look.fill, Texture)
    ]
    assert len(names) == len(found.entries)
    assert len(set(names) - {"blank"}) == len([name for name in names if name != "blank"])
    assert set(names) <= set(texture_names())


def test_in_textures_there_is_no_colour() -> None:
    for entry in make_book(outline(), mono=True).entries:
        fill = entry.look.fill
        assert isinstance(fill, Texture)
        for colour in (fill.ink, fill.paper, entry.look.stroke):
            assert len(set(split_colour(colour))) == 1, f"{colour} is not grey"


def test_a_group_in_textures_is_inverted() -> None:
    made = outline()
    found = make_book(made, mono=True)
    group, conv = found.of(made["group"]).look.fill, found.of(made["one"]).look.fill
    assert isinstance(group, Texture)
    assert isinstance(conv, Texture)
    assert sum(split_colour(group.ink)) > sum(split_colour(group.paper))
    assert sum(split_colour(conv.ink)) < sum(split_colour(conv.paper))


def test_a_style_may_say_the_texture() -> None:
    made = classifier()
    styles = {"Dense": Style(texture="waves")}
    look = make_book(made, mono=True, styles=styles).of(made["d1"]).look
    assert isinstance(look.fill, Texture)
    assert look.fill.name == "waves"


def test_a_style_of_a_kind_may_say_the_texture() -> None:
    made = classifier()
    styles = {":dense": Style(texture="waves")}
    look = make_book(made, mono=True, styles=styles).of(made["d1"]).look
    assert isinstance(look.fill, Texture)
    assert look.fill.name == "waves"


@pytest.mark.parametrize("name", ["default", "okabe-ito"])
def test_entries_of_a_figure_differ_in_every_palette(name: str) -> None:
    for made in (classifier(), segmenter(), outline()):
        fills = [entry.look.fill for entry in make_book(made, palette=name).entries]
        for one, two in combinations(fills, 2):
            assert one != two


def test_what_the_style_of_a_layer_leaves_open_its_class_says() -> None:
    made = linked(of_kind("a", "conv", 8, 8, 4), of_kind("b", "conv", 8, 8, 4))
    styles = {
        ":conv": Style(color="#00ff00"),
        "Conv2D": Style(label="Convolution", color="#808080", texture="waves"),
        "a": Style(label="First"),
    }
    both = make_book(made, mono=True, styles=styles)
    assert [both.of(made[id]).label for id in "ab"] == ["First", "Convolution"]
    assert both.of(made["b"]).look.fill.name == "waves"
    styles["a"] = Style(texture="dots")
    both = make_book(made, styles=styles)
    assert both.of(made["a"]).label == "a"
    assert both.of(made["a"]).look.stroke == darken(darken("#808080", 0.3))
    assert both.of(made["b"]).look.stroke == darken("#808080")
    styles["a"] = Style(color="#ff0000")
    assert make_book(made, styles=styles).of(made["a"]).look.stroke == darken("#ff0000")


def test_groups_keep_their_looks_where_one_is_gone() -> None:
    made = outline()
    styles = make_group_styles(made, load_grammar(), PAGE, Options())
    (name,) = styles
    assert styles[name].color == PALETTE.groups[0]
    assert make_book(made, styles=styles).entries == make_book(made).entries
