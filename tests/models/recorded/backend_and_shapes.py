"""Sizes asked for in the middle of building, and the backend of Keras."""

import tensorflow as tf
from tensorflow.keras import backend as K
from tensorflow.keras import layers

axis = 3 if K.image_data_format() == "channels_last" else 1


def squeeze_excite(x, ratio=4):
    filters = x.shape[axis]
    y = layers.GlobalAveragePooling2D()(x)
    y = layers.Reshape((1, 1, filters))(y)
    y = layers.Dense(filters // ratio, activation="relu", use_bias=False)(y)
    y = layers.Dense(filters, activation="sigmoid", use_bias=False)(y)
    return layers.multiply([x, y])


K.clear_session()
inputs = tf.keras.Input(shape=(64, 64, 3), batch_size=4, dtype=tf.float32)
x = layers.Conv2D(
    16,
    (3, 3),
    padding="SAME",
    activation=tf.nn.relu,
    kernel_regularizer=tf.keras.regularizers.l2(1e-4),
)(inputs)
x = layers.BatchNormalization(axis=axis)(x)
x = squeeze_excite(x)
height = K.int_shape(x)[1]
x = layers.AveragePooling2D(pool_size=(height // 2, 2))(x)
x = layers.concatenate([x, x], axis=axis)
x = layers.Flatten()(x)
outputs = layers.Dense(
    10, activation=tf.nn.softmax, kernel_initializer=tf.keras.initializers.HeNormal(seed=1)
)(x)
model = tf.keras.Model(inputs, outputs)
model.summary()
