"""A tagger of words: a sequence through an LSTM, a GRU and attention."""

import keras
from keras import layers

words = keras.Input((60,), name="words")
x = layers.Embedding(5000, 64)(words)
x = layers.LSTM(48, return_sequences=True, name="lstm_1")(x)
x = layers.GRU(48, return_sequences=True, name="gru_1")(x)
x = layers.MultiHeadAttention(4, 16, name="attention")(x, x, use_causal_mask=True)
model = keras.Model(words, layers.Dense(12, activation="softmax")(x), name="tagger")
