"""A detector on a feature pyramid: three resolutions, one pair of heads for all, six outputs.

Lin, Dollár, Girshick, He, Hariharan, Belongie: Feature pyramid networks for object detection
(2017). The backbone is a small one, to be read at a glance.
"""

import keras
from keras import layers

WIDTH = 128
ANCHORS = 9


def stage(x, filters):
    """Halve the resolution, then look again."""
    x = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
    return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)


def build_head(channels: int, name: str) -> keras.Model:
    """Return a head: what it says of every anchor, at whatever resolution."""
    features = x = keras.Input((None, None, WIDTH))
    for _ in range(2):
        x = layers.Conv2D(WIDTH, 3, padding="same", activation="relu")(x)
    return keras.Model(features, layers.Conv2D(channels, 3, padding="same")(x), name=name)


def build_model(classes: int = 20) -> keras.Model:
    """Return a detector for colour images of 256 × 256 pixels."""
    image = x = keras.Input((256, 256, 3), name="image")
    bottom_up = []
    for filters in (32, 64, 128, 256, 512):
        x = stage(x, filters)
        bottom_up.append(x)

    # From the coarsest map down: what is seen above is added to what is seen here.
    top = layers.Conv2D(WIDTH, 1)(bottom_up[4])
    pyramid = [top]
    for features in (bottom_up[3], bottom_up[2]):
        top = layers.Add()([layers.Conv2D(WIDTH, 1)(features), layers.UpSampling2D()(top)])
        pyramid.append(top)

    class_head = build_head(ANCHORS * classes, "class_head")
    box_head = build_head(ANCHORS * 4, "box_head")
    outputs = []
    for features in reversed(pyramid):
        smooth = layers.Conv2D(WIDTH, 3, padding="same")(features)
        outputs += [class_head(smooth), box_head(smooth)]
    return keras.Model(image, outputs, name="fpn")
