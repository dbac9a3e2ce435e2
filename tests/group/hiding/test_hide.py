"""What is left out, and how the rest is joined."""

from __future__ import annotations

import pytest

from net2fig.data.grammar import Grammar
from net2fig.network import Edge, Extent, Layer, Network, Port
from net2fig.outline import Outline
from tests.group import outlines
from tests.group.nets import Builder, chain, conv_bn_relu


def at(network: Network, grammar: Grammar, level: str = "layers", **options: object) -> Outline:
    """Return the checked outline of a network, with its layers."""
    return outlines.at(network, grammar, level, **options)


def types(found: Outline) -> list[str]:
    """Return the types of the blocks."""
    return [block.type for block in found.blocks]


def small() -> Network:
    """Return a convolution with normalisation and activation, and a classifier."""
    return chain(
        lambda net, x: conv_bn_relu(net, x, 8),
        lambda net, x: net.same("Dropout", x),
        lambda net, x: net.dense(x, 10),
        lambda net, x: net.same("Softmax", x),
    )


def test_each_level_hides_what_the_grammar_says(grammar: Grammar) -> None:
    assert types(at(small(), grammar)) == ["InputLayer", "Conv2D", "Dense"]


@pytest.mark.parametrize(
    ("hide", "drawn"),
    [
        ((":norm",), 6),
        (("BatchNormalization", "Dropout"), 5),
        (("conv2d_1",), 6),
        ((":norm", ":activation", ":dropout", "Dense"), 2),
    ],
)
def test_kinds_classes_and_names_may_be_hidden(
    grammar: Grammar, hide: tuple[str, ...], drawn: int
) -> None:
    assert len(at(small(), grammar, "everything", hide=hide).blocks) == drawn


def test_show_takes_back(grammar: Grammar) -> None:
    found = at(small(), grammar, show=("Softmax", ":norm"))
    wanted = ["InputLayer", "Conv2D", "BatchNormalization", "Dense", "Softmax"]
    assert types(found) == wanted


def test_what_is_before_a_hidden_output_becomes_the_output(grammar: Grammar) -> None:
    assert at(small(), grammar).outputs == (("softmax_1", "dense_1"),)


def test_inputs_are_never_hidden(grammar: Grammar) -> None:
    assert types(at(small(), grammar, hide=("InputLayer", ":input")))[0] == "InputLayer"


def test_a_network_is_never_hidden_whole(grammar: Grammar) -> None:
    network = chain(lambda net, x: net.same("ReLU", x), lambda net, x: net.same("Dropout", x))
    found = at(network, grammar)
    assert types(found) == ["InputLayer", "ReLU", "Dropout"]
    assert found.hidden == {}


def test_a_merge_of_one_tensor_is_arithmetic(grammar: Grammar) -> None:
    network = chain(lambda net, x: net.merge("Multiply", x), lambda net, x: net.conv(x, 8))
    found = at(network, grammar)
    assert types(found) == ["InputLayer", "Conv2D"]
    assert found.hidden == {"Multiply": 1}
    assert "Multiply" in types(at(network, grammar, show=("Multiply",)))


def test_a_tensor_added_to_itself_stays_two_inputs(grammar: Grammar) -> None:
    network = chain(lambda net, x: net.merge("Add", x, x))
    assert len(at(network, grammar).links) == 2


def test_a_tensor_that_comes_twice_through_hidden_layers_counts_once(grammar: Grammar) -> None:
    network = chain(lambda net, x: net.merge("Concatenate", x, net.same("ReLU", x)))
    assert len(at(network, grammar).links) == 1
    assert len(at(network, grammar, "everything").links) == 3


