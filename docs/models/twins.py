"""Two pictures go through the same layers."""

import keras
from keras import layers

left = keras.Input((48, 48, 1), name="left")
right = keras.Input((48, 48, 1), name="right")
conv = layers.Conv2D(32, 3, padding="same", activation="relu")
pool = layers.MaxPooling2D()
more = layers.Conv2D(64, 3, padding="same", activation="relu")
mean = layers.GlobalAveragePooling2D()
joined = layers.Concatenate()([mean(more(pool(conv(image)))) for image in (left, right)])
same = layers.Dense(1, activation="sigmoid")(layers.Dense(32)(joined))
model = keras.Model([left, right], same, name="twins")
