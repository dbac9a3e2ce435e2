"""Functions as layers: with arguments, of two tensors, with a shape that is said, several results."""

import keras
import tensorflow as tf
from keras import layers, ops


def distance(pair):
    first, second = pair
    return ops.sqrt(ops.sum(ops.square(first - second), axis=1, keepdims=True))


def half(shape):
    return (shape[0], shape[1] // 2)


inputs = keras.Input((16, 16, 3))
x = layers.Lambda(lambda image: image / 255.0)(inputs)
x = layers.Lambda(lambda image: tf.reduce_mean(image, axis=[1, 2]), name="mean")(x)
y = layers.Lambda(lambda value, k: value * k, arguments={"k": 2.0})(x)
outputs = [
    layers.Dense(2)(layers.Lambda(distance)([x, y])),
    layers.Lambda(lambda value: value[:, :1], output_shape=half)(x),
    layers.Lambda(lambda value: value, output_shape=(3,))(x),
    layers.Lambda(lambda value: [value, value + 1])(x),
]
model = keras.Model(inputs, outputs)
