"""The model is a local variable of main(), which trains it."""

import keras
from keras import layers


def read_data(path):
    return open(path).read()


def main():
    model = keras.Sequential([keras.Input((16,)), layers.Dense(4), layers.Dense(2)])
    model.compile(loss="mse")
    data = read_data("no/such/file.csv")
    model.fit(data)


if __name__ == "__main__":
    main()
