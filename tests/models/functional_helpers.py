"""A residual network put together by helper functions with options."""

import keras
from keras.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    Input,
)


def conv_bn(x, filters, kernel_size=3, strides=1, relu=True):
    x = Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=False)(x)
    x = BatchNormalization()(x)
    if relu:
        x = Activation("relu")(x)
    return x


def residual_block(x, filters, downsample=False):
    strides = 2 if downsample else 1
    shortcut = x
    y = conv_bn(x, filters, strides=strides)
    y = conv_bn(y, filters, relu=False)
    if downsample:
        shortcut = conv_bn(shortcut, filters, kernel_size=1, strides=2, relu=False)
    y = Add()([y, shortcut])
    return Activation("relu")(y)


def create_model(depth=3, width=16, classes=10):
    inputs = Input((32, 32, 3))
    x = conv_bn(inputs, width)
    for stage in range(3):
        for block in range(depth):
            x = residual_block(x, width * 2**stage, downsample=stage > 0 and block == 0)
    x = GlobalAveragePooling2D()(x)
    return keras.Model(inputs, Dense(classes, activation="softmax")(x), name=f"resnet{6 * depth + 2}")
