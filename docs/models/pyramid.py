"""A small detector: three resolutions, joined from the top down, with a head on each."""

import keras
from keras import layers

image = keras.Input((256, 256, 3), name="image")
x = layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")(image)
taps = []
for features in (64, 128, 256):
    x = layers.Conv2D(features, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2D(features, 3, padding="same", activation="relu")(x)
    taps.append(x)

x = layers.Conv2D(64, 1)(taps[2])
levels = [x]
for tap in taps[1::-1]:
    x = layers.Add()([layers.Conv2D(64, 1)(tap), layers.UpSampling2D()(x)])
    levels.append(x)

names = ("large", "medium", "small")
heads = [layers.Conv2D(24, 3, padding="same", name=n)(x) for n, x in zip(names, levels)]
model = keras.Model(image, heads[::-1])
