"""ResNet-50: sixteen bottleneck blocks, each added to what came into it.

He, Zhang, Ren, Sun: Deep residual learning for image recognition (2016).
"""

import keras


def build_model() -> keras.Model:
    """Return ResNet50 as it comes with Keras, without trained weights."""
    return keras.applications.ResNet50(weights=None)
