"""Blocks of layers that each see all before them, and a transition between two blocks."""

import keras
from keras import layers


def dense_layer(x, growth):
    new = layers.BatchNormalization()(x)
    new = layers.ReLU()(new)
    new = layers.Conv2D(4 * growth, 1, use_bias=False)(new)
    new = layers.BatchNormalization()(new)
    new = layers.ReLU()(new)
    new = layers.Conv2D(growth, 3, padding="same", use_bias=False)(new)
    return layers.Concatenate()([x, new])


def transition(x):
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False)(x)
    return layers.AveragePooling2D(2)(x)


image = keras.Input((64, 64, 3))
x = layers.Conv2D(24, 3, padding="same")(image)
for number, depth in enumerate((4, 4, 4)):
    if number:
        x = transition(x)
    for _ in range(depth):
        x = dense_layer(x, 12)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(image, layers.Dense(10)(x), name="small_dense_net")
