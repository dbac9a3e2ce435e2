"""M5: a convolutional network that hears the raw wave.

Dai, Dai, Qu, Li, Das: Very deep convolutional neural networks for raw waveforms (2017).
"""

import keras
from keras import layers


def convolve(x, filters, size, strides=1):
    """Apply a convolution over time, normalise its output, rectify it and keep every fourth."""
    x = layers.Conv1D(filters, size, strides=strides, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    return layers.MaxPooling1D(4)(x)


def build_model(classes: int = 10) -> keras.Model:
    """Return M5 for four seconds of sound at 8 kHz."""
    wave = keras.Input((32000, 1), name="wave")
    x = convolve(wave, 128, 80, strides=4)
    x = convolve(x, 128, 3)
    x = convolve(x, 256, 3)
    x = convolve(x, 512, 3)
    x = layers.GlobalAveragePooling1D()(x)
    sound = layers.Dense(classes, activation="softmax", name="sound")(x)
    return keras.Model(wave, sound, name="m5")
