"""FCN-8s: VGG16 made fully convolutional, its scores fused at three resolutions.

Long, Shelhamer, Darrell: Fully convolutional networks for semantic segmentation (2015).
"""

import keras
from keras import layers

STAGES = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))


def build_model(classes: int = 21) -> keras.Model:
    """Return FCN-8s for the classes of PASCAL VOC."""
    image = x = keras.Input((224, 224, 3), name="image")
    pools = []
    for filters, repeats in STAGES:
        for _ in range(repeats):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D()(x)
        pools.append(x)

    x = layers.Conv2D(4096, 7, padding="same", activation="relu", name="fc6")(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Conv2D(4096, 1, activation="relu", name="fc7")(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Conv2D(classes, 1, name="score")(x)

    for pool in (pools[3], pools[2]):
        x = layers.Conv2DTranspose(classes, 4, strides=2, padding="same", use_bias=False)(x)
        x = layers.Add()([layers.Conv2D(classes, 1)(pool), x])
    x = layers.Conv2DTranspose(classes, 16, strides=8, padding="same", use_bias=False)(x)
    labels = layers.Softmax(name="labels")(x)
    return keras.Model(image, labels, name="fcn8")
