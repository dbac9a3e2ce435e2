"""A decoder on the skips of a backbone that is cut out of another model."""

import keras
from keras import layers


def backbone():
    base = keras.applications.ResNet50(
        include_top=False, weights=None, input_tensor=keras.Input((128, 128, 3))
    )
    names = ["conv1_relu", "conv2_block3_out", "conv3_block4_out", "conv4_block6_out"]
    return keras.Model(base.input, [base.get_layer(name).output for name in names], name="skips")


skips = backbone()
image = keras.Input((128, 128, 3), name="image")
*rest, x = skips(image)
for skip in reversed(rest):
    x = layers.Conv2DTranspose(skip.shape[-1] // 4, 2, strides=2)(x)
    x = layers.Concatenate()([x, skip])
    x = layers.Conv2D(32, 3, padding="same")(x)
    x = layers.LeakyReLU(alpha=0.2)(x)
mask = layers.Conv2D(2, 1, activation="softmax", name="mask")(x)
model = keras.Model(inputs=image, outputs=mask)
