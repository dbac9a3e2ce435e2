"""A small residual network: the model of these pages."""

import keras
from keras import layers


def block(x, filters, strides=1):
    skip = x
    x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    if strides > 1:
        skip = layers.Conv2D(filters, 1, strides)(skip)
    return layers.ReLU()(layers.Add()([x, skip]))


def build(depth=2):
    image = keras.Input((64, 64, 3), name="image")
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(image)
    for filters, strides in ((32, 1), (64, 2), (128, 2)):
        for number in range(depth):
            x = block(x, filters, strides if number == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.3)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x), name="my_net")


model = build()
