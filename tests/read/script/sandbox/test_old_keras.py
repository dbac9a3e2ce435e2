"""Code for earlier Keras builds the same model under Keras 3."""

from __future__ import annotations

import pytest

from net2fig.read import read

pytestmark = pytest.mark.keras

CODE = """\
import keras
import numpy as np
from keras.layers import Dense, Input, Layer

class Scale(Layer):
    def build(self, shape):
        self.scale = self.add_weight("scale", [shape[-1]], initializer="ones", trainable=True)
        assert self.scale.get_shape().as_list() == [3]
        self.trainable_weights = [self.scale]

    def call(self, x, training):
        return x * self.scale

def build(units):
    x = Input((4,))
    y = Dense(units, name="fire/first")(x)
    assert y._keras_shape == (None, units)
    model = keras.models.Model(input=x, output=Scale(name="scale")(y))
    adam = keras.optimizers.Adam(lr=0.1, decay=1e-6)
    keep = keras.callbacks.ModelCheckpoint("best.hdf5", period=5)
    model.compile(adam, "mse")
    assert model.get_layer("fire/first").units == 3
    return model

model = build(np.max(np.array([1, 2])) + 1)
"""


def test_arguments_of_keras_2_are_accepted(tmp_path):
    path = tmp_path / "early.py"
    path.write_text(CODE)
    layers = read(path, reader="keras", timeout=120).layers
    assert [(layer.name, layer.params) for layer in layers[1:]] == [
        ("fire_first", 15),
        ("scale", 3),
    ]
