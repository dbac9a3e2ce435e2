"""A model of two inputs: the price of a house from a picture of it and from its figures.

Ahmed, Moustafa: House price estimation from visual and textual features (2016) pose the task;
the network is a small one of today.
"""

import keras
from keras import layers


def build_model() -> keras.Model:
    """Return a regression on a picture of 64 × 64 pixels and a table of 12 numbers."""
    picture = x = keras.Input((64, 64, 3), name="picture")
    for filters in (16, 32, 64):
        x = layers.Conv2D(filters, 3, padding="same")(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
        x = layers.MaxPooling2D()(x)
    x = layers.GlobalAveragePooling2D()(x)

    figures = keras.Input((12,), name="figures")
    y = layers.Dense(32, activation="relu")(figures)
    y = layers.Dense(16, activation="relu")(y)

    x = layers.Concatenate()([x, y])
    x = layers.Dense(64, activation="relu")(x)
    price = layers.Dense(1, name="price")(x)
    return keras.Model([picture, figures], price, name="two_input")
