"""VGG16: thirteen 3 × 3 convolutions in five stages, and three dense layers.

Simonyan, Zisserman: Very deep convolutional networks for large-scale image recognition (2015).
"""

import keras
from keras import layers

STAGES = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))


def build_model(classes: int = 1000) -> keras.Model:
    """Return VGG16 for colour images of 224 × 224 pixels."""
    model = keras.Sequential([keras.Input((224, 224, 3))], name="vgg16")
    for stage, (filters, repeats) in enumerate(STAGES, 1):
        for number in range(1, repeats + 1):
            name = f"block{stage}_conv{number}"
            model.add(layers.Conv2D(filters, 3, padding="same", activation="relu", name=name))
        model.add(layers.MaxPooling2D(name=f"block{stage}_pool"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(4096, activation="relu", name="fc1"))
    model.add(layers.Dense(4096, activation="relu", name="fc2"))
    model.add(layers.Dense(classes, activation="softmax", name="predictions"))
    return model
