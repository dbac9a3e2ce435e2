"""A backbone that is not trained, and a head that is."""

import keras
from keras import layers


def block(x, filters, strides=1):
    before = layers.Conv2D(filters, 1, strides=strides)(x) if strides > 1 else x
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    x = layers.Conv2D(filters, 3, padding="same")(x)
    return layers.ReLU()(layers.Add()([x, before]))


picture = keras.Input((96, 96, 3))
x = layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")(picture)
for filters, strides in ((32, 1), (64, 2), (64, 1), (128, 2), (128, 1)):
    x = block(x, filters, strides)
backbone = keras.Model(picture, x, name="backbone")
backbone.trainable = False

image = keras.Input((96, 96, 3), name="image")
x = layers.GlobalAveragePooling2D()(backbone(image))
x = layers.Dense(64, activation="relu")(x)
model = keras.Model(image, layers.Dense(5, activation="softmax")(x), name="finetuned")
