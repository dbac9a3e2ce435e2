"""Inputs and outputs by name, a residual stack in a loop, layers as activations."""

import keras
from keras import layers, regularizers

inputs = {"image": keras.Input((32, 32, 3), name="image"), "meta": keras.Input((5,), name="meta")}
x = layers.Rescaling(1 / 255.0)(inputs["image"])
x = layers.Conv2D(16, 3, padding="same")(x)
for block in range(3):
    shortcut = x
    x = layers.SeparableConv2D(16, 3, padding="same", activation=layers.ReLU(6.0))(x)
    x = layers.SpatialDropout2D(0.1)(x)
    x = layers.add([x, shortcut], name=f"residual_{block}")
x = layers.GlobalMaxPooling2D()(x)
meta = layers.Dense(
    16, kernel_regularizer=regularizers.L1L2(0.01, 0.02), activity_regularizer="l2"
)(inputs["meta"])
both = layers.Dot(axes=1, normalize=True)([x, meta])
model = keras.Model(
    inputs,
    {
        "label": layers.Dense(10, name="label")(x),
        "age": layers.Dense(1, name="years")(meta),
        "fit": both,
    },
)
