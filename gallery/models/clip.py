"""CLIP: one tower reads an image, one reads a text, and their vectors are compared.

Radford et al.: Learning transferable visual models from natural language supervision (2021). The
sizes are those of ViT-B/32; each tower takes the mean of its tokens.
"""

import keras
from keras import layers

SIZE, PATCH, LENGTH, VOCABULARY = 224, 32, 77, 49408
BLOCKS, JOINT = 12, 512


@keras.saving.register_keras_serializable("gallery")
class PositionEmbedding(layers.Layer):
    """Adds to every token a vector that says where it stands."""

    def build(self, input_shape):
        """Create one vector per position."""
        self.position = self.add_weight(shape=input_shape[1:], name="position")

    def call(self, tokens):
        """Return the tokens, each with its position added."""
        return tokens + self.position


def tower(x, width, heads, causal):
    """Return one vector for all tokens, after twelve blocks."""
    for _ in range(BLOCKS):
        y = layers.LayerNormalization()(x)
        y = layers.MultiHeadAttention(heads, width // heads)(y, y, use_causal_mask=causal)
        x = layers.Add()([x, y])
        y = layers.LayerNormalization()(x)
        y = layers.Dense(4 * width, activation="gelu")(y)
        y = layers.Dense(width)(y)
        x = layers.Add()([x, y])
    x = layers.LayerNormalization()(x)
    x = layers.GlobalAveragePooling1D()(x)
    return layers.Dense(JOINT, use_bias=False)(x)


def build_model() -> keras.Model:
    """Return a model of how well an image and a text agree."""
    image = keras.Input((SIZE, SIZE, 3), name="image")
    x = layers.Conv2D(768, PATCH, strides=PATCH, use_bias=False, name="patches")(image)
    x = layers.Reshape((-1, 768), name="patch_tokens")(x)
    x = PositionEmbedding(name="patch_position")(x)
    text = keras.Input((LENGTH,), dtype="int32", name="text")
    y = layers.Embedding(VOCABULARY, 512, name="word_embedding")(text)
    y = PositionEmbedding(name="word_position")(y)
    vectors = [tower(x, 768, 12, causal=False), tower(y, 512, 8, causal=True)]
    likeness = layers.Dot(1, normalize=True, name="similarity")(vectors)
    return keras.Model([image, text], likeness, name="clip")
