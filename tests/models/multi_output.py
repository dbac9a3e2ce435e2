"""Tickets by priority and department: three inputs, two outputs, operations in between."""

import keras
from keras import layers

num_tags = 12
num_words = 10000
num_departments = 4

title_input = keras.Input(shape=(None,), name="title")
body_input = keras.Input(shape=(None,), name="body")
tags_input = keras.Input(shape=(num_tags,), name="tags")

title_features = layers.LSTM(128)(layers.Embedding(num_words, 64)(title_input))
body_features = layers.LSTM(32)(layers.Embedding(num_words, 64)(body_input))
x = layers.concatenate([title_features, body_features, tags_input])

priority_pred = layers.Dense(1, activation="sigmoid", name="priority")(x)
department_pred = layers.Dense(num_departments, name="department")(x)

model = keras.Model(
    inputs=[title_input, body_input, tags_input],
    outputs={"priority": priority_pred, "department": department_pred},
)

if __name__ == "__main__":
    model.compile(
        optimizer=keras.optimizers.RMSprop(1e-3),
        loss={
            "priority": keras.losses.BinaryCrossentropy(),
            "department": keras.losses.CategoricalCrossentropy(from_logits=True),
        },
        loss_weights={"priority": 1.0, "department": 0.2},
    )
    keras.utils.plot_model(model, "tickets.png", show_shapes=True)
