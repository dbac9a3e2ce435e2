"""The figure in sentences."""

from __future__ import annotations

from dataclasses import replace

from net2fig.compose.alt import LONGEST, describe
from net2fig.network import Layer, Network
from net2fig.outline import Outline
from tests.compose.figures import GRAMMAR, classifier, linked, of_kind
from tests.laws.scenes import outline


def said(made: Outline, name: str = "my_net", layers: int = 7) -> str:
    some = tuple(Layer(f"l{n}", f"l{n}", "Conv2D", None, {}, ()) for n in range(layers))
    return describe(Network(name, some, (), (), ()), made, GRAMMAR)


def test_it_tells_name_ports_and_steps_in_order() -> None:
    assert said(classifier()) == (
        "my net: a neural network of 7 layers, drawn from left to right. Input 32×32×3. Output 10. "
        "In order: Conv to 16, Max pooling, Conv to 64, Global average pooling, Dense to 100, "
        "Dense to 10."
    )


def test_several_ports_are_listed() -> None:
    made = replace(classifier(), outputs=(("a", "d1"), ("b", "d2")))
    assert "Outputs 100 and 10." in said(made)


def test_groups_are_told_with_what_they_stand_for() -> None:
    text = said(outline())
    assert "×2 Residual block to 64" in text
    assert text.endswith("Residual block stands for Conv, Conv and Add.")


def test_a_long_story_is_cut_between_steps() -> None:
    made = linked(*(of_kind(f"c{n}", "conv", 8, 8, n) for n in range(1, 200)))
    text = said(made)
    assert len(text) <= LONGEST
    assert text.endswith(", and so on.")
    assert "Conv to 1, Conv to 2" in text


def test_a_network_without_a_name_is_a_neural_network() -> None:
    assert said(classifier(), name="").startswith("A neural network: a neural network of 7")


def test_nothing_is_told_of_nothing() -> None:
    assert "Input" not in said(Outline((), ()))
