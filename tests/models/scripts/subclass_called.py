"""A model that is a class, built by calling it once."""

import keras
import numpy as np
from keras import layers

UNITS = 12


class Net(keras.Model):
    def __init__(self, outputs):
        super().__init__()
        self.hidden = layers.Dense(UNITS, activation="relu")
        self.out = layers.Dense(outputs)

    def call(self, x):
        return self.out(self.hidden(x))


net = Net(3)
_ = net(np.zeros((1, 5)))
net.summary()
net.compile(loss="mse")
net.fit(np.load("x.npy"), np.load("y.npy"))