def test_a_hidden_kind_that_joins_data_is_kept(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(8, 8, 4)
    joined = net.merge("CustomScaleLayer", x, net.conv(x, 4))
    found = at(net.network(net.conv(joined, 8)), grammar)
    assert "CustomScaleLayer" in types(found)


def test_the_order_of_inputs_is_kept(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(8, 8, 4)
    ends = [net.conv(x, 4), net.pool(x, 3, strides=1), net.same("ReLU", net.depthwise(x))]
    found = at(net.network(net.merge("Concatenate", *ends[::-1])), grammar)
    sources = [found[link.source].type for link in found.into("concatenate_1")]
    assert sources == ["DepthwiseConv2D", "MaxPooling2D", "Conv2D"]


def test_what_an_embedding_reads_is_a_sequence(grammar: Grammar) -> None:
    net = Builder()
    x = net.add("Embedding", [net.input(80)], (None, 80, 64))
    found = at(net.network(net.add("LSTM", [x], (None, 32))), grammar)
    assert found.links[0].extent == Extent((80,), None)
    assert found.blocks[0].output == Extent((80,), None)
    assert found.links[1].extent == Extent((80,), 64)


def test_wrappers_are_read_through(grammar: Grammar) -> None:
    net = Builder()
    x = net.input(10, 32, 32, 3)
    inner = {"class_name": "Conv2D", "config": {"kernel_size": [5, 5]}}
    x = net.add("TimeDistributed", [x], (None, 10, 32, 32, 8), layer=inner)
    inner = {"class_name": "Dropout", "config": {"rate": 0.5}}
    x = net.add("TimeDistributed", [x], (None, 10, 32, 32, 8), layer=inner)
    found = at(net.network(x), grammar)
    block = found.blocks[-1]
    assert (block.type, block.kind) == ("Conv2D", "conv")
    assert block.attributes.wrapped.get("kernel") == [5, 5]
    assert found.hidden == {"TimeDistributed": 1}


def test_each_tensor_of_a_layer_has_its_own_extent(grammar: Grammar) -> None:
    shapes = ((None, 20, 64), (None, 64))
    layers = (
        Layer("in", "in", "InputLayer", None, {}, ((None, 20, 8),)),
        Layer("lstm", "lstm", "LSTM", None, {}, shapes),
        Layer("a", "a", "Dense", None, {}, ((None, 20, 5),)),
        Layer("b", "b", "Dense", None, {}, ((None, 5),)),
    )
    edges = (Edge("lstm", "a", 0), Edge("lstm", "b", 1), Edge("in", "lstm"))
    ports = (Port("a", "a"), Port("b", "b"))
    network = Network("net", layers, edges, (Port("in", "in"),), ports)
    found = at(network, grammar)
    assert {link.target: link.extent for link in found.links} == {
        "lstm": Extent((20,), 8),
        "a": Extent((20,), 64),
        "b": Extent((), 64),
    }


def test_unknown_shapes_are_drawn(grammar: Grammar) -> None:
    layers = (
        Layer("in", "in", "InputLayer", None, {}, ((None, None, None, 3),)),
        Layer("x", "x", "Mystery", None, {}, (None,)),
        Layer("y", "y", "Mystery", None, {}, (None,)),
    )
    edges = (Edge("in", "x"), Edge("x", "y"))
    network = Network("net", layers, edges, (Port("in", "in"),), (Port("y", "y"),))
    assert types(at(network, grammar, "stages")) == ["InputLayer", "Mystery", "Mystery"]


def test_hiding_what_is_nowhere_warns(grammar: Grammar) -> None:
    (notice,) = at(small(), grammar, hide=(":nrom", "LSTM")).notices
    assert notice.code == "unknown-hide"
    wanted = "unknown layer, class or kind: ':nrom' in hide (did you mean ':norm'?)"
    assert notice.text == wanted


def test_names_may_have_forms(grammar: Grammar) -> None:
    found = at(small(), grammar, "everything", hide=("conv*", "batch*"))
    assert not {"Conv2D", "BatchNormalization"} & {*types(found)}
    (notice,) = at(small(), grammar, hide=("nix*",)).notices
    assert notice.text == "unknown layer, class or kind: 'nix*' in hide"
    found = at(small(), grammar, hide=("Conv2D",), show=("conv2d*",))
    assert found.notices[-1].text.endswith("and 'show' wins")


def test_a_permutation_that_keeps_the_features_last_is_a_reshape(grammar: Grammar) -> None:
    for dims, shown in (([2, 1, 3], False), ([1, 3, 2], True)):
        net = Builder()
        x = net.conv(net.input(8, 8, 4), 4)
        shape = net.shape(x)
        y = net.add("Permute", [x], (None, *(shape[axis] for axis in dims)), dims=dims)
        found = at(net.network(net.conv(y, 4)), grammar, "layers")
        assert ("Permute" in types(found)) == shown


def test_what_takes_one_step_of_a_sequence_is_drawn(grammar: Grammar) -> None:
    for shape, shown in (((None, 8), True), ((None, 4, 8), False)):
        net = Builder()
        x = net.same("LSTM", net.input(16, 8), units=8)
        y = net.add("GetItem", [x], shape)
        (*_, block, _) = at(net.network(net.dense(y, 4)), grammar, "layers").blocks
        assert (block.op == "OneStep") == shown


@pytest.mark.parametrize(
    ("shape", "normalize", "op"),
    [
        ((None, 1), False, "Dot"),
        ((None, 1), True, "CosineSimilarity"),
        ((None, 16, 16), False, "Matmul"),
    ],
)
def test_a_product_is_of_vectors_or_of_matrices(
    shape: tuple[int | None, ...], normalize: bool, op: str, grammar: Grammar
) -> None:
    net = Builder()
    x = net.input(*shape[1:])
    y = net.add("Dot", [x, net.dense(x, 16)], shape, axes=1, normalize=normalize)
    (*_, block, _) = at(net.network(net.dense(y, 4)), grammar, "layers").blocks
    assert block.attributes.drawn_op == op


def test_parts_of_a_split_are_two_tensors(grammar: Grammar) -> None:
    layers = (
        Layer("in", "in", "InputLayer", None, {}, ((None, 8, 8),)),
        Layer("split", "split", "Split", "keras.src.ops", {}, ((None, 8, 4), (None, 8, 4))),
        Layer("gate", "gate", "Multiply", None, {}, ((None, 8, 4),)),
        Layer("out", "out", "Dense", None, {"units": 2}, ((None, 8, 2),)),
    )
    edges = (
        Edge("in", "split"),
        Edge("split", "gate", 0, 0),
        Edge("split", "gate", 1, 1),
        Edge("gate", "out"),
    )
    network = Network("net", layers, edges, (Port("in", "in"),), (Port("out", "out"),))
    found = at(network, grammar, "layers")
    assert [link.source for link in found.into("gate")] == ["split", "split"]
    hidden = at(network, grammar, "layers", hide=("Split",))
    assert "Split" not in types(hidden)
    assert [link.source for link in hidden.into("gate")] == ["in", "in"]


def test_words_beside_a_picture_are_as_high_as_what_is_looked_up_for_them(
    grammar: Grammar,
) -> None:
    net = Builder()
    image, text = net.conv(net.input(32, 32, 3), 8), net.input(64)
    words = net.add("Embedding", [text], (None, 64, 16))
    found = at(net.network(image, words), grammar, "layers")
    assert found[text].output == Extent((64,), None, (8, 8))
    assert found[words].output == Extent((64,), 16, (8, 8))
