"""AlexNet: five convolutions, three of them split in two groups, and three dense layers.

Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural networks
(2012). The two groups stand for the two graphics cards of the paper; its local response
normalisation has no weights and is left out.
"""

import keras
from keras import layers


def build_model(classes: int = 1000) -> keras.Model:
    """Return AlexNet for colour images of 227 × 227 pixels."""
    return keras.Sequential(
        [
            keras.Input((227, 227, 3)),
            layers.Conv2D(96, 11, strides=4, activation="relu"),
            layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(256, 5, padding="same", groups=2, activation="relu"),
            layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(384, 3, padding="same", activation="relu"),
            layers.Conv2D(384, 3, padding="same", groups=2, activation="relu"),
            layers.Conv2D(256, 3, padding="same", groups=2, activation="relu"),
            layers.MaxPooling2D(3, strides=2),
            layers.Flatten(),
            layers.Dense(4096, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(4096, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(classes, activation="softmax"),
        ],
        name="alexnet",
    )
