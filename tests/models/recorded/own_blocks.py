"""Layers of one's own that hold layers: positions as values, several inputs, a mask, nesting."""

import keras
from keras import layers, ops


class Positions(layers.Layer):
    def __init__(self, length, words, size, **kwargs):
        super().__init__(**kwargs)
        self.tokens = layers.Embedding(words, size)
        self.places = layers.Embedding(length, size)
        self.length = length

    def call(self, inputs):
        places = ops.arange(0, self.length, 1)
        return self.tokens(inputs) + self.places(places)

    def compute_mask(self, inputs, mask=None):
        return ops.not_equal(inputs, 0)


class Feed(layers.Layer):
    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.rows = [layers.Dense(2 * size, activation="gelu"), layers.Dense(size)]

    def call(self, x):
        for row in self.rows:
            x = row(x)
        return x


class Encoder(layers.Layer):
    def __init__(self, size, heads, rate=0.1, **kwargs):
        super().__init__(**kwargs)
        self.attention = layers.MultiHeadAttention(heads, size)
        self.feed = Feed(size)
        self.norms = {"before": layers.LayerNormalization(), "after": layers.LayerNormalization()}
        self.drop = layers.Dropout(rate)
        self.supports_masking = True

    def call(self, inputs, mask=None, training=False):
        padding = None if mask is None else ops.cast(mask[:, None, :], "int32")
        found = self.attention(inputs, inputs, attention_mask=padding)
        first = self.norms["before"](inputs + self.drop(found, training=training))
        return self.norms["after"](first + self.feed(first))


class Cross(layers.Layer):
    def __init__(self, size):
        super().__init__()
        self.attention = layers.MultiHeadAttention(2, size)

    def call(self, x, context):
        return x + self.attention(query=x, value=context)


words = keras.Input((20,), dtype="int64")
other = keras.Input((12, 16))
x = Positions(20, 100, 16)(words)
x = Encoder(16, 2)(x)
x = Cross(16)(x, other)
x = Encoder(16, 4, name="last")(x)
x = layers.GlobalMaxPooling1D()(x)
x = layers.Dropout(0.5)(x)
model = keras.Model([words, other], layers.Dense(2)(x))
