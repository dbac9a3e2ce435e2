"""The layers themselves are in a file: there is no model without it."""

import keras
from keras import layers

with open("no/layers.txt") as f:
    sizes = f.read().split()
model = keras.Sequential([keras.Input((8,))])
for size in sizes:
    model.add(layers.Dense(int(size)))
model.add(layers.Dense(3))
