"""A U-Net whose encoder is a small ResNet."""

import keras
from keras import layers


def block(x, filters, strides, name):
    """Return a residual block."""
    shortcut = x
    if strides > 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=strides, name=f"{name}_0_conv")(x)
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", name=f"{name}_1_conv")(x)
    x = layers.BatchNormalization(name=f"{name}_1_bn")(x)
    x = layers.ReLU(name=f"{name}_1_relu")(x)
    x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x)
    x = layers.BatchNormalization(name=f"{name}_2_bn")(x)
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.ReLU(name=f"{name}_out")(x)


image = keras.Input((256, 256, 3), name="image")
x = layers.Conv2D(64, 7, strides=2, padding="same", activation="relu", name="conv1_conv")(image)
skips = [x]
x = layers.MaxPooling2D(3, strides=2, padding="same", name="conv1_pool")(x)
for stage, (filters, repeats) in enumerate([(64, 3), (128, 4), (256, 6)], 2):
    for number in range(1, repeats + 1):
        strides = 2 if stage > 2 and number == 1 else 1
        x = block(x, filters, strides, f"conv{stage}_block{number}")
    skips.append(x)
skips.pop()
for stage, filters in enumerate([128, 64, 32], 1):
    x = layers.UpSampling2D(name=f"up{stage}_up")(x)
    x = layers.Concatenate(name=f"up{stage}_join")([skips.pop(), x])
    x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"up{stage}_conv1")(x)
    x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"up{stage}_conv2")(x)
x = layers.UpSampling2D(name="up4_up")(x)
mask = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="mask")(x)
model = keras.Model(image, mask, name="resunet")
