"""Transformer, base size: six encoder blocks, and six decoder blocks that read the last of them.

Vaswani et al.: Attention is all you need (2017). The two vocabularies and the last layer share no
weights.
"""

import keras
from keras import layers

WIDTH, HEADS, HIDDEN, BLOCKS = 512, 8, 2048, 6
VOCABULARY, LENGTH = 37000, 64


@keras.saving.register_keras_serializable("gallery")
class SinePosition(layers.Layer):
    """Adds to every token the sines and cosines of its position."""

    def call(self, tokens):
        """Return the tokens, each with the waves of its position added."""
        length, width = tokens.shape[1:]
        rates = 10000.0 ** (-2 * keras.ops.arange(width // 2, dtype="float32") / width)
        angles = keras.ops.arange(length, dtype="float32")[:, None] * rates
        return tokens + keras.ops.concatenate([keras.ops.sin(angles), keras.ops.cos(angles)], -1)


def attend(x, memory, **options):
    """Attend to a memory, add, normalise."""
    y = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(x, memory, **options)
    return layers.LayerNormalization()(layers.Add()([x, y]))


def feed_forward(x):
    """Two dense layers on every token, add, normalise."""
    y = layers.Dense(HIDDEN, activation="relu")(x)
    y = layers.Dense(WIDTH)(y)
    return layers.LayerNormalization()(layers.Add()([x, y]))


def embed(words):
    """Return a vector for every word, with its position."""
    x = layers.Embedding(VOCABULARY, WIDTH, name=f"{words.name}_embedding")(words)
    return SinePosition(name=f"{words.name}_position")(x)


def build_model() -> keras.Model:
    """Return the model as it is trained: its target is shifted by one word."""
    source = keras.Input((LENGTH,), dtype="int32", name="source")
    target = keras.Input((LENGTH,), dtype="int32", name="target")
    x = embed(source)
    for _ in range(BLOCKS):
        x = feed_forward(attend(x, x))
    y = embed(target)
    for _ in range(BLOCKS):
        y = attend(y, y, use_causal_mask=True)
        y = feed_forward(attend(y, x))
    word = layers.Dense(VOCABULARY, activation="softmax", name="next_word")(y)
    return keras.Model([source, target], word, name="transformer")
