"""Scopes, settings and seeds before the model; data sets and callbacks after it."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import tensorflow as tf
import tensorflow_datasets_not_installed as tfds

gpus = tf.config.list_physical_devices("GPU")
if gpus:
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
try:
    tpu = tf.distribute.cluster_resolver.TPUClusterResolver()
    strategy = tf.distribute.TPUStrategy(tpu)
except ValueError:
    strategy = tf.distribute.get_strategy()

datasets, info = tfds.load("mnist", with_info=True, as_supervised=True)
BUFFER_SIZE = 10000
train = datasets["train"].shuffle(BUFFER_SIZE).batch(64 * strategy.num_replicas_in_sync)

with strategy.scope():
    model = tf.keras.Sequential(
        [
            tf.keras.Input((28, 28, 1)),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(10),
        ]
    )
    model.compile(loss="mse", optimizer=tf.keras.optimizers.Adam(), metrics=["accuracy"])
callbacks = [tf.keras.callbacks.TensorBoard(log_dir="./logs")]
model.fit(train, epochs=12, callbacks=callbacks)
