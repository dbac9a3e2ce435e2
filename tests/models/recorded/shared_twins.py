"""One tower for two pictures, compared by operators on tensors."""

import keras
from keras import Input, Model, layers, ops


def tower(shape):
    inputs = Input(shape)
    x = inputs
    for filters in (8, 16):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.MaxPool2D()(x)
    return Model(inputs, layers.Dense(4)(layers.Flatten()(x)), name="tower")


shared = tower((28, 28, 1))
left, right = Input((28, 28, 1), name="left"), Input((28, 28, 1), name="right")
a, b = shared(left), shared(right)
distance = abs(a - b)
likeness = ops.sum(a * b, axis=-1, keepdims=True) / 4.0
score = layers.Dense(1, activation="sigmoid")(
    layers.concatenate([distance, likeness, 1.0 - likeness])
)
model = keras.Model([left, right], score)
