"""A variational autoencoder: an image becomes a distribution, a sample of it an image again.

Kingma, Welling: Auto-encoding variational Bayes (2014).
"""

import keras
from keras import layers


@keras.saving.register_keras_serializable("gallery")
class Sampling(layers.Layer):
    """Draws from the normal distribution with the given mean and logarithm of the variance."""

    def __init__(self, seed=None, **options):
        """Take the seed of the draws."""
        super().__init__(**options)
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, inputs):
        """Return one draw for each mean."""
        mean, log_variance = inputs
        noise = keras.random.normal(keras.ops.shape(mean), seed=self.generator)
        return mean + keras.ops.exp(log_variance / 2) * noise


def build_model(latent: int = 2) -> keras.Model:
    """Return an autoencoder for grey images of 28 × 28 pixels."""
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")(image)
    x = layers.Conv2D(64, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(16, activation="relu")(x)
    mean = layers.Dense(latent, name="mean")(x)
    log_variance = layers.Dense(latent, name="log_variance")(x)
    z = Sampling(name="z")([mean, log_variance])
    x = layers.Dense(7 * 7 * 64, activation="relu")(z)
    x = layers.Reshape((7, 7, 64))(x)
    x = layers.Conv2DTranspose(64, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2DTranspose(32, 3, strides=2, padding="same", activation="relu")(x)
    copy = layers.Conv2DTranspose(1, 3, padding="same", activation="sigmoid", name="copy")(x)
    return keras.Model(image, copy, name="vae")
