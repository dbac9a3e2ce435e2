"""A row of layers without an input."""

import keras

model = keras.Sequential(
    [keras.layers.Dense(8, activation="gelu"), keras.layers.Dense(2)], name="open"
)
