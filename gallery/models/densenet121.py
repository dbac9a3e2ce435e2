"""DenseNet-121: every layer of a dense block sees the outputs of all layers before it.

Huang, Liu, van der Maaten, Weinberger: Densely connected convolutional networks (2017).
"""

import keras


def build_model() -> keras.Model:
    """Return DenseNet121 as it comes with Keras, without trained weights."""
    return keras.applications.DenseNet121(weights=None)
