"""LeNet-5: two convolutions, two sub-samplings and a small classifier for digits.

LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition (1998).
The third convolution sees every map, and the last layer is a softmax, as is usual today.
"""

import keras
from keras import layers


def build_model() -> keras.Model:
    """Return LeNet-5 for grey images of 32 × 32 pixels."""
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(120, 5, activation="tanh"),
            layers.Flatten(),
            layers.Dense(84, activation="tanh"),
            layers.Dense(10, activation="softmax"),
        ],
        name="lenet5",
    )
