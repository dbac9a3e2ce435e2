"""What the glyphs mean."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from net2fig.compose.legend import Legend, draw_legend
from net2fig.compose.legend.entries import fit_label
from net2fig.laws.reader_view import measure_paint
from net2fig.options.types import Style as GroupStyle
from net2fig.outline import Note, Outline
from net2fig.scene import Group, Path, Text
from tests.compose.figures import (
    PAGE,
    bodies,
    classifier,
    linked,
    make_context,
    of_kind,
    segmenter,
    strings,
    within,
)
from tests.laws.scenes import block, outline, residual


def make_legend(made: Outline, width: float = 400.0, **options: object) -> Legend:
    return draw_legend(made, make_context(made, **options), width)


def entries(found: Legend) -> list[Group]:
    return [item for item in found.items if isinstance(item, Group) and "entry" in item.classes]


def notes(found: Legend) -> list[str]:
    return [text for item in found.items for text in strings(item, "note")]


def labels(found: Legend) -> list[str]:
    return [strings(entry, "name")[0] for entry in entries(found)]


def labels_of(entry: Group) -> str:
    return strings(entry, "name")[0]


@pytest.mark.parametrize("made", [classifier(), segmenter(), outline()])
def test_there_is_one_entry_for_each_thing_drawn(made: Outline) -> None:
    found = make_legend(made)
    drawn = {one.type for one in made.blocks} - {"InputLayer"}
    told = [type for entry in entries(found) for type in dict(entry.data)["type"].split()]
    book = [e for e in make_context(made).style_book.entries if e.kind != "input"]
    signs = [e for e in book if e.types == ("Add",) and "Add" not in drawn]
    assert found.entries == len(entries(found)) == len(book) - len(signs)
    for type in drawn:
        if " " not in type:
            assert told.count(type) == 1, type


def test_simple_comes_before_complex() -> None:
    assert labels(make_legend(outline()))[-1] == "Residual block ="


def test_a_swatch_wears_what_the_figure_wears() -> None:
    made = classifier()
    found = make_legend(made)
    conv = next(entry for entry in entries(found) if dict(entry.data)["type"] == "Conv2D")
    assert [path.fill for path in bodies(conv)] == [
        make_context(made).style_book.of(made["c1"]).look.fill
    ]


def test_the_entry_of_a_group_is_its_body_drawn_by_the_same_code() -> None:
    group = entries(make_legend(outline()))[-1]
    (body,) = (item for item in group.items if isinstance(item, Group))
    assert body.classes == ("body",)
    glyphs = [
        item.id for item in within(body) if isinstance(item, Group) and "glyph" in item.classes
    ]
    assert glyphs == ["a", "b", "sum"]
    edges = [item for item in within(body) if isinstance(item, Group) and "edge" in item.classes]
    assert len(edges) >= len(residual().body.links)


def test_a_merge_is_explained_in_each_form_that_is_drawn() -> None:
    """As a slab where it stands in the figure, as a circle where it stands in a body as well.

    In bodies alone, a sign that every reader knows needs no entry.
    """
    only_body = linked(block("g", "Residual block", "group", 8, 8, 4), groups=(residual(),))
    both = linked(
        block("g", "Residual block", "group", 8, 8, 4),
        block("s", "Add", "merge", 8, 8, 4),
        groups=(residual(),),
    )
    (add,) = (e for e in entries(make_legend(both)) if dict(e.data)["type"] == "Add")
    assert len(bodies(add)) == 2
    assert "Add" not in [dict(e.data)["type"] for e in entries(make_legend(only_body))]


def test_a_sign_that_not_every_reader_knows_has_an_entry() -> None:
    body = replace(
        residual().body,
        blocks=tuple(
            replace(one, type="Concatenate", op="Concatenate") if one.kind == "merge" else one
            for one in residual().body.blocks
        ),
    )
    group = replace(residual(), body=body)
    made = linked(block("g", "Residual block", "group", 8, 8, 4), groups=(group,))
    assert "Concatenate" in labels(make_legend(made))


def test_an_input_without_a_name_has_an_entry() -> None:
    assert "Input" not in labels(make_legend(classifier()))
    nameless = replace(classifier(), inputs=())
    assert "Input" in labels(make_legend(nameless))


def test_bodies_of_several_lines_stand_on_a_grid() -> None:
    names = [f"Block number {n}" for n in range(5)]
    blocks = [block(f"g{n}", name, "group", 8, 8, 4) for n, name in enumerate(names)]
    groups = tuple(replace(residual(), name=name) for name in names)
    found = make_legend(linked(*blocks, groups=groups), 300.0)
    swatches = [bodies(entry)[0] for entry in entries(found) if "number" in labels_of(entry)]
    lefts = sorted({round(measure_paint(path).box.x, 2) for path in swatches})
    tops = sorted({round(measure_paint(path).box.y, 2) for path in swatches})
    assert len(lefts) * len(tops) >= len(names) > len(lefts)
    assert found.size.width <= 300.0


def test_what_is_not_shown_is_told_at_the_end() -> None:
    found = make_legend(outline())
    assert notes(found) == ["Not shown: 7\xa0batch normalisations, 1\xa0dropout."]
    assert found.items[-1] not in entries(found)


def test_notes_of_outline_and_groups_are_told_once() -> None:
    adds = Note("Residual block", "adds", {"features": 8})
    told = "Each residual block adds 8\xa0features."
    made = replace(outline(), notes=(told,), left_out=())
    definition = replace(residual(), notes=(adds,))
    assert notes(make_legend(replace(made, groups=(definition,)))) == [told]


def test_notes_call_a_group_as_the_legend_does() -> None:
    inside = Note("Residual block", "features-inside", {"features": 8})
    definition = replace(residual(), notes=(inside, Note("Residual block", "two-before")))
    made = replace(outline(), groups=(definition,), left_out=())
    found = make_legend(made, styles={"Residual block": GroupStyle(label="Our cell")})
    assert labels(found)[-1] == "Our cell ="
    told = "Our cell: up to 8\xa0features inside; each cell reads the two cells before it."
    assert notes(found) == [told]


def test_a_long_note_is_broken_between_words() -> None:
    made = replace(classifier(), notes=("one two three four five six seven " * 5,))
    lines = notes(make_legend(made, 120.0))
    assert len(lines) > 1
    assert " ".join(lines).split() == ("one two three four five six seven " * 5).split()


def test_shared_layers_are_explained_by_their_mark() -> None:
    made = linked(
        of_kind("a", "conv", 8, 8, 4), replace(of_kind("b", "conv", 8, 8, 4), shared=True)
    )
    texts = [text for item in make_legend(made).items for text in strings(item)]
    assert "same weights" in texts
    assert make_legend(made).entries == 1


@pytest.mark.parametrize("width", [150.0, 250.0, 465.0])
@pytest.mark.parametrize("made", [classifier(), segmenter(), outline()])
def test_lines_are_no_longer_than_the_page(made: Outline, width: float) -> None:
    found = make_legend(made, width)
    assert found.size.width <= width
    for item in found.items:
        for part in within(item):
            if isinstance(part, Text):
                assert -0.01 <= part.at.x <= found.size.width
                assert 0.0 <= part.at.y <= found.size.height + 0.01
            elif isinstance(part, Path):
                ys = [c.to.y for c in part.commands if hasattr(c, "to")]
                assert min(ys) >= -0.01
                assert max(ys) <= found.size.height + 0.01


def test_narrower_pages_take_more_lines() -> None:
    heights = [make_legend(outline(), width).size.height for width in (450.0, 220.0, 120.0)]
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]


def test_nothing_needs_no_legend() -> None:
    found = make_legend(Outline((), ()))
    assert (found.items, found.entries, found.size.height) == ((), 0, 0.0)


def test_texts_have_the_sizes_of_the_template() -> None:
    sizes = {t.size for i in make_legend(outline()).items for t in within(i) if isinstance(t, Text)}
    assert sizes <= {PAGE.size, PAGE.small, 6.0}


def test_a_name_that_is_wider_than_a_line_is_cut_in_its_middle() -> None:
    context = make_context(classifier())
    entry = context.style_book.entries[0]
    cut = fit_label(replace(entry, label="字" * 400), context, 400.0)
    assert cut.label[0] == cut.label[-1] == "字"
    assert "…" in cut.label
    assert 300.0 < context.width(cut.label) < 400.0
    assert fit_label(entry, context, 400.0) is entry
