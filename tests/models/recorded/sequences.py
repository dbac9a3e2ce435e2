"""Words with masks, recurrent layers both ways, states from one to the other."""

from keras.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    Input,
    Masking,
    TimeDistributed,
)
from keras.models import Model, Sequential

encoder_inputs = Input(shape=(None,), name="source", dtype="int32")
x = Embedding(1000, 32, mask_zero=True)(encoder_inputs)
x = Bidirectional(LSTM(16, return_sequences=True, dropout=0.2))(x)
x, *states = LSTM(32, return_state=True)(x)
decoder_inputs = Input(shape=(None,), name="target", dtype="int32")
y = Embedding(1000, 32, mask_zero=True, name="words")(decoder_inputs)
y, _, _ = LSTM(32, return_sequences=True, return_state=True)(y, initial_state=states)
y = TimeDistributed(Dense(1000, activation="softmax"))(y)
tagger = Sequential(
    [Input((20, 8)), Masking(-1.0), GRU(4, return_sequences=True), Dropout(0.1)], name="tagger"
)
number = Input((20, 8), name="numbers")
z = tagger(number)
model = Model([encoder_inputs, decoder_inputs, number], {"next": y, "tags": z})
