"""Layers made in scopes of names, by the old backend and by today's."""

import keras
from keras import backend as K
from keras import layers

inputs = keras.Input((16, 3))
x = inputs
with K.name_scope("blocks"):
    for number in range(2):
        with K.name_scope(f"block_{number}"):
            x = layers.Conv1D(4, 3, padding="same")(x)
model = keras.Model(inputs, layers.Dense(x.shape[1].value)(x))
