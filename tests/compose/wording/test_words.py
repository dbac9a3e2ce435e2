"""Numbers and names as they are printed."""

from __future__ import annotations

from typing import Any

import pytest

from net2fig.attributes import keras_attributes
from net2fig.compose.wording import words
from net2fig.network import Extent


@pytest.mark.parametrize(
    ("extent", "printed"),
    [
        (Extent((56, 56), 64), "56×56"),
        (Extent((None, None), 64), "H×W"),
        (Extent((None,), 64), "L"),
        (Extent((None, None, None), 64), "D×H×W"),
        (Extent((None,) * 4, 64), "?×?×?×?"),
        (Extent((16, None), 64), "16×?"),
        (Extent((), 64), ""),
        (None, ""),
    ],
)
def test_resolution(extent: Extent | None, printed: str) -> None:
    assert words.format_resolution(extent) == printed


@pytest.mark.parametrize(
    ("extent", "printed"),
    [
        (Extent((56, 56), 256), "56×56×256"),
        (Extent((56, 56), None), "56×56×?"),
        (Extent((), 10), "10"),
        (None, "?"),
    ],
)
def test_the_whole_of_an_extent(extent: Extent | None, printed: str) -> None:
    assert words.format_extent(extent) == printed


def test_features() -> None:
    assert words.format_features(Extent((8, 8), 64)) == "64"
    assert words.format_features(Extent((8, 8), None)) == words.format_features(None) == ""


def test_a_count() -> None:
    assert words.format_times(4) == "×4"


@pytest.mark.parametrize(
    ("config", "printed"),
    [
        ({"kernel_size": [3, 3]}, "3×3"),
        ({"kernel_size": (1, 7)}, "1×7"),
        ({"kernel_size": 5}, "k = 5"),
        ({"kernel_size": [5]}, "k = 5"),
        ({"pool_size": [4]}, "k = 4"),
        ({"pool_size": [2, 2]}, "2×2"),
        ({"size": [2, 2]}, "2×2"),
        ({"units": 3}, ""),
        ({"kernel_size": []}, ""),
        ({"kernel_size": "3"}, ""),
        ({"layer": {"class_name": "Conv2D", "config": {"kernel_size": [3, 3]}}}, "3×3"),
    ],
)
def test_a_kernel(config: dict[str, Any], printed: str) -> None:
    assert words.format_kernel(keras_attributes("Layer", config)) == printed


def test_one_number_is_the_kernel_along_all_axes() -> None:
    assert words.format_kernel(keras_attributes("Conv2D", {"kernel_size": 3})) == "3×3"
    assert words.format_kernel(keras_attributes("Conv1D", {"kernel_size": 3})) == "k = 3"


@pytest.mark.parametrize(
    ("op", "config", "printed"),
    [
        ("Conv2D", {"kernel_size": [3, 3], "dilation_rate": [6, 6]}, "3×3 d6"),
        ("Conv2D", {"kernel_size": [3, 3], "dilation_rate": [1, 2], "strides": 2}, "3×3 d1×2 /2"),
        ("Conv2D", {"kernel_size": [3, 3], "dilation_rate": [1, 1]}, "3×3"),
        ("Conv2DTranspose", {"kernel_size": [2, 2], "strides": [2, 2]}, "2×2 ↑2"),
        ("UpSampling2D", {"size": [2, 2]}, "↑2"),
        ("MaxPooling2D", {"pool_size": [2, 2], "strides": [2, 2]}, "2×2"),
    ],
)
def test_a_window(op: str, config: dict[str, Any], printed: str) -> None:
    is_up = op in ("Conv2DTranspose", "UpSampling2D")
    assert words.format_window(keras_attributes(op, config), is_up=is_up) == printed


@pytest.mark.parametrize(
    ("config", "printed"),
    [
        ({"strides": [2, 2]}, "/2"),
        ({"strides": 2}, "/2"),
        ({"strides": [1, 2]}, "/1×2"),
        ({"strides": [1, 1]}, ""),
        ({"strides": None}, ""),
        ({}, ""),
        ({"strides": [2, 2], "pool_size": [2, 2]}, ""),
        ({"strides": [2, 2], "pool_size": [3, 3]}, "/2"),
        ({"layer": {"class_name": "Conv2D", "config": {"strides": [2, 2]}}}, "/2"),
    ],
)
def test_a_stride(config: dict[str, Any], printed: str) -> None:
    assert words.format_stride(keras_attributes("Layer", config)) == printed


@pytest.mark.parametrize(
    ("activation", "printed"),
    [
        ("relu", "ReLU"),
        ("leaky_relu", "leaky ReLU"),
        ("hard_sigmoid", "hard sigmoid"),
        ("linear", ""),
        (None, ""),
        ({"class_name": "function", "config": "gelu"}, "GELU"),
        ({"class_name": "tanh"}, "tanh"),
        (17, ""),
    ],
)
def test_an_activation(activation: object, printed: str) -> None:
    assert words.format_activation(keras_attributes("Layer", {"activation": activation})) == printed


@pytest.mark.parametrize(
    ("count", "printed"),
    [
        (999, "999"),
        (1_000, "1.0\u2009k"),
        (25_636_712, "25.6\u2009M"),
        (1_500_000_000, "1.5\u2009G"),
    ],
)
def test_a_number_of_parameters(count: int, printed: str) -> None:
    assert words.format_parameters(count) == printed


def test_names_in_a_sentence() -> None:
    assert [words.join_names(list("abc"[:n])) for n in range(4)] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize(
    ("labels", "joined"),
    [
        ([("Conv", "")], "Conv"),
        ([("Max pooling", "max"), ("Average pooling", "average")], "Max / average pooling"),
        ([("Max pooling", "max"), ("Resize", "resize")], "Max pooling / Resize"),
        ([("Add", ""), ("Multiply", "")], "Add / Multiply"),
    ],
)
def test_a_label_for_entries_of_one_colour(labels: list[tuple[str, str]], joined: str) -> None:
    assert words.merge_labels(labels) == joined
