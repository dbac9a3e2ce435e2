"""The data are reshaped by their real number."""

import keras
from keras import layers
from keras.datasets import mnist

(x_train, y_train), _ = mnist.load_data()
x_train = x_train.reshape(60000, 784)
model = keras.Sequential()
model.add(layers.Dense(512, activation="relu", input_shape=(x_train.shape[1],)))
model.add(layers.Dense(10, activation="softmax"))
