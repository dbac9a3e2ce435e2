"""Letters are counted in a file: there is no model without it."""

import numpy as np
import keras
from keras.models import Model
from keras.layers import Input, LSTM, Dense
batch_size = 64
latent_dim = 256
data_path = 'fra-eng/fra.txt'
input_texts, target_texts = [], []
input_characters, target_characters = set(), set()
with open(data_path, 'r', encoding='utf-8') as f:
    lines = f.read().split('\n')
for line in lines[: min(1000, len(lines) - 1)]:
    a, b, _ = line.split('\t')
    for char in a:
        input_characters.add(char)
num_encoder_tokens = len(input_characters)
num_decoder_tokens = 93
encoder_inputs = Input(shape=(None, num_encoder_tokens))
encoder = LSTM(latent_dim, return_state=True)
encoder_outputs, state_h, state_c = encoder(encoder_inputs)
decoder_inputs = Input(shape=(None, num_decoder_tokens))
decoder_lstm = LSTM(latent_dim, return_sequences=True, return_state=True)
decoder_outputs, _, _ = decoder_lstm(decoder_inputs, initial_state=[state_h, state_c])
model = Model([encoder_inputs, decoder_inputs], Dense(num_decoder_tokens, activation='softmax')(decoder_outputs))
model.compile(optimizer='rmsprop', loss='categorical_crossentropy')
encoder_model = Model(encoder_inputs, [state_h, state_c])
