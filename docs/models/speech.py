"""Frames of speech through convolutions and two recurrent layers."""

import keras
from keras import layers

frames = keras.Input((400, 80), name="frames")
x = layers.Conv1D(128, 5, 2, padding="same", activation="relu")(frames)
x = layers.Conv1D(128, 5, 2, padding="same", activation="relu")(x)
x = layers.Bidirectional(layers.LSTM(96, return_sequences=True))(x)
x = layers.Bidirectional(layers.LSTM(96))(x)
model = keras.Model(frames, layers.Dense(30)(x), name="speech")
