"""From numbers to lengths: monotone, over the figure's own range."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.compose.legend import draw_legend
from net2fig.compose.style.scales import Scale, Scales, choose_height_form, make_scales
from net2fig.data.template import Range
from net2fig.network import Extent
from net2fig.outline import Block, Link, Outline
from net2fig.scene import Text
from tests.compose.figures import (
    PAGE,
    classifier,
    linked,
    make_context,
    of_kind,
    segmenter,
    unknown,
    within,
)

LENGTHS = Range(10.0, 60.0)


def of(outline: Outline, tall: float = 1.0, wide: float = 1.0) -> Scales:
    return make_scales(outline, PAGE, tall, wide)


def test_a_scale_is_linear_between_its_ends() -> None:
    scale = Scale(0, 100, LENGTHS)
    assert [scale(value) for value in (0, 50, 100)] == [10.0, 35.0, 60.0]


def test_a_logarithmic_scale_gives_equal_steps_to_equal_factors() -> None:
    scale = Scale(1, 256, LENGTHS, "log")
    assert scale(16) == pytest.approx(35.0)
    assert scale(4) - scale(1) == pytest.approx(scale(64) - scale(16))


def test_a_root_scale_lifts_what_is_small() -> None:
    scale = Scale(0, 100, LENGTHS, "root")
    assert [scale(value) for value in (0, 25, 100)] == [10.0, 35.0, 60.0]


def shrinking(*sizes: int) -> Outline:
    return linked(*(of_kind(f"c{n}", "conv", size, size, 8) for n, size in enumerate(sizes)))


def test_heights_are_drawn_to_the_root_where_many_would_be_flat() -> None:
    assert choose_height_form(shrinking(224, 112, 28, 14, 7), PAGE) == "root"


def test_heights_are_linear_where_the_range_is_small_or_few_are_flat() -> None:
    assert choose_height_form(shrinking(112, 56, 28, 14, 7), PAGE) == "linear"
    assert choose_height_form(shrinking(224, 224, 200, 200, 7), PAGE) == "linear"


def test_two_sizes_look_alike_in_every_form() -> None:
    assert choose_height_form(shrinking(224, 224, 7, 7), PAGE) == "linear"


def test_the_page_decides_about_the_form_of_the_heights() -> None:
    outline = shrinking(224, 112, 28, 14, 7)
    assert choose_height_form(outline, replace(PAGE, scale="linear")) == "linear"


def test_a_scale_that_is_not_linear_is_told() -> None:
    outline = shrinking(224, 112, 28, 14, 7)
    for form, words in (("root", "square root"), ("log", "logarithm"), ("linear", "")):
        context = make_context(outline)
        context = replace(context, page=replace(context.page, scale=form))
        legend = draw_legend(outline, context, 480.0)
        texts = (item for piece in legend.items for item in within(piece) if isinstance(item, Text))
        told = " ".join(text.string for text in texts)
        assert (f"Height: {words}" in told) == bool(words)


def test_what_is_unknown_or_does_not_vary_stands_at_a_fixed_share() -> None:
    assert Scale(0, 100, LENGTHS, constant=0.5)(None) == 35.0
    assert Scale(7, 7, LENGTHS, constant=0.5)(7) == 35.0


def test_what_lies_outside_is_drawn_as_the_end() -> None:
    scale = Scale(10, 20, LENGTHS)
    assert (scale(5), scale(25)) == (10.0, 60.0)


values = st.integers(1, 10_000)


@given(values, values, values, values, st.sampled_from(["linear", "root", "log"]))
def test_a_scale_is_monotone_and_stays_in_its_range(
    least: int, greatest: int, one: int, two: int, form: str
) -> None:
    scale = Scale(min(least, greatest), max(least, greatest), LENGTHS, form)
    low, high = sorted((one, two))
    assert 10.0 - 1e-9 <= scale(low) <= scale(high) + 1e-9 <= 60.0 + 2e-9


def test_heights_run_over_the_resolutions_of_the_figure() -> None:
    outline = segmenter()
    found = of(outline)
    assert found.output_height(outline["c1"]) == PAGE.glyph_height.greatest
    # 16 is drawn half as high as 32, since the template allows for it.
    assert found.output_height(outline["c2"]) == PAGE.glyph_height.greatest / 2
    assert found.output_height(outline["c3"]) == found.output_height(outline["c1"])


def test_widths_run_over_the_features_of_the_figure() -> None:
    outline = segmenter()
    found = of(outline)
    widths = {id: found.width(outline[id]) for id in ("in", "c1", "c2", "cat", "c3")}
    assert widths["c3"] == PAGE.glyph_width.least
    assert widths["cat"] == PAGE.glyph_width.greatest
    assert widths["c3"] < widths["in"] < widths["c1"] < widths["c2"] < widths["cat"]


def test_vectors_have_a_scale_of_their_own() -> None:
    outline = classifier()
    found = of(outline)
    assert found.vectors == {"d1", "d2"}
    assert found.output_height(outline["d1"]) == PAGE.dense_height.greatest
    low, high = PAGE.dense_height.least, PAGE.dense_height.greatest
    assert low < found.output_height(outline["d2"]) < high
    assert found.width(outline["d1"]) == found.width(outline["d2"])


def test_nearly_as_many_units_are_nearly_as_high() -> None:
    outline = linked(of_kind("a", "dense", 1024), of_kind("b", "dense", 1000))
    high, low = (of(outline).output_height(block) for block in outline.blocks)
    assert 0.95 * high < low < high


def test_what_is_pooled_to_a_point_is_as_low_as_one() -> None:
    outline = classifier()
    found = of(outline)
    assert found.output_height(outline["gap"]) == found.resolution(1) == PAGE.glyph_height.least


def test_a_dense_layer_on_a_sequence_is_no_vector() -> None:
    outline = linked(of_kind("in", "input", 10, 8), of_kind("d", "dense", 10, 32))
    assert of(outline).vectors == frozenset()


def test_all_of_a_network_of_vectors_stands_on_the_scale_of_units() -> None:
    outline = linked(
        of_kind("in", "input", 784), of_kind("a", "dense", 100), of_kind("b", "dense", 10)
    )
    found = of(outline)
    assert found.vectors == {"in", "a", "b"}
    assert (
        found.output_height(outline["in"])
        > found.output_height(outline["a"])
        > found.output_height(outline["b"])
    )


def test_a_frame_is_as_high_as_what_leads_to_it() -> None:
    pooled = linked(
        of_kind("in", "input", 8, 8, 4),
        of_kind("pool", "pool", 64),
        replace(of_kind("end", "input", 64), kind="sample"),
    )
    assert of(pooled).vectors == frozenset()
    assert of(pooled).output_height(pooled["end"]) == PAGE.glyph_height.least
    image = replace(of_kind("in", "input", 784), kind="sample")
    dense = linked(image, of_kind("d", "dense", 64), pooled["end"])
    assert of(dense).vectors == {"in", "d", "end"}


def test_units_that_do_not_vary_are_as_high_as_they_are_many() -> None:
    def height(units: int) -> float:
        outline = linked(of_kind("in", "input", 8, 8, 3), of_kind("d", "dense", units))
        return of(outline).output_height(outline["d"])

    assert height(1) < height(10) < height(1000)
    assert height(1000) == PAGE.dense_height.greatest == height(100_000)


def test_unknown_resolutions_are_drawn_at_a_fixed_height() -> None:
    outline = linked(unknown("a"), unknown("b"))
    found = of(outline)
    assert found.output_height(outline["a"]) == found.output_height(outline["b"])
    nothing = Block("n", "Foo", "other", ("n",), None)
    assert found.output_height(nothing) == found.output_height(outline["a"])
    assert found.width(nothing) == found.width(outline["a"])


def test_what_is_pooled_to_a_point_is_lower_than_what_is_unknown() -> None:
    outline = linked(unknown("a"), of_kind("pool", "pool", 1, 1, 8), of_kind("c", "conv", 1, 1, 8))
    found = of(outline)
    assert found.output_height(outline["pool"]) == PAGE.glyph_height.least
    assert found.output_height(outline["a"]) > PAGE.glyph_height.least + 5.0


def test_a_network_of_one_resolution_has_no_full_height() -> None:
    outline = linked(of_kind("a", "conv", 8, 8, 4), of_kind("b", "conv", 8, 8, 8))
    assert PAGE.glyph_height.least < of(outline).output_height(outline["a"])
    assert of(outline).output_height(outline["a"]) < PAGE.glyph_height.greatest


def test_factors_shrink_the_greatest_lengths() -> None:
    outline = classifier()
    whole, shrunk = of(outline), of(outline, tall=0.5, wide=0.5)
    assert shrunk.output_height(outline["c1"]) == whole.output_height(outline["c1"]) / 2
    assert shrunk.width(outline["c2"]) == whole.width(outline["c2"]) / 2
    assert shrunk.width(outline["in"]) >= 6.0


def test_a_template_may_ask_for_a_logarithmic_scale() -> None:
    outline = linked(*(of_kind(f"c{n}", "conv", n, n, 4) for n in (64, 8, 1)))
    found = make_scales(outline, replace(PAGE, scale="log"), 1.0, 1.0)
    heights = [found.output_height(one) for one in outline.blocks]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2])


def test_a_link_into_what_was_unfolded_enters_with_its_resolution() -> None:
    outline = linked(
        of_kind("in", "input", 100),
        of_kind("d", "dense", 6272),
        replace(of_kind("up", "up", 14, 14, 64), arrives=Extent((7, 7), 128)),
    )
    found = of(outline)
    link = outline.into("up")[0]
    assert found.link_height(link) == found.units(6272)
    assert found.entering_height(link, outline["up"]) == found.resolution(7)
    assert found.entering_height(outline.into("d")[0], outline["d"]) == found.link_height(
        outline.into("d")[0]
    )


@given(st.lists(st.tuples(st.integers(1, 512), st.integers(1, 2048)), min_size=2, max_size=8))
def test_heights_and_widths_are_monotone_in_what_they_show(sizes: list[tuple[int, int]]) -> None:
    blocks = [of_kind(f"c{n}", "conv", side, side, many) for n, (side, many) in enumerate(sizes)]
    found = of(linked(*blocks))
    for one, (side, many) in zip(blocks, sizes, strict=True):
        for two, (other, more) in zip(blocks, sizes, strict=True):
            assert (side <= other) <= (found.output_height(one) <= found.output_height(two) + 1e-9)
            assert (many <= more) <= (found.width(one) <= found.width(two) + 1e-9)
            assert found.link_height(Link(one.id, two.id, one.output)) == found.output_height(one)


@pytest.mark.parametrize(
    ("units", "widths"),
    [(50_000, (10.0, 40.0, 40.0)), (800, (10.0, 17.8, 40.0)), (64, (10.0, 40.0, 10.0))],
)
def test_a_vocabulary_does_not_squeeze_the_rest(units: int, widths: tuple[float, ...]) -> None:
    """A dense layer for each token with many times the features is as wide as the widest."""
    outline = linked(
        of_kind("a", "recurrent", 16, 64),
        of_kind("b", "recurrent", 16, 256),
        of_kind("c", "dense", 16, units),
    )
    page = replace(PAGE, glyph_width=Range(10.0, 40.0))
    scales = make_scales(outline, page, 1.0, 1.0)
    assert tuple(round(scales.width(block), 1) for block in outline.blocks) == widths


def test_a_map_made_of_a_vector_has_its_own_height() -> None:
    """The first up-sampling of a generator rises: what arrives there counts."""
    up = replace(of_kind("up", "up", 16, 16, 8), arrives=Extent((8, 8), 8))
    outline = linked(
        of_kind("in", "input", 100),
        of_kind("dense", "dense", 512),
        up,
        of_kind("conv", "conv", 32, 32, 8),
    )
    found = of(outline)
    entering = found.entering_height(Link("dense", "up", Extent((), 512)), up)
    assert entering < found.output_height(up) < found.output_height(outline["conv"])
