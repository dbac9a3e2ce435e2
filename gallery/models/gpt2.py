"""GPT-2, small: twelve decoder blocks that normalise before they attend.

Radford, Wu, Child, Luan, Amodei, Sutskever: Language models are unsupervised multitask learners
(2019). The last layer has weights of its own here.
"""

import keras
from keras import layers

WIDTH, HEADS, BLOCKS = 768, 12, 12
VOCABULARY, LENGTH = 50257, 1024


@keras.saving.register_keras_serializable("gallery")
class PositionEmbedding(layers.Layer):
    """Adds to every token a vector that says where it stands."""

    def build(self, input_shape):
        """Create one vector per position."""
        self.position = self.add_weight(shape=input_shape[1:], name="position")

    def call(self, tokens):
        """Return the tokens, each with its position added."""
        return tokens + self.position


def block(x):
    """Attend to what was said before, then think about each token by itself."""
    y = layers.LayerNormalization(epsilon=1e-5)(x)
    y = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(y, y, use_causal_mask=True)
    x = layers.Add()([x, y])
    y = layers.LayerNormalization(epsilon=1e-5)(x)
    y = layers.Dense(4 * WIDTH, activation="gelu")(y)
    y = layers.Dense(WIDTH)(y)
    return layers.Add()([x, y])


def build_model() -> keras.Model:
    """Return a language model for 1024 tokens."""
    tokens = keras.Input((LENGTH,), dtype="int32", name="tokens")
    x = layers.Embedding(VOCABULARY, WIDTH, name="embedding")(tokens)
    x = PositionEmbedding(name="position")(x)
    for _ in range(BLOCKS):
        x = block(x)
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    word = layers.Dense(VOCABULARY, use_bias=False, activation="softmax", name="next_token")(x)
    return keras.Model(tokens, word, name="gpt2")
