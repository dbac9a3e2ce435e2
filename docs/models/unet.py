"""An encoder, a decoder, and a skip connection at each level."""

import keras
from keras import layers

image = keras.Input((128, 128, 1))
x, skips = image, []
for filters in (16, 32, 64):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    skips.append(x)
    x = layers.MaxPooling2D()(x)
x = layers.Conv2D(128, 3, padding="same", activation="relu")(x)
for filters in (64, 32, 16):
    x = layers.UpSampling2D()(x)
    x = layers.Conv2D(filters, 2, padding="same")(x)
    x = layers.Concatenate()([skips.pop(), x])
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
mask = layers.Conv2D(1, 1, activation="sigmoid")(x)
model = keras.Model(image, mask, name="small_unet")
