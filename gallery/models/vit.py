"""ViT: an image is 196 patches, and the patches attend to each other.

Dosovitskiy et al.: An image is worth 16x16 words: transformers for image recognition at scale
(2021). Small: six blocks of width 384, and the mean of all tokens in place of a class token.
"""

import keras
from keras import layers

SIZE, PATCH = 224, 16
WIDTH, HEADS, BLOCKS = 384, 6, 6


@keras.saving.register_keras_serializable("gallery")
class PositionEmbedding(layers.Layer):
    """Adds to every token a vector that says where it stands."""

    def build(self, input_shape):
        """Create one vector per token."""
        self.position = self.add_weight(
            shape=input_shape[1:], initializer="random_normal", name="position"
        )

    def call(self, tokens):
        """Return the tokens, each with its position added."""
        return tokens + self.position


def encoder_block(x):
    """Let the tokens attend to each other, then think about each by itself."""
    y = layers.LayerNormalization(epsilon=1e-6)(x)
    y = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(y, y)
    x = layers.Add()([x, y])
    y = layers.LayerNormalization(epsilon=1e-6)(x)
    y = layers.Dense(4 * WIDTH, activation="gelu")(y)
    y = layers.Dense(WIDTH)(y)
    return layers.Add()([x, y])


def build_model(classes: int = 1000) -> keras.Model:
    """Return a small ViT for colour images of 224 × 224 pixels."""
    image = keras.Input((SIZE, SIZE, 3), name="image")
    x = layers.Conv2D(WIDTH, PATCH, strides=PATCH, name="patches")(image)
    x = layers.Reshape((-1, WIDTH), name="tokens")(x)
    x = PositionEmbedding(name="position")(x)
    for _ in range(BLOCKS):
        x = encoder_block(x)
    x = layers.LayerNormalization(epsilon=1e-6)(x)
    x = layers.GlobalAveragePooling1D()(x)
    label = layers.Dense(classes, activation="softmax", name="label")(x)
    return keras.Model(image, label, name="vit")
