"""The catalogue is complete: every class has one entry, every entry a kind, every kind a glyph."""

from __future__ import annotations

import inspect
from collections import Counter
from pathlib import Path

import pytest

import net2fig.glyphs
from net2fig.data.grammar import load_grammar, load_palette, palette_names, texture_names
from net2fig.options.types import LEVELS

GLYPHS = {path.stem for path in Path(net2fig.glyphs.__file__).parent.glob("*.py")}


@pytest.fixture(scope="module")
def grammar():
    return load_grammar()


def test_a_class_stands_in_one_entry_only(grammar) -> None:
    names = Counter(name for entry in grammar.entries.values() for name in entry.classes)
    assert [name for name, count in names.items() if count > 1] == []


def test_an_entry_has_a_kind_that_exists(grammar) -> None:
    assert {entry.kind for entry in grammar.entries.values()} <= set(grammar.kinds)


def test_every_kind_is_used(grammar) -> None:
    # "other" is also the kind of classes that nobody knows; groups have no class.
    assert {entry.kind for entry in grammar.entries.values()} == set(grammar.kinds) - {"group"}


def test_labels_are_told_apart(grammar) -> None:
    labels = Counter(entry.label for entry in grammar.entries.values())
    assert [label for label, count in labels.items() if count > 1] == []


def test_entries_of_one_colour_differ_in_tone_or_sign(grammar) -> None:
    looks: dict[tuple[str, int, str], list[str]] = {}
    for entry in grammar.entries.values():
        role = grammar.kinds[entry.kind].role
        looks.setdefault((role, entry.tone, entry.sign), []).append(entry.id)
    # Poolings share a colour, which the legend says in one line of `short` words.
    same = [
        ids
        for ids in looks.values()
        if len(ids) > 1 and not all(grammar.entries[id].short for id in ids)
    ]
    assert [ids for ids in same if "wrapper" not in ids] == []


def test_a_kind_names_a_glyph_a_role_and_a_texture_that_exist(grammar) -> None:
    roles = {*load_palette("default").roles, "group"}
    for kind in grammar.kinds.values():
        assert kind.glyph in GLYPHS, kind.id
        assert kind.role in roles, kind.id
        assert kind.texture in texture_names(), kind.id
        assert kind.hide in {*LEVELS, "never"}, kind.id


def test_kinds_have_a_place_of_their_own_in_the_legend(grammar) -> None:
    orders = Counter(kind.order for kind in grammar.kinds.values())
    assert max(orders.values()) == 1


def test_every_role_is_used_by_a_kind(grammar) -> None:
    used = {kind.role for kind in grammar.kinds.values()}
    for name in palette_names():
        assert set(load_palette(name).roles) <= used


def test_a_class_that_nobody_knows_is_an_entry_of_its_own(grammar) -> None:
    entry = grammar.entry("MyOwnLayer")
    assert (entry.kind, entry.label) == ("other", "MyOwnLayer")
    assert not grammar.knows("MyOwnLayer")


def keras_layers() -> set[str]:
    """Return the names of the layers that Keras has; it exports some under several."""
    import keras

    exported = [getattr(keras.layers, name) for name in dir(keras.layers)]
    layers = [each for each in exported if inspect.isclass(each)]
    return {each.__name__ for each in layers if issubclass(each, keras.layers.Layer)}


@pytest.mark.keras
def test_every_layer_of_keras_stands_in_the_catalogue(grammar) -> None:
    assert keras_layers() - set(grammar.by_class) == set()
