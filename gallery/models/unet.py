"""U-Net: a contracting and an expanding path, joined at every level by a skip connection.

Ronneberger, Fischer, Brox: U-Net: convolutional networks for biomedical image segmentation (2015).
Padding keeps the resolution, so nothing has to be cropped.
"""

import keras
from keras import layers

LEVELS = (64, 128, 256, 512)
BOTTOM = 1024


def convolve_twice(x, filters):
    """Apply two 3 × 3 convolutions."""
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)


def build_model() -> keras.Model:
    """Return a U-Net that marks one class in grey images of 256 × 256 pixels."""
    image = x = keras.Input((256, 256, 1), name="image")
    skips = []
    for filters in LEVELS:
        x = convolve_twice(x, filters)
        if filters == LEVELS[-1]:
            x = layers.Dropout(0.5)(x)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = convolve_twice(x, BOTTOM)
    x = layers.Dropout(0.5)(x)
    for filters, skip in zip(reversed(LEVELS), reversed(skips)):
        x = layers.UpSampling2D()(x)
        x = layers.Conv2D(filters, 2, padding="same", activation="relu")(x)
        x = layers.Concatenate()([skip, x])
        x = convolve_twice(x, filters)
    mask = layers.Conv2D(1, 1, activation="sigmoid", name="mask")(x)
    return keras.Model(image, mask, name="unet")
