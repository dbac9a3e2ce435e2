"""Inception-v3: modules of parallel convolutions, joined by concatenation.

Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception architecture for computer
vision (2016).
"""

import keras


def build_model() -> keras.Model:
    """Return InceptionV3 as it comes with Keras, without trained weights."""
    return keras.applications.InceptionV3(weights=None)
