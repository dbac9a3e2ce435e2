"""The model is made under the guard, after the arguments are parsed."""

import argparse

import keras
from keras import layers

parser = argparse.ArgumentParser()
parser.add_argument("--units", type=int, default=24)


def net(units):
    x = inputs = keras.Input((8,))
    for _ in range(2):
        x = layers.Dense(units, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(1)(x))


if __name__ == "__main__":
    args = parser.parse_args()
    network = net(args.units)
    network.compile(loss="mse")
    data = open("data.csv").read()
    network.fit(data, epochs=3)
