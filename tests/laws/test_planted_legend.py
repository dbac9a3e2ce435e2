"""L8 has a check that can fail: what the legend lacks, or says wrongly, it must find."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from net2fig.laws import find_breaches
from net2fig.outline import ENTRY, Bracket
from net2fig.scene import Group, Item, Path, Scene
from tests.laws.planting import body, box_of, label, laws, line, messages
from tests.laws.scenes import (
    PAGE,
    added,
    changed,
    edge,
    entry,
    find_item,
    glyph,
    left_out,
    moved,
    outline,
    points_of,
    scene,
    text,
)


def test_l8_a_missing_entry_and_one_too_many() -> None:
    lost = changed(scene(), entry("Dense"), lambda _: None)
    assert laws(lost) == {"L8"}
    assert "'Dense' has no entry" in messages(lost)
    twice = added(scene(), moved(0, 0)(find_item(scene(), entry("Dense"))))
    legend_twice = changed(
        scene(),
        lambda item: isinstance(item, Group) and "legend" in item.classes,
        lambda item: replace(
            item, items=(*getattr(item, "items", ()), find_item(scene(), entry("Dense")))
        ),
    )
    assert "'Dense' has 2 entries" in messages(legend_twice)
    assert "two entries are called 'Dense'" in messages(legend_twice)
    assert "L2" in laws(twice)


def test_l8_an_entry_for_nothing() -> None:
    def renamed(item: Item) -> Item:
        assert isinstance(item, Group)
        return replace(item, data=(("type", "LSTM"),))

    damaged = changed(scene(), entry("Dense"), renamed)
    assert "explains nothing" in messages(damaged)


def test_l8_a_swatch_of_another_colour() -> None:
    damaged = changed(scene(), glyph("hidden"), body(lambda path: replace(path, fill="#123456")))
    assert "'hidden' ('Dense') looks otherwise than its entry" in messages(damaged)


def test_l8_two_entries_alike() -> None:
    fill = next(
        p.fill
        for p in getattr(find_item(scene(), entry("Conv2D")), "items", ())
        if isinstance(p, Path)
    )
    damaged = changed(scene(), entry("Dense"), body(lambda path: replace(path, fill=fill)))
    assert "'Conv' and 'Dense' look the same" in messages(damaged)


def test_l8_a_glyph_or_a_line_that_is_lost_or_doubled() -> None:
    lost = changed(scene(), glyph("hidden"), lambda _: None)
    assert "the block 'hidden' is drawn 0 times, not 1" in messages(lost)
    again = find_item(scene(), glyph("hidden"))
    network = changed(
        scene(),
        lambda item: isinstance(item, Group) and "network" in item.classes,
        lambda item: replace(item, items=(*getattr(item, "items", ()), again)),
    )
    assert "the block 'hidden' is drawn 2 times, not 1" in messages(network)
    cut = changed(scene(), edge("hidden", "out"), lambda _: None)
    assert messages(cut) == "L8: the link 'hidden' to 'out' is drawn 0 times, not 1"
    fewer = replace(outline(), links=outline().links[1:])
    assert "the link 'in' to 'one' is drawn 1 times, not 0" in messages(scene(), fewer)


def in_body(item: Item) -> Group:
    assert isinstance(item, Group)
    return next(one for one in item.items if isinstance(one, Group) and "body" in one.classes)


def test_l8_a_body_that_is_not_the_group() -> None:
    small = in_body(find_item(scene(), entry("Residual block")))

    def without(pick: Callable[[Item], bool]) -> Scene:
        kept = tuple(item for item in small.items if not pick(item))
        return changed(scene(), lambda i: i is small, lambda _: replace(small, items=kept))

    said = messages(without(glyph("b")))
    assert "in the body of 'Residual block', the block 'b' is drawn 0 times, not 1" in said
    said = messages(without(lambda i: isinstance(i, Group) and dict(i.data).get("to") == "b"))
    assert "in the body of 'Residual block', the link 'a' to 'b' is drawn 0 times, not 1" in said
    lost = changed(scene(), lambda item: item is small, lambda _: None)
    assert "'Residual block' has 0 bodies" in messages(lost)


RUN = ("pool", "group")


def bracketed(*blocks: str, words: str = "×3", said: tuple[str, ...] = RUN) -> Scene:
    """Return the scene with a bracket beneath some of its glyphs, and room for it."""
    boxes = [box_of(id) for id in blocks]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    y = scene().size.height + 3.0
    network = find_item(scene(), lambda i: isinstance(i, Group) and "network" in i.classes)
    y = max(point.y for point in points_of(network)) + 12.0
    middle = (left + right) / 2
    badge = Group((replace(label(words, middle, y + 9.0), classes=("count",)),), classes=("badge",))
    bracket = Group(
        (line((left, y), (right, y)), badge),
        classes=("bracket",),
        data=(("blocks", " ".join(said)),),
    )
    # The legend gives way: what is checked here is the bracket alone.
    bare = changed(
        scene(), lambda i: isinstance(i, Group) and "legend" in i.classes, lambda _: None
    )
    return changed(
        bare,
        lambda i: isinstance(i, Group) and "network" in i.classes,
        lambda i: replace(i, items=(*getattr(i, "items", ()), bracket)),
    )


def run_messages(drawing: Scene, count: int = 3) -> str:
    run = replace(outline(), brackets=(Bracket(RUN, count),), left_out=())
    return "\n".join(map(str, find_breaches(drawing, run, replace(PAGE, legend=False))))


def test_l8_a_body_that_mixes_up_its_inputs() -> None:
    (group,) = outline().groups
    links = [
        replace(link, entry=1) if (link.source, link.target) == (ENTRY, "sum") else link
        for link in group.body.links
    ]
    other = replace(group, body=replace(group.body, links=tuple(links)))
    said = messages(scene(), replace(outline(), groups=(other,)))
    assert "the link '@in1' to 'sum' is drawn 0 times, not 1" in said
    assert "the link '@in' to 'sum' is drawn 1 times, not 0" in said


def test_l8_a_run_has_a_bracket_that_spans_it() -> None:
    assert run_messages(bracketed(*RUN)) == ""
    start = "L8: the run from 'pool'"
    assert run_messages(bracketed(*RUN, words="×13")).startswith(f"{start} occurs 3 times, (")
    assert run_messages(bracketed(*RUN, said=("pool",))).splitlines()[0] == (
        f"{start} occurs 3 times, which is not told"
    )
    assert "a bracket stands beneath no run" in run_messages(bracketed(*RUN, said=("pool",)))
    assert "leaves out 'group'" in run_messages(bracketed("pool"))
    assert "takes in 'up'" in run_messages(bracketed(*RUN, "up"))


def test_l8_what_is_hidden_is_told() -> None:
    more = replace(outline(), left_out=(*outline().left_out, left_out("Reshape", 2)))
    assert messages(scene(), more) == "L8: 10 are hidden, of which 8 are told"
    fewer = replace(outline(), left_out=outline().left_out[:1])
    assert messages(scene(), fewer) == "L8: 7 are hidden, of which 8 are told"
    quiet = replace(outline(), left_out=(*outline().left_out, left_out("Reshape", 1)))
    assert messages(scene(), quiet) == ""
    silent = changed(
        scene(), text("Not shown: 7\xa0batch normalisations, 1\xa0dropout."), lambda _: None
    )
    assert "L8: 8 are hidden, of which 0 are told" in messages(silent)
    noted = replace(outline(), notes=("A sentence.",))
    assert messages(scene(), noted) == "L8: a note is missing: 'A sentence.'"


def test_l8_what_is_folded_is_told() -> None:
    lost = changed(scene(), lambda i: isinstance(i, Group) and "badge" in i.classes, lambda _: None)
    assert messages(lost) == "L8: 'group' stands for 2, which is not told"
    twelve = changed(scene(), text("×2"), lambda item: replace(item, string="×12"))
    assert "'group' stands for 2, which is not told" in messages(twelve)
    run = replace(outline(), brackets=(Bracket(("pool", "group"), 3),))
    assert messages(scene(), run) == "L8: the run from 'pool' occurs 3 times, which is not told"


def test_l8_a_lost_legend_and_one_that_is_not_wanted() -> None:
    lost = changed(
        scene(), lambda i: isinstance(i, Group) and "legend" in i.classes, lambda _: None
    )
    assert "there is no legend" in messages(lost)
    assert find_breaches(lost, outline(), replace(PAGE, legend=False)) == []


def test_l8_an_input_explains_itself_by_its_name_alone() -> None:
    assert messages(scene()) == ""
    nameless = changed(scene(), text("input"), lambda _: None)
    assert "'InputLayer' has no entry" in messages(nameless)


def test_l8_a_merge_explains_itself_by_a_clear_sign_alone() -> None:
    bare = changed(scene(), lambda i: isinstance(i, Path) and "sign" in i.classes, lambda _: None)
    bare = changed(bare, lambda i: isinstance(i, Path) and "sign" in i.classes, lambda _: None)
    assert "'Add' has no entry" in messages(bare)


def test_l8_dashed_lines_without_an_entry_and_an_entry_without_such_lines() -> None:
    def is_copy(item: Item) -> bool:
        return isinstance(item, Path) and "copy" in item.classes

    assert "dashed lines have no entry" in messages(changed(scene(), is_copy, lambda _: None))

    def draw_solid(item: Item) -> Item:
        assert isinstance(item, Group)
        return replace(item, items=tuple(replace(path, dash=()) for path in item.items))

    damaged = changed(scene(), edge("one", "join"), draw_solid)
    assert "an entry is for dashed lines, and there are none" in messages(damaged)
