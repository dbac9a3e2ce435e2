"""SegNet: the convolutions of VGG16 and their mirror image, one class for each pixel.

Badrinarayanan, Kendall, Cipolla: SegNet: a deep convolutional encoder-decoder architecture for
image segmentation (2017). The decoder repeats values instead of placing them at the remembered
indices of the pooling, for which Keras has no layer.
"""

import keras
from keras import layers

ENCODER = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
DECODER = ((512, 512, 512), (512, 512, 256), (256, 256, 128), (128, 64), (64,))


def convolve(x, filters):
    """Apply a 3 × 3 convolution, normalise its output and rectify it."""
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)


def build_model(classes: int = 11) -> keras.Model:
    """Return SegNet for the road scenes of CamVid, cut to 352 × 480 pixels."""
    image = x = keras.Input((352, 480, 3), name="image")
    for stage in ENCODER:
        for filters in stage:
            x = convolve(x, filters)
        x = layers.MaxPooling2D()(x)
    for stage in DECODER:
        x = layers.UpSampling2D()(x)
        for filters in stage:
            x = convolve(x, filters)
    labels = layers.Conv2D(classes, 3, padding="same", activation="softmax", name="labels")(x)
    return keras.Model(image, labels, name="segnet")
