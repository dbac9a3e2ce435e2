"""A figure is for a page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from msgspec.structs import replace

from net2fig.compose.fit import fit_to_page
from net2fig.compose.notices import add_notices
from net2fig.figure import draw
from net2fig.network import Network
from net2fig.options.page import resolve_page
from net2fig.options.table import Options
from net2fig.outline import Outline
from net2fig.scene import Text
from tests.compose.figures import (
    GRAMMAR,
    PAGE,
    classifier,
    composed,
    groups_of,
    linked,
    of_kind,
    segmenter,
)
from tests.group.nets import Builder


def chain(count: int, level: str = "layers") -> Outline:
    """Return a chain of convolutions that grow."""
    blocks = [of_kind("in", "input", 64, 64, 3)]
    blocks += [of_kind(f"c{n}", "conv", 64, 64, 8 + n) for n in range(count)]
    return replace(linked(*blocks), level=level)


def test_the_first_level_that_fits_is_taken() -> None:
    assert composed(chain(4), chain(2, "blocks")).outline.level == "layers"


def test_where_the_first_does_not_fit_the_next_is_taken() -> None:
    page = composed(chain(60), chain(5, "blocks"), chain(2, "stages"))
    assert (page.outline.level, page.rows) == ("blocks", 1)


def test_a_level_at_ease_is_better_than_a_crowded_one() -> None:
    crowded = next(
        n for n in range(5, 80) if composed(chain(n), chain(2, "blocks")).outline.level == "blocks"
    )
    assert composed(chain(crowded)).rows == 1, "it could have been squeezed in"


def test_where_none_fits_the_figure_breaks_into_rows() -> None:
    page = composed(chain(90))
    assert page.rows > 1
    assert page.scene.size.width <= PAGE.width


def test_of_levels_that_do_not_fit_the_one_of_fewest_rows_is_taken() -> None:
    page = composed(chain(300), chain(90, "blocks"))
    assert page.outline.level == "blocks"


def test_one_level_more_is_made_where_one_fits_and_no_other() -> None:
    def levels() -> Iterator[Outline]:
        yield chain(3)
        yield chain(2, "blocks")
        raise AssertionError("made for nothing")

    page = fit_to_page(levels(), GRAMMAR, PAGE, Options(), "", lambda _: "")
    assert page.outline.level == "layers"


@pytest.mark.parametrize(("count", "level"), [(4, "blocks"), (5, "layers")])
def test_a_level_that_fits_gives_way_to_half_as_many_glyphs(count: int, level: str) -> None:
    page = composed(chain(9), chain(count, "blocks"), placeholders="never")
    assert page.outline.level == level


@pytest.mark.parametrize("width", [120.0, 252.0, 468.0, 1000.0])
@pytest.mark.parametrize("made", [classifier(), segmenter(), chain(40)])
def test_texts_keep_their_size_on_every_page(made: Outline, width: float) -> None:
    """What gives way is the size of the glyphs, then the row: never a text."""
    scene = composed(made, width=width).scene
    sizes = {item.size for item, _ in scene.walk() if isinstance(item, Text)}
    assert sizes <= {PAGE.size, PAGE.small}
    assert min(sizes) >= PAGE.minimum


def test_a_wider_page_takes_no_more_rows() -> None:
    rows = [composed(chain(60), width=width).rows for width in (150.0, 300.0, 500.0, 2000.0)]
    assert rows == sorted(rows, reverse=True)
    assert rows[0] > rows[-1] == 1


def test_the_drawing_stays_flat() -> None:
    """Glyphs give way in height before the drawing is too high for the template."""
    branches = [of_kind("in", "input", 64, 64, 3)]
    branches += [of_kind(f"b{n}", "conv", 64, 64, 8) for n in range(6)]
    branches.append(of_kind("cat", "merge", 64, 64, 48))
    pairs = [("in", f"b{n}") for n in range(6)] + [(f"b{n}", "cat") for n in range(6)]
    made = linked(*branches)
    by_id = {block.id: block for block in branches}
    links = tuple(
        replace(made.links[0], source=s, target=t, extent=by_id[s].output) for s, t in pairs
    )
    tall = composed(replace(made, links=links), placeholders="never").scene
    alone = composed(linked(branches[0], branches[1]), placeholders="never").scene
    assert len(groups_of(tall, "glyph")) == 8
    assert tall.size.height < 6 * alone.size.height


def test_the_same_outlines_give_the_same_page() -> None:
    for one, two in pairwise(composed(segmenter(), width=200.0) for _ in range(3)):
        assert one == two


def test_an_empty_outline_has_an_empty_page() -> None:
    page = composed(Outline((), ()))
    assert (page.drawn, page.rows) == (0, 0)


def test_a_level_that_is_higher_than_the_page_gives_way_to_one_that_is_not() -> None:
    """A legend may be higher than a page though its figure takes one row."""
    levels = (classifier(), chain(2, "stages"))
    height = composed(levels[1]).scene.size.height + 1.0
    assert composed(*levels).outline.level == classifier().level
    assert composed(*levels, height=height).outline.level == "stages"


def test_where_every_level_is_too_high_the_lowest_is_taken() -> None:
    levels = (classifier(), chain(3))
    heights = [composed(made).scene.size.height for made in levels]
    assert composed(*levels, height=1.0).scene.size.height == min(heights)


def test_what_is_higher_than_asked_is_told() -> None:
    page = composed(classifier(), height=20.0)
    low = resolve_page(Options(height=20.0))
    told = add_notices(page, Network("n", (), (), (), ()), low, Options(height=20.0))
    assert [notice.code for notice in told.outline.notices] == ["too-high"]
    assert "more than the 20 pt asked for" in told.outline.notices[0].text


def test_sums_of_one_tensor_with_itself_beside_a_chain_need_no_crossing() -> None:
    """The walk in depth, and the sweeps from its four sides, leave one."""
    net = Builder()
    shape = (None, 1, 1, 1)
    alone, x = net.input(None, None, 1), net.input(1, 1, 1)
    first = net.add("Conv2DTranspose", [x], shape)
    y = net.add("MultiHeadAttention", [first], shape)
    z = net.add("Conv2DTranspose", [y], shape)
    end = net.add("Conv2DTranspose", [net.add("Conv2DTranspose", [z], shape)], shape)
    end = net.add("MaxPooling2D", [end], shape)
    one, two = net.add("Add", [z, x, x], shape), net.add("Add", [x, x, y], shape)
    figure = draw(net.network(alone, end, one, two), template="cvpr", glyphs="trapezoids")
    assert figure.report["crossings"] == 0
