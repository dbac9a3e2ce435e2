"""The notes on groups, in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from net2fig.compose.wording import notes
from net2fig.compose.wording.notes import NoteLabels, write_sentences
from net2fig.figure import draw
from net2fig.group import outline
from net2fig.group.naming import notes as made
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.options.types import GroupRule, Style
from net2fig.outline import Definition, Note, Outline
from tests.compose.figures import GRAMMAR
from tests.group.nets import Builder

RULES = (
    GroupRule("Block", "Conv2D > MaxPooling2D"),
    GroupRule("Big Block", "Conv2D > Conv2D > AveragePooling2D"),
)


def two_groups() -> Network:
    """Return a network with two blocks of each group, one of them with greater kernels."""
    net = Builder()
    x = net.input(64, 64, 3)
    for kernel in (3, 5):
        x = net.pool(net.conv(x, 8, kernel))
    for kernel in (3, 7):
        x = net.pool(net.conv(net.conv(x, 8, kernel), 8, kernel), 2, "AveragePooling2D")
    return net.network(x)


def legend_notes(**labels: str) -> list[str]:
    """Return the sentences in the legend where the groups have these labels."""
    names = {"block": "Block", "big": "Big Block"}
    styles = {names[key]: {"label": label} for key, label in labels.items()}
    groups = [{"name": rule.name, "match": rule.match} for rule in RULES]
    svg = draw(two_groups(), detail="layers", group=groups, style=styles).to_bytes("svg").decode()
    words = " ".join(re.findall(r"<text[^>]*>([^<]*)", svg))
    return re.findall(
        r"(?:Big Block|Block|Cell): \d of \d \w+ has \d×\d kernels\.", words.replace("\xa0", " ")
    )


def test_a_label_stands_in_for_the_whole_name_of_a_group_only() -> None:
    assert legend_notes(block="Cell") == [
        "Cell: 1 of 2 cells has 5×5 kernels.",
        "Big Block: 1 of 2 blocks has 7×7 kernels.",
    ]


def test_labels_that_change_places_are_not_mixed_up() -> None:
    assert legend_notes(block="Big Block", big="Block") == [
        "Big Block: 1 of 2 blocks has 5×5 kernels.",
        "Block: 1 of 2 blocks has 7×7 kernels.",
    ]


def definition(*found: Note) -> Definition:
    return Definition("Residual block", Outline((), ()), 4, 12, notes=found)


def note(kind: str, model: str = "", **values: object) -> Note:
    return Note("Residual block", kind, values, model)


def bound(words: str) -> str:
    """Return a sentence in which no line breaks between a number and its noun."""
    return re.sub(
        r"(\d) (?=×\d|blocks|cells|features|inputs|times|tokens)", "\\1\N{NO-BREAK SPACE}", words
    )


LABELS = NoteLabels(GRAMMAR)
HEADS = {"who": "heads"}
SOME = {"who": "some", "count": 2, "total": 4}
ONE = {"who": "some", "count": 1, "total": 4}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            note("projected", **HEADS, shortcut=("Conv2D", (1, 1))),
            "The first block of each stage projects the shortcut (1×1 conv).",
        ),
        (note("projected", **SOME), "2 of 4 blocks project the shortcut."),
        (note("pooled", **ONE), "1 of 4 blocks pools the shortcut."),
        (
            note("no-shortcut", who="resolution"),
            "Blocks that change the resolution have no shortcut.",
        ),
        (
            note("no-shortcut", who="features"),
            "Blocks that change the features have no shortcut.",
        ),
        (note("no-shortcut", who="second"), "The second block has no shortcut."),
        (
            note("narrow", who="first-stage", lacks=("Conv2D", (1, 1)), place="last"),
            "Blocks of the first stage lack the last 1×1 conv.",
        ),
        (
            note("fitted", **SOME, layers=(("MaxPooling2D", 1), ("Conv2D", 2)), usual=()),
            "2 of 4 blocks have a max pooling and two convs before an input.",
        ),
        (
            note("fitted", **ONE, layers=(("Conv2D", 1),), usual=(("Add", 1),)),
            "1 of 4 blocks has a conv in place of an addition.",
        ),
        (
            note("fitted", **ONE, layers=(), usual=(("Add", 1),)),
            "1 of 4 blocks lacks an addition before an input.",
        ),
        (
            note("kernels", count=2, total=4, sizes=((5, 5), (1,))),
            "2 of 4 blocks have 5×5 and 1 kernels.",
        ),
        (note("adds", features=32), "Each residual block adds 32 features."),
        (
            note("grows", runs=(((8, 8, 16), (7, 7)), ((32, 64), ()))),
            "16 ×3 stands for 8, 8 and 16 features and 64 ×2 stands for 32 and 64 features.",
        ),
        (
            note("grows", runs=(((8, 8, 8, 16, 24), ()),)),
            "24 ×5 stands for 8 to 24 features.",
        ),
        (note("two-before"), "Each residual block reads the two blocks before it."),
        (
            note("also-reads", group="Encoder"),
            "Each residual block also reads the output of the last encoder.",
        ),
        (note("inputs", inputs=3, count=4, total=4), "Each residual block has 3 inputs."),
        (note("inputs", inputs=3, count=1, total=4), "1 of 4 blocks has 3 inputs."),
        (
            note("descent", spatial=(7, 7), steps=2, by=("pool", "stride")),
            "Residual block: pools or strides 2 times, down to 7×7.",
        ),
        (
            note("descent", spatial=(7, 7), steps=3, by=("pool",)),
            "Residual block: pools 3 times, down to 7×7.",
        ),
        (
            note("windows", tokens=(49, 64)),
            "Residual block: attends within windows of 49 and 64 tokens.",
        ),
        (note("features-inside", features=9), "Residual block: up to 9 features inside."),
    ],
)
def test_each_kind_has_its_words(found: Note, words: str) -> None:
    assert write_sentences(definition(found), LABELS, several=False) == [bound(words)]


def test_every_kind_that_is_made_has_words_and_no_other() -> None:
    folder = Path(made.__file__).parent
    texts = ((folder / name).read_text("utf-8") for name in ("notes.py", "inside.py", "sides.py"))
    text = "".join(texts)
    kinds = set(re.findall(r'yield "([a-z-]+)"', text)) | set(made.MARKS)
    assert kinds == set(notes.WORDS)


def test_a_group_among_several_is_named_once() -> None:
    found = definition(note("no-shortcut", **ONE), note("two-before"))
    labels = NoteLabels(GRAMMAR, {"Residual block": "Unit cell"})
    assert write_sentences(found, labels, several=True) == [
        bound("Unit cell: 1 of 4 cells has no shortcut; each cell reads the two cells before it.")
    ]


def test_the_label_of_a_class_is_the_authors() -> None:
    found = definition(note("projected", **HEADS, shortcut=("Conv2D", (1, 1))))
    for name in ("Conv2D", ":conv"):
        labels = NoteLabels(GRAMMAR, {}, {name: Style(label="Filter")})
        (words,) = write_sentences(found, labels, several=False)
        assert words.endswith("(1×1 Filter).")


def test_what_is_true_of_one_model_stands_behind_its_name() -> None:
    found = definition(
        note("two-before"),
        note("inputs", "A", inputs=2, count=4, total=4),
        note("inputs", "B", inputs=3, count=4, total=4),
    )
    assert write_sentences(found, LABELS, several=False) == [
        "Each residual block reads the two blocks before it.",
        bound("A: Each residual block has 2 inputs."),
        bound("B: Each residual block has 3 inputs."),
    ]


def test_a_note_is_renamed_with_the_groups_that_it_names() -> None:
    found = note("also-reads", group="Encoder").renamed({"Encoder": "Encoder 2"})
    assert (found.group, found.values) == ("Residual block", {"group": "Encoder 2"})


def test_notes_are_data_in_the_outline() -> None:
    found = outline(two_groups(), GRAMMAR, Options(groups=RULES), "layers")
    assert [group.notes for group in found.groups] == [
        (Note("Block", "kernels", {"count": 1, "total": 2, "sizes": ((5, 5),)}),),
        (Note("Big Block", "kernels", {"count": 1, "total": 2, "sizes": ((7, 7),)}),),
    ]
