"""The vocabulary comes from a file on the network: there is no model without it."""

import keras
from keras import layers

path = keras.utils.get_file("net2fig-no-such-file.txt", origin="https://example.org/text.txt")
with open(path) as f:
    text = f.read().lower()
chars = sorted(set(text))
model = keras.Sequential(
    [keras.Input((40, len(chars))), layers.LSTM(128), layers.Dense(len(chars))]
)
model.compile(loss="categorical_crossentropy", optimizer="adam")
