"""What is printed, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from net2fig.compose.labels import Caption, _Resolutions, choose_link_labels, make_captions
from net2fig.group import outline
from net2fig.network import Extent
from net2fig.options.table import Options
from net2fig.options.types import Labels
from net2fig.outline import Block, Link, Outline
from tests.compose.figures import GRAMMAR, classifier, linked, of_kind, segmenter, unknown
from tests.group.nets import Builder
from tests.laws.scenes import block

FEATURES = {id: kind.features for id, kind in GRAMMAR.kinds.items()}


def printed(outline: Outline, mode: str = "change") -> dict[tuple[str, str], str]:
    """Return the resolution on each link, by its ends."""
    found = choose_link_labels(outline, mode)
    return {
        (outline.links[number].source, outline.links[number].target): label
        for number, label in found.items()
    }


def print_labels(
    outline: Outline, names: dict[str, str] | None = None, **labels: bool
) -> dict[str, Caption]:
    return make_captions(outline, Labels(**labels), FEATURES, names or {})  # type: ignore[arg-type]


# Resolutions


def test_a_resolution_is_printed_where_it_changes() -> None:
    assert printed(classifier()) == {
        ("in", "c1"): "32×32",
        ("p1", "c2"): "16×16",
        ("gap", "d1"): "1×1",
    }


def test_a_resolution_is_printed_on_the_lane_that_leads_past_others() -> None:
    assert printed(segmenter()) == {("c1", "cat"): "32×32", ("p1", "c2"): "16×16"}


def test_where_a_resolution_comes_back_without_a_lane_it_is_printed_again() -> None:
    outline = segmenter()
    without = replace(outline, links=outline.links[:-1])
    assert printed(without) == {
        ("in", "c1"): "32×32",
        ("p1", "c2"): "16×16",
        ("u1", "cat"): "32×32",
    }


def test_all_or_none_may_be_printed() -> None:
    outline = segmenter()
    assert len(printed(outline, "all")) == len(outline.links)
    assert printed(outline, "none") == {}


def test_vectors_have_no_resolution() -> None:
    outline = linked(of_kind("in", "input", 784), of_kind("d", "dense", 10))
    assert printed(outline, "all") == {}


def test_unknown_axes_are_letters() -> None:
    assert set(printed(linked(unknown("a"), unknown("b"), unknown("c"))).values()) == {"H×W"}


def test_a_vector_that_is_unfolded_enters_with_its_resolution() -> None:
    outline = linked(
        of_kind("in", "input", 6272),
        replace(of_kind("up", "up", 14, 14, 64), arrives=Extent((7, 7), 128)),
    )
    assert printed(outline) == {("in", "up"): "7×7"}


def test_a_dense_layer_on_what_was_flattened_is_not_1_by_1() -> None:
    outline = linked(
        of_kind("in", "input", 8, 8, 3), of_kind("d", "dense", 10), of_kind("e", "dense", 5)
    )
    assert printed(outline) == {("in", "d"): "8×8"}


@pytest.mark.parametrize("outline", [classifier(), segmenter()], ids=["classifier", "segmenter"])
def test_each_region_is_labelled_once(outline: Outline) -> None:
    """Links of one resolution that hang together have one label among them."""
    everywhere, once = printed(outline, "all"), printed(outline)
    for start, label in everywhere.items():
        region = {start}
        while True:
            near = {
                pair
                for pair, text in everywhere.items()
                if text == label and any(set(pair) & set(one) for one in region)
            }
            if near <= region:
                break
            region |= near
        assert len(region & set(once)) == 1


# Features and what else stands beneath


def test_features_are_printed_by_those_who_set_them() -> None:
    found = {id: caption.text for id, caption in print_labels(classifier()).items()}
    assert found == {"in": "3", "c1": "16", "c2": "64", "d1": "100", "d2": "10"}


def test_others_print_their_features_where_they_are_news() -> None:
    assert "u1" not in print_labels(segmenter())
    grown = linked(of_kind("a", "conv", 8, 8, 4), of_kind("u", "up", 16, 16, 2))
    assert print_labels(grown)["u"].text == "2"


def test_a_merge_prints_none() -> None:
    assert "cat" not in print_labels(segmenter())
    adding = linked(
        of_kind("a", "conv", 8, 8, 4), of_kind("b", "conv", 8, 8, 4),
        block("sum", "Add", "merge", 8, 8, 4), more="a sum",
    )  # fmt: skip
    assert "sum" not in print_labels(adding)


def test_features_may_be_left_out() -> None:
    assert print_labels(classifier(), features=False) == {}


def test_unknown_features_are_not_printed() -> None:
    nothing = Block("n", "Conv2D", "conv", ("n",), None)
    assert print_labels(linked(unknown("a", features=None), nothing)) == {}


def test_a_count_is_a_badge() -> None:
    (caption,) = print_labels(linked(of_kind("a", "conv", 8, 8, 4, count=3))).values()
    assert caption == Caption("4", "×3")


def test_further_lines_tell_name_window_and_activation() -> None:
    config = {"kernel_size": [3, 3], "strides": [2, 2], "activation": "relu"}
    outline = linked(of_kind("stem", "conv", 8, 8, 4, **config))
    assert print_labels(outline)["stem"].more == ()
    assert print_labels(outline, kernel=True)["stem"].more == ("3×3",)
    assert print_labels(outline, stride=True)["stem"].more == ("/2",)
    every = print_labels(outline, name=True, kernel=True, stride=True, activation=True)["stem"]
    assert every.more == ("stem", "3×3 /2", "ReLU")


def test_the_name_of_a_group_is_that_of_its_kind_of_block() -> None:
    outline = linked(block("g1", "Residual block", "group", 8, 8, 4))
    assert print_labels(outline, name=True)["g1"].more == ("Residual block",)


def test_the_class_of_a_layer_is_a_line_and_a_group_is_named_once() -> None:
    outline = linked(
        of_kind("stem", "conv", 8, 8, 4), block("g1", "Residual block", "group", 8, 8, 4)
    )
    captions = print_labels(outline, name=True, type=True)
    assert captions["stem"].more == ("stem", outline["stem"].type)
    assert captions["g1"].more == ("Residual block",)


def test_the_name_of_a_port_is_printed_once() -> None:
    outline = linked(of_kind("image", "input", 8, 8, 4))
    assert print_labels(outline, {"image": "image"}, name=True)["image"].more == ("image",)


def test_an_empty_caption_is_none() -> None:
    assert not Caption()
    assert Caption(badge="×2")
    assert Caption(more=("3×3",))


def test_a_link_from_outside_has_a_label_too() -> None:
    body = Outline((of_kind("a", "conv", 8, 8, 4),), (Link("@in", "a", Extent((8, 8), 4)),))
    assert choose_link_labels(body, "change") == {0: "8×8"}


def test_a_group_has_no_kernel() -> None:
    group = replace(of_kind("g", "conv", 8, 8, 4, kernel_size=[1, 1]), kind="group")
    assert print_labels(linked(group), kernel=True, stride=True, activation=True)["g"].more == ()


def test_folded_layers_bear_the_names_of_the_first_and_the_last() -> None:
    run = replace(of_kind("b_conv1", "conv", 8, 8, 4, count=2), layers=("b_conv1", "n", "b_conv2"))
    assert print_labels(linked(run), name=True)["b_conv1"].more == ("b_conv1–2",)
    other = replace(run, layers=("b_conv1", "out"))
    assert print_labels(linked(other), name=True)["b_conv1"].more == ("b_conv1",)


def test_what_the_legend_tells_is_not_printed_again() -> None:
    config = {"kernel_size": [3, 3], "activation": "relu"}
    made = linked(of_kind("a", "conv", 8, 8, 4, **config))
    wanted = Labels(kernel=True, activation=True)
    for told, more in (("Conv 3×3, ReLU", ()), ("Conv 3×3", ("ReLU",)), ("Conv", ("3×3", "ReLU"))):
        captions = make_captions(made, wanted, FEATURES, {}, told={"a": told})
        assert captions["a"].more == more


@given(st.lists(st.sampled_from([(8,), (4, 4), (), None]), min_size=2, max_size=9), st.data())
def test_what_a_lane_passes_is_known_by_place(sizes: list, data: st.DataObject) -> None:
    blocks = tuple(
        unknown(f"b{n}") if size is None else block(f"b{n}", "Conv2D", "conv", *size, 3)
        for n, size in enumerate(sizes)
    )
    resolutions = _Resolutions(Outline(blocks, ()))
    first = data.draw(st.integers(0, len(sizes)))
    last = data.draw(st.integers(0, len(sizes)))
    size = data.draw(st.sampled_from([(8,), (4, 4), ()]))
    wanted = any(each.output and each.output.spatial != size for each in blocks[first:last])
    assert resolutions.has_other(first, max(first, last), size) == wanted


def test_tokens_of_a_map_are_no_change_of_resolution() -> None:
    net = Builder()
    x = net.conv(net.input(32, 32, 3), 16, 4, 4)
    for _ in range(2):
        y = net.add("Reshape", [x], (None, 64, 16))
        y = net.add("MultiHeadAttention", [y, y], (None, 64, 16), num_heads=2)
        x = net.conv(net.add("Reshape", [y], (None, 8, 8, 16)), 16)
    found = outline(net.network(x), GRAMMAR, Options(), "layers")
    texts = [*choose_link_labels(found, "change").values()]
    assert texts == ["32×32", "8×8"]
