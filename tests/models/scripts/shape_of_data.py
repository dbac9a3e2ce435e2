"""The input is as large as the data, the output as wide as there are classes."""

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
x_train = x_train.astype("float32") / 255.0
y_train = keras.utils.to_categorical(y_train)
num_classes = y_train.shape[1]

inputs = keras.Input(shape=x_train.shape[1:])
x = layers.Conv2D(8, 3)(inputs)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(num_classes)(x))
model.compile(optimizer="adam", loss="mse")
model.fit(x_train, y_train, epochs=200)
np.save("scores.npy", model.evaluate(x_test, y_test))
