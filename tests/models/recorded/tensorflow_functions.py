"""Functions of TensorFlow on the tensors of a functional model."""

import tensorflow as tf
from tensorflow import keras

x = keras.Input((8, 8))
y = keras.layers.Dense(8)(x)
low, high = tf.split(x, [3, 5], axis=-1)
batch = tf.shape(x)[0]
outputs = [
    tf.matmul(x, y),
    tf.concat([low, high], axis=-1),
    tf.stack([x, y], axis=1),
    tf.reshape(x, [-1, 32]),
    tf.reshape(x, [batch, 4, 16]),
    tf.transpose(x, perm=[0, 2, 1]),
    tf.squeeze(tf.expand_dims(x, axis=1), axis=1),
    tf.cast(x, tf.float16),
    tf.clip_by_value(x, 0.0, 1.0),
    tf.tile(x, [1, 2, 1]),
    tf.repeat(x, 2, axis=1),
    tf.pad(x, [[0, 0], [1, 1], [0, 2]], "REFLECT"),
    tf.pad(x, [[0, 0], [1, 1], [0, 2]]),
    tf.one_hot(tf.cast(x, "int32"), 5),
    tf.where(x > 0, x, y),
    tf.reverse(x, [1]),
    tf.logical_and(x > 0, tf.less(x, y)),
    tf.math.argmax(x, axis=-1),
    tf.reduce_mean(x, axis=[1, 2], keepdims=True),
    tf.math.reduce_std(x, -1),
    tf.nn.relu(x) + tf.nn.leaky_relu(y, alpha=0.1),
    tf.nn.softmax(x, axis=1) * tf.sigmoid(y),
    tf.maximum(x, 0.5),
    tf.math.divide(x=x, y=y),
    tf.pow(x, 2.0),
    tf.exp(x),
    tf.math.log1p(x),
]
model = keras.Model(x, outputs)
