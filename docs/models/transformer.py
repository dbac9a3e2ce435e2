"""An encoder of four blocks, for sequences of tokens."""

import keras
from keras import layers

tokens = keras.Input((128,), name="tokens")
x = layers.Embedding(8000, 192)(tokens)
for _ in range(4):
    y = layers.LayerNormalization()(x)
    y = layers.MultiHeadAttention(6, 32)(y, y)
    x = layers.Add()([x, y])
    y = layers.LayerNormalization()(x)
    y = layers.Dense(768, activation="gelu")(y)
    y = layers.Dense(192)(y)
    x = layers.Add()([x, y])
x = layers.GlobalAveragePooling1D()(x)
model = keras.Model(tokens, layers.Dense(2, activation="softmax")(x), name="encoder")
