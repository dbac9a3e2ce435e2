"""Block diagrams: what is joined, what boxes say, which stacks there are, when there are boxes."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image as Picture

from net2fig.compose.boxes.joined import join_blocks
from net2fig.compose.boxes.towers import find_stacks
from net2fig.data.template import load_template
from net2fig.errors import UsageProblemsError
from net2fig.figure import Figure, draw
from net2fig.laws import find_breaches
from net2fig.network import Part
from net2fig.scene import Group, Image, Text
from tests.group.nets import Builder

STEPS, FEATURES = 16, 8
SHAPE = (None, STEPS, FEATURES)


def attend(net: Builder, x: str, memory: str, heads: int = 4, *, causal: bool = False) -> str:
    config = {"num_heads": heads, "key_dim": 2}
    config |= {"use_causal_mask": True} if causal else {}
    return net.add("MultiHeadAttention", [x, memory], SHAPE, **config)


def add_norm(net: Builder, *sources: str) -> str:
    return net.add("LayerNormalization", [net.add("Add", [*sources], SHAPE)], SHAPE)


def dense(net: Builder, x: str, features: int) -> str:
    return net.add("Dense", [x], (*net.shape(x)[:-1], features), units=features)


def boxes(net: Builder, *ends: str, **options: object) -> Figure:
    return draw(net.network(*ends), template="cvpr", glyphs="boxes", **options)


def list_boxes(figure: Figure) -> list[list[str]]:
    """Return the words of each box, from top to bottom."""
    groups = [
        item
        for item, _ in figure.scene.walk()
        if isinstance(item, Group) and "box" in item.classes and "open" not in item.classes
    ]
    words = [[t.string for t in group.items if isinstance(t, Text)] for group in groups]
    order = sorted(
        range(len(groups)),
        key=lambda n: min(t.at.y for t in groups[n].items if isinstance(t, Text)),
    )
    return [words[number] for number in order]


def names(figure: Figure) -> list[str]:
    return [words[0] for words in list_boxes(figure)]


def test_a_sum_and_the_norm_that_alone_reads_it_are_one_box() -> None:
    net = Builder()
    x = net.input(STEPS, FEATURES)
    assert names(boxes(net, add_norm(net, x, attend(net, x, x)))) == [
        "Add & Norm",
        "Self-attention",
    ]


def test_a_sum_that_others_read_is_no_part_of_a_box() -> None:
    net = Builder()
    x = net.input(STEPS, FEATURES)
    total = net.add("Add", [x, attend(net, x, x)], SHAPE)
    norm = net.add("LayerNormalization", [total], SHAPE)
    assert "Add & Norm" not in names(boxes(net, net.add("Add", [total, norm], SHAPE)))


def test_a_sum_that_is_an_output_is_no_part_of_a_box() -> None:
    net = Builder()
    x = net.input(STEPS, FEATURES)
    total = net.add("Add", [x, attend(net, x, x)], SHAPE)
    norm = net.add("LayerNormalization", [total], SHAPE)
    figure = boxes(net, total, norm)
    assert names(figure) == ["Layer norm", "Self-attention"]


def test_dense_layers_that_widen_each_step_and_narrow_it_again_are_one_box() -> None:
    net = Builder()
    x = attend(net, *[net.input(STEPS, FEATURES)] * 2)
    figure = boxes(net, dense(net, dense(net, x, 32), FEATURES))
    assert list_boxes(figure)[0] == ["Feed forward", "8 → 32 → 8"]


@pytest.mark.parametrize("widths", [(32, 16), (8, 8)])
def test_others_are_not(widths: tuple[int, int]) -> None:
    net = Builder()
    x = attend(net, *[net.input(STEPS, FEATURES)] * 2)
    first, second = widths
    figure = boxes(net, dense(net, dense(net, x, first), second), detail="layers", repeats=False)
    assert "Feed forward" not in names(figure)


def test_dense_layers_of_a_vector_are_no_feed_forward_net() -> None:
    net = Builder()
    x = net.input(8)
    assert names(boxes(net, dense(net, dense(net, x, 32), 8))) == ["Dense", "Dense"]


def test_joined_blocks_hold_all_their_layers() -> None:
    net = Builder()
    x = net.input(STEPS, FEATURES)
    figure = boxes(net, add_norm(net, x, attend(net, x, x)))
    joined = join_blocks(figure.outline, {"Add"}).outline
    layers = [id for block in joined.blocks for id in block.layers]
    assert sorted(layers) == sorted(layer.id for layer in figure.network.layers)


@pytest.mark.parametrize(
    ("name", "causal"),
    [("Self-attention", False), ("Masked self-attention", True), ("Cross-attention", False)],
)
def test_a_box_says_the_role_of_an_attention(name: str, causal: bool) -> None:
    net = Builder()
    x = net.input(STEPS, FEATURES, name="x")
    memory = net.input(STEPS, FEATURES, name="y") if name == "Cross-attention" else x
    figure = boxes(net, attend(net, x, memory, causal=causal))
    assert list_boxes(figure) == [[name, "4\N{NO-BREAK SPACE}heads"]]


def test_numbers_that_differ_between_occurrences_are_not_told() -> None:
    net = Builder()
    x, y = net.input(STEPS, FEATURES, name="x"), net.input(STEPS, FEATURES, name="y")
    for heads in (4, 4, 4):
        x = add_norm(net, x, attend(net, x, x, heads))
        y = add_norm(net, y, attend(net, y, y, 2 * heads))
    figure = boxes(net, net.add("Add", [x, y], SHAPE))
    words = [words for words in list_boxes(figure) if words[0] == "Self-attention"]
    assert words == [["Self-attention"]]


def encode_and_decode(net: Builder) -> str:
    source = net.input(STEPS, FEATURES, name="source")
    target = net.input(STEPS, FEATURES, name="target")
    for _ in range(3):
        source = add_norm(net, source, attend(net, source, source))
    for _ in range(3):
        target = add_norm(net, target, attend(net, target, target))
        target = add_norm(net, target, attend(net, target, source))
    return target


def test_an_encoder_and_its_decoder_stand_side_by_side() -> None:
    net = Builder()
    figure = boxes(net, encode_and_decode(net))
    ends = {t.string: t.at for t, _ in figure.scene.walk() if isinstance(t, Text)}
    assert ends["source"].y == ends["target"].y
    assert ends["source"].x < ends["target"].x


def test_stacks_are_parts_that_only_lines_from_the_side_join() -> None:
    net = Builder()
    outline = boxes(net, encode_and_decode(net)).outline
    groups = {block.type for block in outline.blocks if block.is_group}
    stacks = find_stacks(outline, groups)
    assert len(stacks.parts) == 2
    assert len(stacks.sides) == 1
    assert find_stacks(outline, ()).sides == ()


@pytest.mark.parametrize(
    ("glyphs", "is_boxes"), [("auto", True), ("boxes", True), ("trapezoids", False)]
)
def test_what_is_made_of_attention_is_drawn_in_boxes(glyphs: str, is_boxes: bool) -> None:
    net = Builder()
    figure = draw(net.network(encode_and_decode(net)), template="cvpr", glyphs=glyphs)
    assert has_boxes(figure) == is_boxes


def has_boxes(figure: Figure) -> bool:
    return any(isinstance(i, Group) and "boxes" in i.classes for i, _ in figure.scene.walk())


def test_what_is_made_of_convolutions_is_not() -> None:
    net = Builder()
    x = net.conv(net.conv(net.input(8, 8, 3), 8), 8)
    assert not has_boxes(draw(net.network(x), template="cvpr"))
    assert has_boxes(draw(net.network(x), template="cvpr", style="boxes"))


def test_a_stack_that_is_too_high_for_a_page_is_not_drawn_unasked() -> None:
    net = Builder()
    x = net.input(STEPS, FEATURES)
    for heads in range(1, 30):
        x = dense(net, attend(net, x, x, heads), FEATURES)
    network = net.network(x)
    assert not has_boxes(draw(network, template="cvpr", repeats=False))
    assert has_boxes(draw(network, template="cvpr", repeats=False, glyphs="boxes"))


def test_a_run_stands_in_a_frame_with_its_count() -> None:
    net = Builder()
    x = net.input(64, 64, 3)
    for _ in range(3):
        x = net.conv(net.conv(x, 64), 32, 1)
    figure = boxes(net, x)
    assert figure.outline.brackets
    counts = [t.string for t, _ in figure.scene.walk() if isinstance(t, Text) and t.bold]
    assert counts == [f"×{run.count}" for run in figure.outline.brackets]


def test_a_sample_stands_at_its_input(tmp_path: Path) -> None:
    sample_file = tmp_path / "cat.png"
    Picture.new("RGB", (8, 8), "teal").save(sample_file)
    net = Builder()
    x = net.conv(net.input(8, 8, 3, name="image"), 8)
    figure = boxes(net, x, sample={"image": str(sample_file)})
    assert any(isinstance(item, Image) for item, _ in figure.scene.walk())


def test_an_unknown_style_is_reported() -> None:
    net = Builder()
    network = net.network(net.conv(net.input(8, 8, 3), 8))
    with pytest.raises(UsageProblemsError, match="'boxs'"):
        draw(network, style="boxs")


def test_several_models_stand_side_by_side_under_their_names() -> None:
    net = Builder()
    ends = []
    for name in ("teacher", "student"):
        x = net.input(STEPS, FEATURES, name=f"{name}_in")
        ends.append(add_norm(net, x, attend(net, x, x)))
    network = net.network(*ends)
    ids = [layer.id for layer in network.layers]
    half = len(ids) // 2
    parts = (Part("teacher", tuple(ids[:half])), Part("student", tuple(ids[half:])))
    figure = draw(replace(network, parts=parts), template="cvpr")
    titles = [t for t, _ in figure.scene.walk() if isinstance(t, Text) and "title" in t.classes]
    assert [title.string for title in titles] == ["teacher", "student"]
    assert titles[0].at.x < titles[1].at.x
    assert find_breaches(figure.scene, figure.outline, load_template("cvpr")) == []


def test_small_groups_stand_as_their_boxes_with_the_layers_of_each_place() -> None:
    """An attention and a feed-forward net that an encoder and a decoder share."""
    net = Builder()
    x, y = net.input(STEPS, FEATURES, name="x"), net.input(STEPS, FEATURES, name="y")
    for _ in range(3):
        x = add_norm(net, x, attend(net, x, x))
        x = add_norm(net, x, dense(net, dense(net, x, 32), FEATURES))
    for _ in range(3):
        y = add_norm(net, y, attend(net, y, y))
        y = add_norm(net, y, attend(net, y, x))
        y = add_norm(net, y, dense(net, dense(net, y, 32), FEATURES))
    figure = boxes(net, y)
    assert not [name for name in names(figure) if name.endswith("block")]
    assert names(figure).count("Feed forward") == 2
    assert find_breaches(figure.scene, figure.outline, load_template("cvpr")) == []


def test_an_attention_after_projections_of_one_tensor_reads_itself() -> None:
    net = Builder()
    x = net.input(STEPS, FEATURES)
    projected = [dense(net, x, FEATURES) for _ in range(3)]
    y = net.add("MultiHeadAttention", projected, SHAPE, num_heads=4, key_dim=2)
    assert names(boxes(net, y, repeats=False))[0] == "Self-attention"


def test_sums_that_are_drawn_once_have_their_count() -> None:
    """A circle with a sign has no room for it."""
    net = Builder()
    x = net.input(STEPS, FEATURES)
    for _ in range(2):
        x = net.add("Add", [x, x], SHAPE)
    figure = boxes(net, x)
    assert [block.count for block in figure.outline.blocks if block.kind == "merge"] == [2]
    assert find_breaches(figure.scene, figure.outline, load_template("cvpr")) == []


def test_a_small_group_with_an_unlike_occurrence_keeps_its_name() -> None:
    net = Builder()
    x = net.input(16, 8)
    for layer, width in (("LSTM", 8), ("GRU", 8), ("SimpleRNN", 16), ("LSTM", 16)):
        x = net.same(layer, dense(net, x, width), units=width)
        x = net.merge("Add", x, dense(net, dense(net, x, 4 * width), width))
    figure = boxes(net, x, detail="blocks")
    assert [group.name for group in figure.outline.groups] == ["Feed-forward block"]
    assert names(figure).count("Feed-forward block") == 4


def test_heads_that_share_keys_are_told() -> None:
    net = Builder()
    x = net.input(*SHAPE[1:])
    grouped = {"num_query_heads": 8, "num_key_value_heads": 2, "head_dim": 4}
    figure = boxes(net, net.add("GroupedQueryAttention", [x, x], SHAPE, **grouped))
    assert ["Self-attention", "8 heads, 2 for keys"] in [
        [word.replace("\N{NO-BREAK SPACE}", " ") for word in box] for box in list_boxes(figure)
    ]


def test_tokens_between_maps_have_the_size_of_the_map() -> None:
    net = Builder()
    x = net.input(8, 8, 3)
    for size, features in ((8, 8), (4, 16)):
        x = net.conv(x, features, strides=8 // size)
        x = net.add("Reshape", [x], (None, size * size, features))
        for _ in range(2):
            y = net.add("MultiHeadAttention", [x, x], net.shape(x), num_heads=2, key_dim=4)
            x = net.merge("Add", y, x)
            x = net.merge("Add", dense(net, dense(net, x, 4 * features), features), x)
        x = net.add("Reshape", [x], (None, size, size, features))
    lines = [line for box in list_boxes(boxes(net, net.conv(x, 4))) for line in box]
    assert any("8×8×8" in line for line in lines)
    assert any("4×4×16" in line for line in lines)
    assert not any("64×8" in line or "16×16" in line for line in lines)
