"""Gestures: the lines that they write, and the figure that follows."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from net2fig.figure import draw
from net2fig.studio import messages, replies
from net2fig.studio.messages import Rule
from tests.studio.conftest import Desk

RESIDUAL = ["conv2_block2_1_conv", "conv2_block2_add"]


def check(desk: Desk) -> None:
    """The page shows what the command draws from the file."""
    assert desk.drawn.svg.encode() == draw(str(desk.model)).to_bytes("svg")


def test_nothing_is_written_by_looking(resnet: Desk) -> None:
    resnet.window.level = "layers"
    assert resnet.draw().level == "layers"
    resnet.window.level, resnet.window.opened = "", ("conv2_block1_0_conv",)
    assert resnet.draw().opened == ["conv2_block1_0_conv"]
    assert not resnet.file.exists()


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ("template", "cvpr", 'template = "cvpr"\n'),
        ("width", "84mm", 'width = "84mm"\n'),
        ("detail", "layers", 'detail = "layers"\n'),
        ("palette", "grey", 'palette = "grey"\n'),
        ("mono", True, "mono = true\n"),
        ("split", True, "split = true\n"),
        ("legend", False, "legend = false\n"),
        ("labels.kernel", True, "[labels]\nkernel = true\n"),
        ("labels.resolution", "all", '[labels]\nresolution = "all"\n'),
        ("page.glyph.height", [9, 30], "[page]\nglyph.height = [9, 30]\n"),
        ("page.space.legend", 20, "[page]\nspace.legend = 20\n"),
        ("placeholders", "never", 'placeholders = "never"\n'),
    ],
)
def test_an_option_is_one_line(resnet: Desk, path: str, value: object, line: str) -> None:
    resnet.set(path, value)
    assert resnet.text() == line
    check(resnet)
    resnet.set(path, None)
    assert resnet.text() == ""
    check(resnet)


def test_a_value_that_is_wrong_is_refused(resnet: Desk) -> None:
    refused = resnet.set("width", "wide")
    assert isinstance(refused, replies.Refused)
    assert "width" in refused.text
    assert resnet.set("no.such", 1).text == "unknown option: 'no'"
    assert not resnet.file.exists()


def test_a_selection_becomes_a_group(resnet: Desk) -> None:
    resnet.window.level = "layers"
    resnet.draw()
    offers = resnet.studio.answer(resnet.window, messages.Try(RESIDUAL))
    assert isinstance(offers, replies.Offers)
    assert [(each.label, len(each.places)) for each in offers.rungs] == [
        ("these layers only", 1),
        ("same layers, same kernels", 12),
        ("same layers", 12),
        ("same kinds", 12),
    ]
    rung = offers.rungs[offers.chosen]
    assert rung.added == ["conv2_block2_2_conv", "conv2_block2_3_conv"]
    resnet.edit(messages.Group(resnet.rev, Rule("Bottleneck", rung.match)))
    assert resnet.text() == (
        '[[group]]\nname = "Bottleneck"\nmatch = "(Conv2D > Conv2D > Conv2D | .) > Add"\n'
    )
    row = next(each for each in resnet.drawn.groups if each.name == "Bottleneck")
    assert row.count == 12
    resnet.window.level = ""
    resnet.draw()
    check(resnet)


def test_a_selection_grows_until_one_tensor_comes_in(resnet: Desk) -> None:
    resnet.window.level = "layers"
    resnet.draw()
    picked = ["conv3_block1_1_conv", "conv3_block1_add"]
    offers = resnet.studio.answer(resnet.window, messages.Try(picked))
    assert isinstance(offers, replies.Offers)
    rung = offers.rungs[offers.chosen]
    assert "conv3_block1_0_conv" in rung.added
    assert len(rung.places) == 4


def test_the_step_of_a_decoder_is_met_at_every_resolution(unet: Desk) -> None:
    """Two tensors come in: the pattern that says so is met more often than the one that grows."""
    picked = ["up_sampling2d", "conv2d_10", "concatenate", "conv2d_11", "conv2d_12"]
    offers = unet.studio.answer(unet.window, messages.Try(picked))
    assert isinstance(offers, replies.Offers)
    rung = offers.rungs[offers.chosen]
    assert not rung.added
    assert not offers.rungs[0].added
    assert len(rung.places) == 4
    assert any(each.added for each in offers.rungs)


def test_a_selection_with_two_ways_out_is_refused(resnet: Desk) -> None:
    resnet.window.level = "layers"
    resnet.draw()
    picked = ["conv2_block1_add", "conv2_block2_1_conv"]
    offers = resnet.studio.answer(resnet.window, messages.Try(picked))
    assert isinstance(offers, replies.Offers)
    assert offers.refusal == (
        "data leaves it at several layers: conv2_block1_add, conv2_block2_1_conv"
    )


def test_a_group_of_groups_takes_the_inner_ones_over(resnet: Desk) -> None:
    glyphs = [each for each in resnet.drawn.glyphs if each.is_group]
    layers = [id for each in glyphs[:2] for id in each.layers]
    offers = resnet.studio.answer(resnet.window, messages.Try(layers))
    assert isinstance(offers, replies.Offers)
    assert [rule.name for rule in offers.inner] == ["Residual block"]
    rung = offers.rungs[offers.chosen]
    assert "Residual block" in rung.match
    rule = Rule(offers.name, rung.match)
    drawn = resnet.edit(messages.Group(resnet.rev, rule, offers.inner))
    assert isinstance(drawn, replies.FigureDrawn)
    rows = {each.name: each for each in drawn.groups}
    assert rows[offers.name].count == len(rung.places)
    assert resnet.text().count("[[group]]") == 2
    check(resnet)


def test_groups_that_were_found_are_written_and_the_figure_stays(resnet: Desk) -> None:
    before = resnet.drawn.svg
    drawn = resnet.edit(messages.TakeOver(resnet.rev, ["Residual block"]))
    assert drawn.svg == before
    assert resnet.text().count("[[group]]") == 1
    assert {each.by for each in drawn.groups} == {"rule"}
    refused = resnet.edit(messages.TakeOver(resnet.rev, []))
    assert "There is no group to write." in refused.text


@pytest.mark.parametrize("seed", range(2))
def test_the_count_of_the_preview_is_that_of_the_figure(inception: Desk, seed: int) -> None:
    """Neighbours are grouped at random, groups that were found among them."""
    chance = random.Random(seed)  # noqa: S311 - the same groups every time
    count = 0
    for level in ("layers", "blocks", "stages") * 2:
        inception.window.level = level
        glyphs = [each for each in inception.draw().glyphs if not each.is_frame]
        start = chance.randrange(len(glyphs) - 1)
        picked = glyphs[start : start + chance.randrange(2, 5)]
        layers = [id for glyph in picked for id in glyph.layers]
        offers = inception.studio.answer(inception.window, messages.Try(layers))
        assert isinstance(offers, replies.Offers)
        if offers.refusal:
            continue
        rung = chance.choice(offers.rungs)
        rule = Rule(offers.name, rung.match)
        drawn = inception.edit(messages.Group(inception.rev, rule, offers.inner))
        row = next(each for each in drawn.groups if each.name == offers.name)
        assert row.count == len(rung.places), rung.match
        inception.edit(messages.Undo())
        assert inception.text() == ""
        count += 1
    assert count


@pytest.fixture
def grouped(resnet: Desk) -> Desk:
    resnet.file.write_text(
        "# The blocks.\n[[group]]\n"
        'name = "Block"\nmatch = "(Conv2D > Conv2D > Conv2D | .) > Add"  # plain\n\n'
        '[[group]]\nname = "Pair"\nmatch = "Block > Block"\n\n[style]\nBlock.label = "B"\n'
    )
    resnet.draw()
    return resnet


def test_a_group_is_renamed_wherever_it_is_named(grouped: Desk) -> None:
    before = grouped.text()
    grouped.edit(messages.Rename(grouped.rev, "Block", "Bottleneck block"))
    after = before.replace('name = "Block"', 'name = "Bottleneck block"')
    after = after.replace('"Block > Block"', '"\\"Bottleneck block\\" > \\"Bottleneck block\\""')
    after = after.replace("Block.label", '"Bottleneck block".label')
    assert grouped.text() == after
    check(grouped)
    refused = grouped.edit(messages.Rename(grouped.rev, "Pair", "Bottleneck block"))
    assert refused.text == "duplicate group: 'Bottleneck block'"


def test_a_group_that_others_need_is_not_removed(grouped: Desk) -> None:
    refused = grouped.edit(messages.Ungroup(grouped.rev, "Block"))
    assert refused.text == "invalid removal: 'Block' is part of 'Pair'"
    grouped.edit(messages.Ungroup(grouped.rev, "Pair"))
    grouped.edit(messages.Ungroup(grouped.rev, "Block"))
    assert grouped.text() == ""
    check(grouped)


def test_a_group_is_switched_with_those_that_need_it(grouped: Desk) -> None:
    before = grouped.text()
    grouped.edit(messages.Activate(grouped.rev, "Block", on=False))
    assert grouped.text().count("active = false") == 2
    grouped.edit(messages.Activate(grouped.rev, "Pair", on=True))
    assert grouped.text() == before
    check(grouped)


def test_the_colour_of_a_group_stands_with_the_group(grouped: Desk) -> None:
    grouped.edit(messages.Style(grouped.rev, "Block", "color", "accent-3"))
    assert '# plain\ncolor = "accent-3"\n' in grouped.text()
    check(grouped)


def test_a_class_is_named_and_coloured(resnet: Desk) -> None:
    resnet.edit(messages.Style(resnet.rev, "Conv2D", "label", "Convolution"))
    resnet.edit(messages.Style(resnet.rev, "Conv2D", "color", "#336699"))
    assert resnet.text() == ('[style]\nConv2D.label = "Convolution"\nConv2D.color = "#336699"\n')
    entry = next(each for each in resnet.drawn.entries if each.name == "Conv2D")
    assert (entry.label, entry.color) == ("Convolution", "#336699")
    check(resnet)
    refused = resnet.edit(messages.Style(resnet.rev, "Conv2D", "color", "blue"))
    assert "unknown color: 'blue'" in refused.text


def test_a_colour_is_compared_with_all_others(resnet: Desk) -> None:
    entry = next(each for each in resnet.drawn.entries if each.name != "Conv2D")
    checked = resnet.studio.answer(resnet.window, messages.Check("Conv2D", entry.color))
    assert checked == replies.Checked("Conv2D", entry.color, [entry.label])


def test_a_class_is_hidden_and_shown(resnet: Desk) -> None:
    rows = {each.name: each for each in resnet.drawn.classes}
    assert rows["BatchNormalization"].hidden == rows["BatchNormalization"].count
    resnet.edit(messages.Hide(resnet.rev, "BatchNormalization", on=False))
    assert resnet.text() == 'show = ["BatchNormalization"]\n'
    resnet.edit(messages.Hide(resnet.rev, "BatchNormalization", on=True))
    assert resnet.text() == ""
    resnet.edit(messages.Hide(resnet.rev, "MaxPooling2D", on=True))
    assert resnet.text() == 'hide = ["MaxPooling2D"]\n'
    check(resnet)
    resnet.edit(messages.Hide(resnet.rev, "MaxPooling2D", on=False))
    assert resnet.text() == ""


def test_a_glyph_is_explained_with_the_line_that_says_it(grouped: Desk) -> None:
    glyph = next(each for each in grouped.drawn.glyphs if each.type == "Pair")
    answer = grouped.studio.answer(grouped.window, messages.Why(glyph.id))
    assert isinstance(answer, replies.Reasons)
    assert answer.reasons[0].text == "named: Block > Block"
    assert answer.reasons[0].line == 6


def test_a_fault_has_its_line_and_the_figure_stays(grouped: Desk) -> None:
    grouped.file.write_text('detail = "layers"\nwidth = "wide"\n')
    fault = grouped.draw()
    assert isinstance(fault, replies.Fault)
    assert fault.problems[0].line == 2
    assert grouped.window.figure is not None
    grouped.file.write_text("<<<<<<< mine\n")
    assert "not TOML" in grouped.draw().problems[0].text


def test_a_conflict_is_decided(resnet: Desk) -> None:
    resnet.set("width", 300)
    revision = resnet.rev
    resnet.file.write_text("width = 250\n")
    request = messages.Set(revision, ["width"], 200)
    assert resnet.studio.edit(resnet.window, request) == replies.Conflict("width", "200", "250")
    resnet.studio.resolve(resnet.window, "theirs")
    assert resnet.text() == "width = 250\n"
    assert isinstance(resnet.studio.edit(resnet.window, request), replies.Conflict)
    resnet.studio.resolve(resnet.window, "mine")
    assert resnet.text() == "width = 200\n"


def test_outputs_are_written_below_the_folder_only(unet: Desk, tmp_path: Path) -> None:
    def export(*names: str, replace: bool = False) -> object:
        return unet.studio.answer(unet.window, messages.Export(list(names), replace))

    assert export("unet.svg") == replies.Written(["unet.svg"])
    assert (tmp_path / "unet.svg").read_bytes() == unet.drawn.svg.encode()
    assert export() == replies.Written(["unet.svg"])
    (tmp_path / "mine.pdf").write_bytes(b"mine")
    assert export("mine.pdf") == replies.Exists(["mine.pdf"])
    assert (tmp_path / "mine.pdf").read_bytes() == b"mine"
    assert export("mine.pdf", replace=True) == replies.Written(["mine.pdf"])
    (tmp_path / "link").symlink_to(tmp_path.parent)
    for name in ("../x.svg", "/x.svg", "link/x.svg", ".x.svg", "x.exe", "a\0.svg"):
        assert isinstance(export(name), replies.Refused), name
    assert isinstance(export("unet.network.json", replace=True), replies.Refused)


def test_the_snippet_names_what_was_exported(unet: Desk) -> None:
    unet.studio.answer(unet.window, messages.Export(["fig.pdf"]))
    copied = unet.studio.answer(unet.window, messages.Copy("snippet"))
    assert isinstance(copied, replies.Copied)
    assert "{fig.pdf}" in copied.text
    report = unet.studio.answer(unet.window, messages.Copy("report"))
    assert isinstance(report, replies.Copied)
    assert "38 layers" in report.text
    assert "conv2d" not in report.text
    command = unet.studio.answer(unet.window, messages.Copy("command"))
    assert command == replies.Copied("command", f"net2fig {unet.model} -o fig.pdf")


def test_a_gesture_on_a_text_that_is_wrong_is_refused(resnet: Desk) -> None:
    resnet.file.write_text("mono = \n")
    for request in (
        messages.Set("", ["width"], "5in"),
        messages.Group("", messages.Rule("Block", "Conv2D > Add")),
    ):
        reply = resnet.studio.edit(resnet.window, request)
        assert isinstance(reply, replies.Refused)
        assert "(not TOML: Invalid value" in reply.text
    assert resnet.text() == "mono = \n"


def test_annotations_are_written_changed_and_removed(resnet: Desk) -> None:
    note = {"text": "the stem", "at": "conv1_conv", "side": None}
    resnet.edit(messages.Annotate(resnet.rev, "note", note))
    assert resnet.text() == '[[note]]\ntext = "the stem"\nat = "conv1_conv"\n'
    assert "the stem" in resnet.drawn.svg
    resnet.edit(messages.Amend(resnet.rev, "note", 0, "line", value=True))
    resnet.edit(messages.Amend(resnet.rev, "note", 0, "text", "the first\nlayer"))
    assert resnet.text().endswith('text = "the first\\nlayer"\nat = "conv1_conv"\nline = true\n')
    resnet.edit(messages.Amend(resnet.rev, "note", 0, "line", None))
    resnet.edit(messages.Erase(resnet.rev, "note", 0))
    assert resnet.text() == ""


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda rev: messages.Annotate(rev, "legend", {}), "unknown annotation: 'legend'"),
        (lambda rev: messages.Annotate(rev, "note", {"text": "a"}), "missing key: 'at'"),
        (lambda rev: messages.Annotate(rev, "note", {"text": "a", "at": "b", "c": 1}),
         "unknown key: 'c'"),
        (lambda rev: messages.Amend(rev, "note", 0, "text", "a"), "unknown annotation: note[0]"),
        (lambda rev: messages.Erase(rev, "panel", 7), "unknown annotation: panel[7]"),
    ],
)  # fmt: skip
def test_an_annotation_that_is_none_is_refused(resnet: Desk, make: Any, message: str) -> None:
    reply = resnet.studio.edit(resnet.window, make(resnet.rev))
    assert isinstance(reply, replies.Refused)
    assert message in reply.text
    assert resnet.text() == ""
