"""DDPM: a U-Net that is told the time, and says what noise an image holds.

Ho, Jain, Abbeel: Denoising diffusion probabilistic models (2020). One residual block per level in
place of two.
"""

import keras
from keras import layers

LEVELS = (128, 256, 256, 256)
ATTENTION_AT = 16


@keras.saving.register_keras_serializable("gallery")
class SineTime(layers.Layer):
    """Says a time in sines and cosines of 128 rates."""

    def call(self, time):
        """Return a vector of 128 numbers for each time."""
        rates = 10000.0 ** (-keras.ops.arange(64, dtype="float32") / 63)
        angles = time * rates
        return keras.ops.concatenate([keras.ops.sin(angles), keras.ops.cos(angles)], -1)


def convolve(x, filters):
    """Normalise, activate, convolve."""
    x = layers.GroupNormalization(32)(x)
    x = layers.Activation("silu")(x)
    return layers.Conv2D(filters, 3, padding="same")(x)


def residual(x, time, filters):
    """A residual block that adds the time between its convolutions."""
    y = convolve(x, filters)
    y = layers.Add()([y, layers.Reshape((1, 1, filters))(layers.Dense(filters)(time))])
    y = convolve(y, filters)
    if x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1)(x)
    x = layers.Add()([x, y])
    if x.shape[1] == ATTENTION_AT:
        y = layers.GroupNormalization(32)(x)
        y = layers.Reshape((-1, filters))(y)
        y = layers.MultiHeadAttention(1, filters)(y, y)
        x = layers.Add()([x, layers.Reshape(x.shape[1:])(y)])
    return x


def build_model() -> keras.Model:
    """Return the model for colour images of 32 × 32 pixels."""
    image = keras.Input((32, 32, 3), name="noisy_image")
    step = keras.Input((1,), name="time")
    time = SineTime(name="time_embedding")(step)
    time = layers.Dense(512, activation="silu")(time)
    time = layers.Dense(512, activation="silu")(time)

    x = layers.Conv2D(128, 3, padding="same")(image)
    skips = []
    for level, filters in enumerate(LEVELS):
        if level:
            x = layers.Conv2D(x.shape[-1], 3, strides=2, padding="same")(x)
        x = residual(x, time, filters)
        skips.append(x)
    x = residual(x, time, LEVELS[-1])
    for level, filters in reversed(list(enumerate(LEVELS))):
        x = residual(layers.Concatenate()([x, skips[level]]), time, filters)
        if level:
            x = layers.UpSampling2D()(x)
            x = layers.Conv2D(filters, 3, padding="same")(x)
    noise = convolve(x, 3)
    return keras.Model([image, step], noise, name="ddpm")
