"""A translator: an encoder, a decoder that starts from its state, and attention between them.

Luong, Pham, Manning: Effective approaches to attention-based neural machine translation (2015).
"""

import keras
from keras import layers


def build_model(
    vocabulary: int = 8000, source_length: int = 40, target_length: int = 32, units: int = 256
) -> keras.Model:
    """Return the model as it is trained: it is told the words of the target so far."""
    source = keras.Input((source_length,), dtype="int32", name="source")
    x = layers.Embedding(vocabulary, units, name="source_embedding")(source)
    encoded, *state = layers.LSTM(
        units, return_sequences=True, return_state=True, name="encoder"
    )(x)

    target = keras.Input((target_length,), dtype="int32", name="target")
    x = layers.Embedding(vocabulary, units, name="target_embedding")(target)
    decoded = layers.LSTM(units, return_sequences=True, name="decoder")(x, initial_state=state)

    context = layers.Attention(name="attention")([decoded, encoded])
    x = layers.Concatenate()([context, decoded])
    x = layers.Dense(units, activation="tanh", name="attentional")(x)
    words = layers.Dense(vocabulary, activation="softmax", name="next_word")(x)
    return keras.Model([source, target], words, name="seq2seq")
