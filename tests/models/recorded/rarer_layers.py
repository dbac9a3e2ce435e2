"""Layers that are met less often, functions of activations, shapes asked as in earlier Keras."""

import keras
from keras import activations, ops
from keras import layers as L
from tensorflow.keras import backend as K


class Patches(L.Layer):
    def __init__(self, size):
        super().__init__()
        self.size = size

    def call(self, images):
        height, width = ops.shape(images)[1:3]
        patches = ops.image.extract_patches(images, size=self.size)
        count = (height // self.size) * (width // self.size)
        return ops.reshape(patches, (ops.shape(images)[0], count, patches.shape[-1]))


images = keras.Input((16, 16, 3))
x = L.RandomContrast((0.1, 0.4))(L.RandomContrast(0.2)(images))
x = L.CenterCrop(8, 8)(x)
rows = keras.Input((10, 8))
size = K.int_shape(rows)[-1] if hasattr(K, "int_shape") else 8
codes = keras.Input((4,), dtype="int32")
y = L.EinsumDense("abc,cd->abd", output_shape=(None, 4), bias_axes="d", activation="relu")(rows)
outputs = [
    L.AdaptiveAveragePooling2D(2)(x),
    L.AdaptiveMaxPooling2D((2, 3))(x),
    Patches(4)(x),
    L.Reshape((x.get_shape().as_list()[1], -1))(x),
    y,
    L.EinsumDense("abc,cde->abde", output_shape=(10, 4, 2), bias_axes="de")(rows),
    L.RMSNormalization()(L.Dense(size)(rows)),
    L.CategoryEncoding(num_tokens=5, output_mode="multi_hot")(codes),
    activations.relu(activations.sigmoid(rows), max_value=6.0),
    activations.gelu(activations.softmax(rows)),
]
model = keras.Model([images, rows, codes], outputs)
