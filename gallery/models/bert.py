"""BERT, base size: twelve encoder blocks, a head for masked words and one for the pair of sentences.

Devlin, Chang, Lee, Toutanova: BERT: pre-training of deep bidirectional transformers for language
understanding (2019).
"""

import keras
from keras import layers

WIDTH, HEADS, BLOCKS = 768, 12, 12
VOCABULARY, LENGTH = 30522, 128


@keras.saving.register_keras_serializable("gallery")
class PositionEmbedding(layers.Layer):
    """Adds to every token a vector that says where it stands."""

    def build(self, input_shape):
        """Create one vector for each of 512 positions."""
        self.position = self.add_weight(shape=(512, input_shape[-1]), name="position")

    def call(self, tokens):
        """Return the tokens, each with its position added."""
        return tokens + self.position[: tokens.shape[1]]


def block(x):
    """Attention and two dense layers, each added to its input and then normalised."""
    y = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(x, x)
    x = layers.LayerNormalization()(layers.Add()([x, y]))
    y = layers.Dense(4 * WIDTH, activation="gelu")(x)
    y = layers.Dense(WIDTH)(y)
    return layers.LayerNormalization()(layers.Add()([x, y]))


def build_model() -> keras.Model:
    """Return BERT as it is pre-trained."""
    words = keras.Input((LENGTH,), dtype="int32", name="words")
    segments = keras.Input((LENGTH,), dtype="int32", name="segments")
    word = layers.Embedding(VOCABULARY, WIDTH, name="word_embedding")(words)
    segment = layers.Embedding(2, WIDTH, name="segment_embedding")(segments)
    x = PositionEmbedding(name="position")(layers.Add()([word, segment]))
    x = layers.LayerNormalization()(x)
    for _ in range(BLOCKS):
        x = block(x)
    pooled = layers.Dense(WIDTH, activation="tanh", name="pooler")(x[:, 0])
    pair = layers.Dense(2, activation="softmax", name="next_sentence")(pooled)
    y = layers.Dense(WIDTH, activation="gelu", name="transform")(x)
    y = layers.LayerNormalization()(y)
    masked = layers.Dense(VOCABULARY, activation="softmax", name="masked_words")(y)
    return keras.Model([words, segments], [masked, pair], name="bert")
