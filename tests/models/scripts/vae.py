"""A variational autoencoder as a class without a call, around an encoder and a decoder."""

import keras
from keras import layers, ops


class Sampling(layers.Layer):
    def call(self, inputs):
        mean, log_var = inputs
        return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean))


inputs = keras.Input((28, 28, 1))
x = layers.Conv2D(8, 3, strides=2)(inputs)
x = layers.Flatten()(x)
z_mean = layers.Dense(2, name="z_mean")(x)
z_log_var = layers.Dense(2, name="z_log_var")(x)
z = Sampling()([z_mean, z_log_var])
encoder = keras.Model(inputs, [z_mean, z_log_var, z], name="encoder")
encoder.summary()

latent = keras.Input((2,))
x = layers.Dense(784)(latent)
decoder = keras.Model(latent, layers.Reshape((28, 28, 1))(x), name="decoder")
decoder.summary()


class VAE(keras.Model):
    def __init__(self, encoder, decoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.decoder = decoder

    def train_step(self, data):
        return {}


(x_train, _), (x_test, _) = keras.datasets.mnist.load_data()
digits = ops.concatenate([x_train, x_test], axis=0)
vae = VAE(encoder, decoder)
vae.compile(optimizer=keras.optimizers.Adam())
vae.fit(digits, epochs=30, batch_size=128)
