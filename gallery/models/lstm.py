"""A sequence classifier: words are embedded and read forwards and backwards, twice.

Graves, Schmidhuber: Framewise phoneme classification with bidirectional LSTM and other neural
network architectures (2005).
"""

import keras
from keras import layers


def build_model(vocabulary: int = 20_000, length: int = 200) -> keras.Model:
    """Return a classifier that tells whether a review is favourable."""
    return keras.Sequential(
        [
            keras.Input((length,), dtype="int32", name="words"),
            layers.Embedding(vocabulary, 128),
            layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
            layers.Bidirectional(layers.LSTM(64)),
            layers.Dropout(0.5),
            layers.Dense(1, activation="sigmoid", name="favourable"),
        ],
        name="lstm",
    )
