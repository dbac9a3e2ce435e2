"""Cells that read the two cells before them, as in NASNet; the first of a stage halves the size."""

import keras
from keras import layers


def fit(before, x, filters):
    """Bring what the cell before the last made to the size of what the last one made."""
    if before.shape[1] != x.shape[1]:
        before = layers.MaxPooling2D(1, 2)(before)
    return layers.Conv2D(filters, 1)(before)


def separable(x, filters, size, strides=1):
    return layers.SeparableConv2D(filters, size, strides, padding="same")(x)


def normal(before, last, filters):
    old, x = fit(before, last, filters), layers.Conv2D(filters, 1)(last)
    one = layers.Add()([separable(x, filters, 3), x])
    two = layers.Add()([separable(old, filters, 3), separable(x, filters, 5)])
    three = layers.Add()([layers.AveragePooling2D(3, 1, "same")(x), old])
    four = layers.Add()([separable(old, filters, 5), separable(old, filters, 3)])
    return layers.Concatenate()([old, one, two, three, four])


def reduction(before, last, filters):
    old, x = fit(before, last, filters), layers.Conv2D(filters, 1)(last)
    one = layers.Add()([separable(x, filters, 5, 2), separable(old, filters, 7, 2)])
    two = layers.Add()([layers.MaxPooling2D(3, 2, "same")(x), separable(old, filters, 7, 2)])
    three = layers.Add()([layers.AveragePooling2D(3, 2, "same")(x), separable(old, filters, 5, 2)])
    four = layers.Add()([layers.AveragePooling2D(3, 1, "same")(one), two])
    return layers.Concatenate()([two, three, four])


image = keras.Input((96, 96, 3))
before = layers.Conv2D(16, 3, 2, padding="same")(image)
last = reduction(before, before, 8)
for filters in (16, 32):
    for _ in range(3):
        before, last = last, normal(before, last, filters)
    before, last = last, reduction(before, last, 2 * filters)
x = layers.GlobalAveragePooling2D()(last)
model = keras.Model(image, layers.Dense(10)(x), name="small_cells")
