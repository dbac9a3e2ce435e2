"""YOLOv3: boxes at three resolutions on the 53 layers of Darknet.

Redmon, Farhadi: YOLOv3: an incremental improvement (2018).
"""

import keras
from keras import layers

BLOCKS = (1, 2, 8, 8, 4)
ANCHORS = 3


def convolve(x, filters, size=3, stride=1):
    """Convolve, normalise, activate."""
    x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.LeakyReLU(0.1)(x)


def neck(x, filters):
    """Five convolutions, narrow and wide in turn."""
    for _ in range(2):
        x = convolve(x, filters, 1)
        x = convolve(x, 2 * filters)
    return convolve(x, filters, 1)


def build_model(classes: int = 80) -> keras.Model:
    """Return a detector of eighty classes for colour images of 416 × 416 pixels."""
    image = keras.Input((416, 416, 3), name="image")
    x = convolve(image, 32)
    stages = []
    for level, blocks in enumerate(BLOCKS):
        filters = 64 * 2**level
        x = convolve(x, filters, stride=2)
        for _ in range(blocks):
            y = convolve(x, filters // 2, 1)
            x = layers.Add()([x, convolve(y, filters)])
        stages.append(x)

    boxes = []
    for name, features, filters in zip(
        ("coarse", "middle", "fine"), reversed(stages), (512, 256, 128)
    ):
        if boxes:
            x = layers.UpSampling2D()(convolve(x, filters, 1))
            x = layers.Concatenate()([x, features])
        x = neck(x, filters)
        wide = convolve(x, 2 * filters)
        boxes.append(layers.Conv2D(ANCHORS * (classes + 5), 1, name=name)(wide))
    return keras.Model(image, boxes, name="yolov3")
