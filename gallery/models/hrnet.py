"""HRNet, small: three resolutions side by side, which exchange what they see.

Sun, Xiao, Liu, Wang: Deep high-resolution representation learning for human pose estimation (2019).
Two residual blocks per branch in place of four, and no fourth resolution.
"""

import keras
from keras import layers

WIDTH = 32


def convolve(x, filters, size=3, stride=1, activation="relu"):
    """Convolve, normalise, activate."""
    x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation(activation)(x) if activation else x


def residual(x):
    """A residual block of two convolutions."""
    y = convolve(x, x.shape[-1])
    y = convolve(y, x.shape[-1], activation=None)
    return layers.Activation("relu")(layers.Add()([x, y]))


def resample(x, source, target):
    """Bring a branch to the resolution and the features of another."""
    filters = WIDTH * 2**target
    if source > target:
        x = convolve(x, filters, 1, activation=None)
        return layers.UpSampling2D(2 ** (source - target))(x)
    for level in range(source + 1, target + 1):
        last = level == target
        x = convolve(x, filters if last else x.shape[-1], 3, 2, None if last else "relu")
    return x


def exchange(branches):
    """Sum all branches at each resolution."""
    fused = []
    for target in range(len(branches)):
        parts = [resample(x, source, target) for source, x in enumerate(branches)]
        fused.append(layers.Activation("relu")(layers.Add()(parts)))
    return fused


def build_model(joints: int = 17) -> keras.Model:
    """Return a model that finds seventeen joints in an image of 256 × 192 pixels."""
    image = keras.Input((256, 192, 3), name="image")
    x = convolve(image, 64, 3, 2)
    x = convolve(x, 64, 3, 2)
    branches = [convolve(x, WIDTH)]
    for level in (1, 2):
        branches.append(convolve(branches[-1], WIDTH * 2**level, 3, 2))
        branches = exchange([residual(residual(x)) for x in branches])
    joint = layers.Conv2D(joints, 1, name="joints")(branches[0])
    return keras.Model(image, joint, name="hrnet")
