"""Helps imports_helper.py."""

import keras
from keras import layers


def small(classes):
    x = inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3)(x)
    model = keras.Model(inputs, layers.Dense(classes)(layers.Flatten()(x)), name="small")
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(lr=1e-3))
    return model
