"""C3D: convolutions over space and time, for clips of sixteen frames.

Tran, Bourdev, Fergus, Torresani, Paluri: Learning spatiotemporal features with 3D convolutional
networks (2015).
"""

import keras
from keras import layers

STAGES = ((128, 1), (256, 2), (512, 2), (512, 2))


def build_model(classes: int = 487) -> keras.Model:
    """Return C3D for the sports of Sports-1M."""
    model = keras.Sequential([keras.Input((16, 112, 112, 3))], name="c3d")
    model.add(layers.Conv3D(64, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling3D((1, 2, 2)))  # keeps all frames for the first stage
    for filters, repeats in STAGES[:-1]:
        for _ in range(repeats):
            model.add(layers.Conv3D(filters, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling3D())
    for _ in range(STAGES[-1][1]):
        model.add(layers.Conv3D(STAGES[-1][0], 3, padding="same", activation="relu"))
    model.add(layers.ZeroPadding3D((0, 1, 1)))
    model.add(layers.MaxPooling3D())
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(4096, activation="relu"))
        model.add(layers.Dropout(0.5))
    model.add(layers.Dense(classes, activation="softmax"))
    return model
