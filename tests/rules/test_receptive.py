"""Receptive fields, against a published table and by following every place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.network import Network
from net2fig.read.keras.architecture import read_architecture
from net2fig.rules.facts import count_multiply_adds
from net2fig.rules.receptive import WHOLE, receptive_field
from tests.applications import application
from tests.chips.conftest import network as gallery
from tests.conftest import keras_layer, keras_model

# Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019;
# looked up in the README.md of google-research/receptive_field.
PUBLISHED = {
    "VGG16": 212,
    "MobileNet": 315,
    "ResNet50": 483,
    "ResNet101": 1027,
    "ResNet152": 1507,
    "InceptionV3": 1311,
    "InceptionResNetV2": 3039,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_receptive_fields_equal_the_published_table(name: str) -> None:
    assert receptive_field(application(name)) == (PUBLISHED[name], PUBLISHED[name])


def test_alexnet() -> None:
    """The table of the same README has it as alexnet_v2."""
    assert receptive_field(gallery("alexnet")) == (195, 195)


@pytest.mark.parametrize("name", ["vit", "seq2seq", "lstm", "vae"])
def test_attention_recurrence_and_reshaped_vectors_see_everything(name: str) -> None:
    assert receptive_field(gallery(name)) == WHOLE


def test_a_gate_after_global_pooling_sees_everything() -> None:
    assert receptive_field(application("EfficientNetB0")) == WHOLE


def test_each_axis_has_its_own_receptive_field() -> None:
    assert receptive_field(gallery("cnn3d")) == (76, 150, 150)


def chain(*layers: dict[str, Any], size: int | None = 64) -> Network:
    """Return a network of layers in a row."""
    first = keras_layer("InputLayer", "first", batch_shape=[None, size, 4])
    all_layers = [first, *layers]
    config = keras_model(all_layers, "first", all_layers[-1]["name"])
    return read_architecture(config, source="x.json", reader="saved", name=None)


def test_an_unknown_layer_makes_the_receptive_field_unknown() -> None:
    mine = keras_layer("Mine", "mine", "first")
    assert receptive_field(chain(mine)) is None


def test_a_normalisation_along_the_features_keeps_the_receptive_field() -> None:
    conv = keras_layer("Conv1D", "conv", "first", filters=4, kernel_size=[3])
    norm = keras_layer("LayerNormalization", "norm", "conv", axis=-1)
    assert receptive_field(chain(conv, norm)) == (3,)
    whole = keras_layer("LayerNormalization", "norm", "conv", axis=[1, 2])
    assert receptive_field(chain(conv, whole)) == WHOLE


# Every place followed: an independent count of what depends on what.

SIZE = 96
Places = list[set[int]]


def sees(sets: list[set[int]]) -> set[int]:
    return set().union(*sets)


def window(
    before: Places, size: int, stride: int, dilation: int, padding: str
) -> tuple[dict[str, Any], Places]:
    reach = (size - 1) * dilation + 1
    count = -(-len(before) // stride) if padding == "same" else (len(before) - reach) // stride + 1
    total = max((count - 1) * stride + reach - len(before), 0)
    start = total // 2 if padding == "same" else 0
    after = []
    for place in range(count):
        at = [place * stride - start + step * dilation for step in range(size)]
        after.append(sees([before[n] for n in at if 0 <= n < len(before)]))
    config = {"kernel_size": [size], "strides": [stride], "dilation_rate": [dilation]}
    return {**config, "filters": 4, "padding": padding}, after


def transposed(
    before: Places, size: int, stride: int, padding: str
) -> tuple[dict[str, Any], Places]:
    start = max(size - stride, 0) // 2 if padding == "same" else 0
    count = len(before) * stride if padding == "same" else (len(before) - 1) * stride + size
    after: Places = [set() for _ in range(count)]
    for place, seen in enumerate(before):
        for step in range(size):
            at = place * stride - start + step
            if 0 <= at < count:
                after[at] |= seen
    return {"kernel_size": [size], "strides": [stride], "filters": 4, "padding": padding}, after


PADDING = st.sampled_from(["same", "valid"])


@given(st.data())
def test_the_rules_equal_a_search_over_every_place(data: st.DataObject) -> None:
    places: Places = [{n} for n in range(SIZE)]
    layers: list[dict[str, Any]] = []
    last, widest = "first", 1
    for number in range(data.draw(st.integers(1, 4))):
        name = f"layer{number}"
        sort = data.draw(st.sampled_from(["conv", "up", "grow", "pool", "skip"]))
        if len(places) < 12 or len(places) > 300:
            break
        if sort == "conv":
            stride = data.draw(st.integers(1, 3))
            dilation = data.draw(st.integers(1, 2)) if stride == 1 else 1
            size = data.draw(st.integers(1, 5))
            config, places = window(places, size, stride, dilation, data.draw(PADDING))
            layers.append(keras_layer("Conv1D", name, last, **config))
        elif sort == "pool":
            config, places = window(places, 2, 2, 1, "valid")
            layers.append(keras_layer("MaxPooling1D", name, last, pool_size=[2], strides=[2]))
        elif sort == "up":
            factor = data.draw(st.integers(2, 3))
            places = [seen for seen in places for _ in range(factor)]
            layers.append(keras_layer("UpSampling1D", name, last, size=factor))
        elif sort == "grow":
            stride = data.draw(st.integers(1, 3))
            size = data.draw(st.integers(stride, 5))
            config, places = transposed(places, size, stride, data.draw(PADDING))
            layers.append(keras_layer("Conv1DTranspose", name, last, **config))
        else:
            config, after = window(places, 3, 1, 1, "same")
            layers.append(keras_layer("Conv1D", f"{name}_conv", last, **config))
            layers.append(keras_layer("Add", name, last, f"{name}_conv"))
            places = [one | two for one, two in zip(places, after, strict=True)]
        last = name
        # At the ends of the axis a window hangs over: there less is seen.
        widest = max(widest, *(max(seen) - min(seen) + 1 for seen in places if seen))
    if not layers or widest > SIZE // 2:
        return
    assert receptive_field(chain(*layers, size=SIZE)) == (widest,)


def followed(layer: Any, size: int) -> int:
    """Return how many places at most one place of a layer's output depends on, by trying each."""
    import numpy as np

    zero = np.zeros((1, size, 1), "float32")
    changed = []
    for place in range(size):
        one = zero.copy()
        one[0, place, 0] = 1
        changed.append(np.asarray(layer(one))[0, :, 0] != 0)
    seen = np.array(changed)
    return max(int(np.ptp(np.flatnonzero(column))) + 1 for column in seen.T)


