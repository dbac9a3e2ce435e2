"""Depthwise separable convolutions, each with a squeeze-and-excite."""

import keras
from keras import layers


def separable(x, filters, strides):
    x = layers.DepthwiseConv2D(3, strides, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(filters, 1)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)


def squeeze(x):
    filters = x.shape[-1]
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    gate = layers.Conv2D(filters // 4, 1, activation="relu")(gate)
    gate = layers.Conv2D(filters, 1, activation="sigmoid")(gate)
    return layers.Multiply()([x, gate])


image = keras.Input((96, 96, 3))
x = layers.Conv2D(16, 3, 2, padding="same")(image)
for filters, strides in ((32, 1), (64, 2), (64, 1), (128, 2)):
    x = squeeze(separable(x, filters, strides))
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(image, layers.Dense(10)(x), name="small_mobile_net")
