"""A generator and a discriminator, joined; the training loop follows, at the top of the file."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import Model, Sequential, layers
from tensorflow.keras.datasets import mnist

latent_dim = 32


def build_generator():
    model = Sequential(name="generator")
    model.add(layers.Dense(7 * 7 * 16, input_dim=latent_dim))
    model.add(layers.LeakyReLU(0.2))
    model.add(layers.Reshape((7, 7, 16)))
    model.add(layers.Conv2DTranspose(16, 4, strides=4, padding="same", activation="tanh"))
    return model


def build_discriminator(shape):
    model = Sequential(name="discriminator")
    model.add(layers.Conv2D(16, 3, strides=2, padding="same", input_shape=shape))
    model.add(layers.Flatten())
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


discriminator = build_discriminator((28, 28, 16))
discriminator.compile(loss="binary_crossentropy", optimizer=tf.keras.optimizers.Adam(0.0002, 0.5))
generator = build_generator()
discriminator.trainable = False
z = layers.Input(shape=(latent_dim,))
gan = Model(z, discriminator(generator(z)), name="gan")
gan.compile(loss="binary_crossentropy", optimizer="adam")

(x_train, _), (_, _) = mnist.load_data()
real = np.ones((32, 1))
for epoch in range(30000):
    z = np.random.normal(0, 1, (32, latent_dim))
    images = generator.predict(z)
    loss = discriminator.train_on_batch(images, real)
    if epoch % 100 == 0:
        print("%d [D loss: %f]" % (epoch, loss[0]))