@pytest.mark.keras
@pytest.mark.parametrize(("size", "goal"), [(12, 5), (10, 4), (9, 3), (7, 6), (64, 24)])
def test_an_adaptive_pooling_sees_the_same_places_as_in_keras(size: int, goal: int) -> None:
    import keras

    pool = keras.layers.AdaptiveAveragePooling1D(goal)
    layer = keras_layer("AdaptiveAveragePooling1D", "pool", "first", output_size=[goal])
    assert receptive_field(chain(layer, size=size)) == (followed(pool, size),)


@pytest.mark.keras
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize(("size", "goal"), [(8, 16), (12, 6), (12, 5), (5, 12), (10, 10)])
def test_a_resizing_sees_the_same_places_as_in_keras(
    interpolation: str, size: int, goal: int
) -> None:
    import keras

    resizing = keras.layers.Resizing(goal, 1, interpolation=interpolation)
    config = {"height": goal, "width": 1, "interpolation": interpolation}
    first = keras_layer("InputLayer", "first", batch_shape=[None, size, 1, 1])
    layer = keras_layer("Resizing", "resize", "first", **config)
    model = keras_model([first, layer], "first", "resize")
    network = read_architecture(model, source="x.json", reader="saved", name=None)
    field = receptive_field(network)
    assert isinstance(field, tuple)
    assert field[0] == followed(lambda one: resizing(one[:, :, :, None])[:, :, 0], size)


def test_an_adaptive_pooling_after_a_convolution_sees_windows_of_windows() -> None:
    conv = keras_layer("Conv1D", "conv", "first", filters=4, kernel_size=[3], padding="same")
    pool = keras_layer("AdaptiveMaxPooling1D", "pool", "conv", output_size=[5])
    # 12 to 5: a place sees up to 4 of 12, and each of these 3.
    assert receptive_field(chain(conv, pool, size=12)) == (6,)
    one = keras_layer("AdaptiveMaxPooling1D", "pool", "conv", output_size=[1])
    assert receptive_field(chain(conv, one, size=12)) == (3,)


def test_local_layers_see_and_multiply_as_convolutions_do() -> None:
    network = chain(keras_layer("LocallyConnected1D", "local", "first", filters=6, kernel_size=[5]))
    assert receptive_field(network) == (5,)
    assert count_multiply_adds(network) == 60 * 5 * 4 * 6
