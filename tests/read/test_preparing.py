"""Rules of layers that prepare data, and of cells, against Keras' own answers."""

from __future__ import annotations

import pytest

from net2fig.attributes import keras_attributes
from net2fig.read.plain_json import to_plain_json
from net2fig.rules.params import count
from net2fig.rules.shapes import infer

pytestmark = pytest.mark.keras


def flat(shapes):
    """Return the shapes in what Keras answers, which nests them."""
    if all(axis is None or isinstance(axis, int) for axis in shapes):
        return [tuple(shapes)]
    return [shape for item in shapes for shape in flat(item)]


PICTURES = ("AugMix", "AutoContrast", "CutMix", "Equalization", "MixUp", "RandAugment")

PREPROCESSING = {
    **{
        name: (lambda layers, name=name: getattr(layers, name)(), (None, 8, 8, 3))
        for name in PICTURES
    },
    "resizing": (lambda layers: layers.Resizing(4, 6), (None, 8, 8, 3)),
    "random flip": (lambda layers: layers.RandomFlip(), (None, 8, 8, 3)),
    "hashing": (lambda layers: layers.Hashing(5), (None, 2)),
    "hashing, one hot": (lambda layers: layers.Hashing(5, output_mode="one_hot"), (None, 1)),
    "hashing, several": (lambda layers: layers.Hashing(5, output_mode="multi_hot"), (None, 4)),
    "bins": (lambda layers: layers.Discretization([1.0, 2.0]), (None, 4)),
    "bins, one hot": (
        lambda layers: layers.Discretization([1.0], output_mode="one_hot"),
        (None, 4),
    ),
    "bins, count": (lambda layers: layers.Discretization([1.0], output_mode="count"), (None, 4)),
    "numbers": (lambda layers: layers.IntegerLookup(vocabulary=[3, 4]), (None, 4)),
    "numbers, one hot": (
        lambda layers: layers.IntegerLookup(vocabulary=[3, 4], output_mode="one_hot"),
        (None, 1),
    ),
    "words, several": (
        lambda layers: layers.StringLookup(vocabulary=["a", "b"], output_mode="multi_hot"),
        (None, 3),
    ),
    "words, padded": (
        lambda layers: layers.StringLookup(
            7, vocabulary=["a"], output_mode="count", pad_to_max_tokens=True
        ),
        (None, 3),
    ),
    "text": (lambda layers: layers.TextVectorization(output_sequence_length=9), (None,)),
    "text, open": (lambda layers: layers.TextVectorization(), (None, 1)),
    "text, bag": (
        lambda layers: layers.TextVectorization(output_mode="multi_hot", vocabulary=["a", "b"]),
        (None,),
    ),
    "sound": (lambda layers: layers.MelSpectrogram(num_mel_bins=7), (None, 16000)),
    "frames": (lambda layers: layers.STFTSpectrogram(frame_length=64, window=None), (None, 900, 2)),
    "frames, both": (
        lambda layers: layers.STFTSpectrogram(
            "stft", frame_length=60, frame_step=7, padding="same", expand_dims=True, window=None
        ),
        (None, 900, 2),
    ),
    "frames, first": (
        lambda layers: layers.STFTSpectrogram(
            "real", 32, 8, window=None, data_format="channels_first"
        ),
        (None, 2, 90),
    ),
    "pipeline": (
        lambda layers: layers.Pipeline([layers.Rescaling(2.0), layers.CenterCrop(4, 4)]),
        (None, 8, 8, 3),
    ),
}


@pytest.mark.parametrize("name", PREPROCESSING)
def test_preprocessing_layers(name):
    import keras

    make, shape = PREPROCESSING[name]
    layer = make(keras.layers)
    data = keras.saving.serialize_keras_object(layer)
    config = to_plain_json(data["config"])
    own = layer.compute_output_spec(keras.KerasTensor(shape)) if name == "pipeline" else None
    own = own.shape if own is not None else layer.compute_output_shape(shape)
    assert flat(list(infer(keras_attributes(data["class_name"], config), [shape]))) == flat(
        tuple(own)
    )
    if name != "pipeline" and not name.startswith(("words", "text", "numbers")):
        layer.build(shape)
        assert count(keras_attributes(data["class_name"], config), [shape]) == layer.count_params()


def test_hashed_crossing_of_two_categories():
    import keras

    layer = keras.layers.HashedCrossing(5, output_mode="one_hot")
    config = to_plain_json(keras.saving.serialize_keras_object(layer)["config"])
    for shape in ((None, 1), (None, 1, 1)):
        own = layer.compute_output_shape((shape, shape))
        assert infer(keras_attributes("HashedCrossing", config), [shape, shape]) == [tuple(own)]


def test_cells_outside_of_layers():
    import keras

    for cell in (
        keras.layers.SimpleRNNCell(3),
        keras.layers.GRUCell(3),
        keras.layers.LSTMCell(3),
        keras.layers.StackedRNNCells([keras.layers.LSTMCell(4), keras.layers.GRUCell(2)]),
    ):
        data = keras.saving.serialize_keras_object(cell)
        config = to_plain_json(data["config"])
        cell.build((None, 5))
        assert (
            count(keras_attributes(data["class_name"], config), [(None, 5)]) == cell.count_params()
        )
        states = cell.get_initial_state(batch_size=2)
        output, *after = infer(keras_attributes(data["class_name"], config), [(2, 5)])
        assert output[0] == 2
        assert flat([tuple(state.shape) for state in keras.tree.flatten(states)]) == after
