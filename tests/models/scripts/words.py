"""Reviews: constants beside the data, the length of what is read among them."""

from tensorflow.keras.datasets import imdb
from tensorflow.keras.layers import LSTM, Bidirectional, Dense, Embedding
from tensorflow.keras.models import Sequential
from tensorflow.keras.preprocessing import sequence

max_features = 20000
maxlen = 80
(x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=max_features)
print(len(x_train), "train sequences")
x_train = sequence.pad_sequences(x_train, maxlen=maxlen)

model = Sequential()
model.add(Embedding(max_features, 128, input_length=x_train.shape[1]))
model.add(Bidirectional(LSTM(64)))
model.add(Dense(1, activation="sigmoid"))
model.build((None, x_train.shape[1]))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
score, acc = model.evaluate(x_test, y_test, batch_size=32)
