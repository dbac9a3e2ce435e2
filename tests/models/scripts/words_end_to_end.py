"""A model of words, trained, then put behind a layer that learned them: that one needs the data."""

import keras, string, re
import tensorflow as tf
from keras import layers
raw_train_ds = keras.utils.text_dataset_from_directory("aclImdb/train", batch_size=32)
max_features = 20000
embedding_dim = 128
sequence_length = 500
def custom_standardization(input_data):
    return tf.strings.lower(input_data)
vectorize_layer = keras.layers.TextVectorization(standardize=custom_standardization, max_tokens=max_features, output_mode="int", output_sequence_length=sequence_length)
text_ds = raw_train_ds.map(lambda x, y: x)
vectorize_layer.adapt(text_ds)
inputs = keras.Input(shape=(None,), dtype="int64")
x = layers.Embedding(max_features, embedding_dim)(inputs)
x = layers.Conv1D(128, 7, padding="valid", activation="relu", strides=3)(x)
x = layers.GlobalMaxPooling1D()(x)
predictions = layers.Dense(1, activation="sigmoid", name="predictions")(x)
model = keras.Model(inputs, predictions)
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(raw_train_ds, epochs=3)
inputs = keras.Input(shape=(1,), dtype="string")
indices = vectorize_layer(inputs)
outputs = model(indices)
end_to_end_model = keras.Model(inputs, outputs)
