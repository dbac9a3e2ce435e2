"""A siamese network: one backbone sees two images and says how alike they are.

Koch, Zemel, Salakhutdinov: Siamese neural networks for one-shot image recognition (2015).
"""

import keras
from keras import layers, ops


def build_backbone() -> keras.Model:
    """Return the half that both images pass through."""
    return keras.Sequential(
        [
            keras.Input((105, 105, 1)),
            layers.Conv2D(64, 10, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(128, 7, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(128, 4, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(256, 4, activation="relu"),
            layers.Flatten(),
            layers.Dense(4096, activation="sigmoid"),
        ],
        name="backbone",
    )


def build_model() -> keras.Model:
    """Return the whole network for two handwritten characters of 105 × 105 pixels."""
    left = keras.Input((105, 105, 1), name="left")
    right = keras.Input((105, 105, 1), name="right")
    backbone = build_backbone()
    distance = ops.abs(layers.Subtract()([backbone(left), backbone(right)]))
    same = layers.Dense(1, activation="sigmoid", name="same")(distance)
    return keras.Model([left, right], same, name="siamese")
