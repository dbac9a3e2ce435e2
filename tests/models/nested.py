"""An encoder and a decoder, each a model of its own, chained to a third."""

import keras
from keras import layers

encoder_input = keras.Input(shape=(28, 28, 1), name="img")
x = layers.Conv2D(16, 3, activation="relu")(encoder_input)
x = layers.Conv2D(32, 3, activation="relu")(x)
x = layers.MaxPooling2D(3)(x)
encoder_output = layers.GlobalMaxPooling2D()(x)
encoder = keras.Model(encoder_input, encoder_output, name="encoder")

decoder_input = keras.Input(shape=(32,), name="encoded_img")
x = layers.Reshape((4, 4, 2))(decoder_input)
x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
x = layers.UpSampling2D(3)(x)
x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
decoder_output = layers.Conv2DTranspose(1, 9, activation="relu")(x)
decoder = keras.Model(decoder_input, decoder_output, name="decoder")


def build_model():
    image = keras.Input(shape=(28, 28, 1), name="image")
    return keras.Model(image, decoder(encoder(image)), name="autoencoder")
