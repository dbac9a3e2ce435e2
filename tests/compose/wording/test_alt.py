"""The figure in prose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise

import pytest
from msgspec.structs import replace

from gallery import build
from net2fig.compose.wording import prose
from net2fig.compose.wording.alt import LONGEST, SHORTEST, describe
from net2fig.compose.wording.hidden import list_hidden
from net2fig.figure import Figure, draw
from net2fig.network import Extent, Layer, Network
from net2fig.outline import Bracket, Outline
from tests.compose.figures import GRAMMAR, classifier, linked, of_kind, segmenter
from tests.laws.scenes import block, outline
from tests.test_goldens import two_inceptions

ENTRIES = build.load_registry()
LEVELS = ("everything", "layers", "stages")


def describe_outline(made: Outline, layers: int = 7) -> str:
    some = tuple(Layer(f"l{n}", f"l{n}", "Conv2D", None, {}, ()) for n in range(layers))
    return describe(Network("net", some, (), (), ()), made, GRAMMAR)


# What is said


def test_it_tells_what_it_is_and_what_data_pass() -> None:
    assert describe_outline(classifier()) == (
        "A convolutional network of 7 layers takes an input of 32 by 32 by 3 and returns a vector"
        " of 10 values. Data pass a convolution to 16 features, a max pooling, a convolution to 64"
        " features, a global average pooling, then two dense layers (to 100 and 10 units), while"
        " the resolution falls from 32 by 32 to 16 by 16."
    )


def test_a_way_down_and_up_is_told_as_such() -> None:
    assert describe_outline(segmenter()) == (
        "A convolutional encoder–decoder of 7 layers takes an input of 32 by 32 by 3 and returns an"
        " output of 32 by 32 by 2. The encoder has a convolution to 16 features, a max pooling,"
        " then a convolution to 32 features, down to 16 by 16; the decoder has an up-sampling to 32"
        " features, then a convolution to 2 features. One skip connection joins by concatenation."
    )


def test_groups_are_told_with_what_they_hold() -> None:
    text = describe_outline(outline())
    assert "two residual blocks to 64 features" in text
    assert "Each residual block holds two convolutions and a skip connection" in text
    assert text.endswith("Seven batch normalisations and one dropout are not drawn.")


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("vgg16", "A convolutional network of"),
        ("resnet50", "A residual convolutional network of"),
        ("densenet121", "A densely connected convolutional network of"),
        ("unet", "A convolutional encoder–decoder with four levels and"),
        ("segnet", "A convolutional encoder–decoder with five levels and"),
        ("vae", "A convolutional autoencoder of"),
        ("vit", "A vision transformer of"),
        ("lstm", "A recurrent network of"),
        ("seq2seq", "A recurrent network with attention of"),
    ],
)
def test_each_family_has_its_name(name: str, family: str) -> None:
    assert draw_model(name).alt.startswith(family)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("vgg16", "five stages of convolutions (2, 2, 3, 3 and 3, to 64, 128, 256, 512 and 512"),
        ("resnet50", "16 residual blocks (3, 4, 6 and 3 in a row, to 256, 512, 1024 and 2048"),
        ("unet", "Four skip connections join by concatenation."),
        ("unet", "the decoder has four stages of an up-convolution"),
        ("fcn8", "Two further paths join by addition."),
        ("vit", "six encoder blocks to 384 features"),
        ("inceptionv3", "in four parallel paths, joined by concatenation"),
        ("two_input", "The inputs meet in a concatenation."),
        ("siamese", "The backbone is shared and called twice."),
        ("fpn", "The class head and the box head are shared and called three times each."),
        ("lstm", "two bidirectional LSTM layers"),
        ("cnn1d", "the length falls from 32000 to 31"),
    ],
)
def test_what_is_special_is_told(name: str, part: str) -> None:
    assert part in draw_model(name).alt


def test_the_words_of_the_author_are_used() -> None:
    """In the gallery, the grouping file of the transformer calls its layers by other names."""
    assert "a patch embedding to 384 features, a position embedding" in draw_model("vit").alt


def test_a_run_in_a_bracket_is_told_as_often_as_it_occurs() -> None:
    run = (of_kind("a", "conv", 8, 8, 4), of_kind("b", "pool", 8, 8, 4))
    made = linked(of_kind("in", "input", 8, 8, 1), *run, brackets=(Bracket(("a", "b"), 3),))
    assert "three stages of a convolution (to 4 features) and a max pooling" in describe_outline(
        made
    )


def test_a_long_story_is_cut_between_steps() -> None:
    kinds = ("conv", "pool", "up", "recurrent")
    turns = [kinds[(n * n + n // 3) % 4] for n in range(200)]
    made = linked(*(of_kind(f"c{n}", kind, 8, 8, n + 1) for n, kind in enumerate(turns)))
    text = describe_outline(made)
    assert len(text) <= LONGEST
    assert "more steps" in text


def test_sizes_that_nobody_knows_are_not_invented() -> None:
    made = linked(
        replace(of_kind("in", "input", 1, 1, 3), output=Extent((None, None), 3)),
        replace(of_kind("c", "conv", 1, 1, 8), output=None),
    )
    assert "an input of any size with 3 channels" in describe_outline(made)
    assert "an output of unknown size" in describe_outline(made)


def test_names_that_cannot_be_spoken_are_cleaned() -> None:
    wild = block("g", "<b>my__Net</b> & " + "x" * 90, "group", 8, 8, 4)
    text = describe_outline(linked(of_kind("in", "input", 8, 8, 1), wild))
    assert "my Net" in text
    assert not set("<>&_") & set(text)


def test_nothing_is_told_of_nothing() -> None:
    assert "takes" not in describe_outline(Outline((), ()))


@pytest.mark.parametrize(
    ("word", "plural", "article"),
    [
        ("convolution", "convolutions", "a"),
        ("residual block A", "residual blocks A", "a"),
        ("squeeze-and-excite", "squeeze-and-excites", "a"),
        ("Inception A block", "Inception A blocks", "an"),
        ("LSTM layer", "LSTM layers", "an"),
        ("branch", "branches", "a"),
    ],
)
def test_plurals_and_articles(word: str, plural: str, article: str) -> None:
    assert prose.pluralize(word) == plural
    assert prose.add_article(word) == f"{article} {word}"


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Residual block", "residual block"),
        ("Depthwise separable conv", "depthwise separable convolution"),
        ("ConvNeXt block", "ConvNeXt block"),
        ("Dense layer", "dense-layer block"),
        ("Inception A", "Inception A block"),
        ("class_head", "class head"),
        ("Residual block ↓", "downsampling residual block"),
        ("Residual block B ↓", "downsampling residual block B"),
        ("", "group"),
    ],
)
def test_names_of_groups(name: str, spoken: str) -> None:
    assert prose.name_group(name, GRAMMAR) == spoken


# What every text keeps to, over the gallery at every level


@cache
def draw_model(name: str) -> Figure:
    return build.figure(next(entry for entry in ENTRIES if entry.id == name))


@cache
def texts(name: str) -> tuple[tuple[str, str], ...]:
    """Return the texts of one model, as it is drawn in the gallery and at every level."""
    entry = next(entry for entry in ENTRIES if entry.id == name)
    at_levels = [(level, draw(entry.frozen, detail=level).alt) for level in LEVELS]
    return (("gallery", draw_model(name).alt), *at_levels)


def faults(text: str) -> Iterator[str]:
    """Yield what is wrong with a text, whatever it tells."""
    if not SHORTEST <= len(text) <= LONGEST:
        yield f"{len(text)} characters"
    if found := re.search(r"[^\w ,.;()–-]", text):
        yield f"cannot be spoken: {found[0]!r}"
    if found := re.search(r"_|  | [,.;)]|\( |\(\)|,,", text):
        yield f"typing: {found[0]!r}"
    if text.count("(") != text.count(")"):
        yield "brackets"
    for sentence in re.split(r"(?<=\.) ", text):
        if not re.fullmatch(r"[A-Z0-9].*[a-z0-9)]\.", sentence):
            yield f"no sentence: {sentence!r}"
    words = re.findall(r"[a-z–-]+|[\d,.;()]+", text.lower())
    if found := [one for one, two in pairwise(words) if one == two and one.isalpha()]:
        yield f"twice: {found}"
    openings = Counter(" ".join(s.split()[:2]) for s in re.split(r"(?<=\.) ", text))
    if stutter := [opening for opening, count in openings.items() if count > 3]:
        yield f"stutter: {stutter}"
    if found := re.search(r"\ba [aeio]|\ban [^aeiouAEIOFHLMNRSX]", text):
        yield f"article: {found[0]!r}"


@pytest.mark.parametrize("name", [entry.id for entry in ENTRIES])
def test_every_text_can_be_spoken(name: str) -> None:
    for level, text in texts(name):
        assert list(faults(text)) == [], (level, text)


@pytest.mark.parametrize(
    "text",
    [
        "Too short.",
        f"A network {'of layers ' * 80}.",
        f"A network of {'many, ' * 18}224×224 layers.",
        f"A network of {'many, ' * 18}my_layers.",
        f"A network of {'many, ' * 18}of of layers.",
        f"A network of {'many, ' * 18}an layer.",
        f"A network of {'many, ' * 18}layers. it has no end",
        f"A network of {'many, ' * 18}layers (of all kinds.",
        "Each layer has much to say here. " * 4 + "A fine end.",
    ],
)
def test_what_cannot_be_spoken_is_seen(text: str) -> None:
    assert list(faults(text))


def numbers_of(figure: Figure) -> set[int]:
    """Return every number that may truly be told of a figure."""
    network, made = figure.network, figure.outline
    bodies = [made, *(group.body for group in made.groups)]
    blocks = [block for body in bodies for block in body.blocks]
    allowed = {axis for layer in network.layers for shape in layer.outputs for axis in shape or ()}
    for one in blocks:
        if one.output:
            allowed |= {*one.output.spatial, one.output.features}
    allowed |= {len(network.layers), len(network.inputs), len(network.outputs)}
    allowed |= {one.count for one in blocks} | {group.occurrences for group in made.groups}
    hidden = [each.count for each in list_hidden(made.left_out, GRAMMAR)]
    allowed |= {*hidden, sum(made.hidden.values())}
    for body in bodies:
        for kind in {one.type for one in body.blocks}:
            counts = [one.count for one in body.blocks if one.type == kind]
            # Some that follow each other are told together.
            allowed |= {*accumulate(counts), *map(sum, pairwise(counts)), len(counts)}
    return {number for number in allowed if number is not None}


@pytest.mark.parametrize("name", [entry.id for entry in ENTRIES])
def test_every_figure_in_a_text_is_one_of_the_network(name: str) -> None:
    told = {int(number) for number in re.findall(r"\b\d+\b", draw_model(name).alt)}
    assert told - numbers_of(draw_model(name)) == set()
    assert len(draw_model(name).network.layers) in told


def test_the_blocks_of_a_text_add_up() -> None:
    """Runs that are told are those of the outline, in their order."""
    blocks = [block.count for block in draw_model("resnet50").outline.blocks if block.is_group]
    found = re.search(r"(\d+) residual blocks \(([\d, and]+) in a row", draw_model("resnet50").alt)
    assert found
    runs = [int(number) for number in re.findall(r"\d+", found[2])]
    assert (int(found[1]), runs) == (sum(blocks), blocks)


def test_parallel_paths_are_counted() -> None:
    alt = draw(two_inceptions(), detail="blocks").alt
    assert "in four parallel paths, joined by concatenation" in alt
