"""Modules of four parallel paths."""

import keras
from keras import layers


def module(x, one, three, five, pool):
    return layers.Concatenate()(
        [
            layers.Conv2D(one, 1)(x),
            layers.Conv2D(three, 3, padding="same")(layers.Conv2D(three // 2, 1)(x)),
            layers.Conv2D(five, 5, padding="same")(layers.Conv2D(five // 2, 1)(x)),
            layers.Conv2D(pool, 1)(layers.MaxPooling2D(3, 1, padding="same")(x)),
        ]
    )


image = keras.Input((96, 96, 3))
x = layers.Conv2D(32, 7, 2, padding="same")(image)
x = layers.MaxPooling2D()(x)
x = module(x, 32, 64, 16, 16)
x = module(x, 48, 96, 24, 24)
x = layers.MaxPooling2D()(x)
x = module(x, 64, 128, 32, 32)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(image, layers.Dense(10)(x), name="small_inception")
