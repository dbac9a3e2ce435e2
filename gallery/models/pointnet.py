"""PointNet: every point by itself, then the maximum over all points.

Qi, Su, Mo, Guibas: PointNet: deep learning on point sets for 3D classification and segmentation
(2017). Both transforms are predicted from the points; the second has no penalty.
"""

import keras
from keras import layers


def each_point(x, *widths):
    """Apply dense layers to every point."""
    for width in widths:
        x = layers.Conv1D(width, 1, use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
    return x


def all_points(x, *widths):
    """Apply dense layers to the features of all points."""
    for width in widths:
        x = layers.Dense(width, use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
    return x


def transform(x):
    """Multiply every point by a matrix that is predicted from all points."""
    width = x.shape[-1]
    y = layers.GlobalMaxPooling1D()(each_point(x, 64, 128, 1024))
    y = layers.Dense(width * width)(all_points(y, 512, 256))
    return layers.Dot((2, 1))([x, layers.Reshape((width, width))(y)])


def build_model(points: int = 1024, classes: int = 40) -> keras.Model:
    """Return a model that names one of forty shapes."""
    cloud = keras.Input((points, 3), name="points")
    x = each_point(transform(cloud), 64, 64)
    x = each_point(transform(x), 64, 128, 1024)
    x = layers.GlobalMaxPooling1D()(x)
    x = layers.Dropout(0.3)(all_points(x, 512, 256))
    shape = layers.Dense(classes, activation="softmax", name="shape")(x)
    return keras.Model(cloud, shape, name="pointnet")
