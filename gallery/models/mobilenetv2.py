"""MobileNetV2: inverted residual blocks, wide inside and narrow at their ends.

Sandler, Howard, Zhu, Zhmoginov, Chen: MobileNetV2: inverted residuals and linear bottlenecks
(2018).
"""

import keras


def build_model() -> keras.Model:
    """Return MobileNetV2 as it comes with Keras, without trained weights."""
    return keras.applications.MobileNetV2(weights=None)
