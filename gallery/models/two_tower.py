"""Two towers: one vector for a user, one for an item, and their product.

After Covington, Adams, Sargin: Deep neural networks for YouTube recommendations (2016), and Yi et
al.: Sampling-bias-corrected neural modeling for large corpus item recommendations (2019).
"""

import keras
from keras import layers


def tower(features, name):
    """Return one vector for all features."""
    x = layers.Concatenate()(features)
    for width in (256, 128):
        x = layers.Dense(width, activation="relu")(x)
    return layers.Dense(64, name=name)(x)


def build_model(users: int = 100_000, items: int = 50_000) -> keras.Model:
    """Return a model of how much a user likes an item."""
    user = keras.Input((), dtype="int32", name="user")
    history = keras.Input((50,), dtype="int32", name="history")
    item = keras.Input((), dtype="int32", name="item")
    text = keras.Input((128,), name="text")
    of_user = layers.Embedding(users, 64, name="user_embedding")(user)
    seen = layers.Embedding(items, 64, name="history_embedding")(history)
    of_item = layers.Embedding(items, 64, name="item_embedding")(item)
    query = tower([of_user, layers.GlobalAveragePooling1D()(seen)], "query")
    candidate = tower([of_item, layers.Dense(64, activation="relu")(text)], "candidate")
    score = layers.Dot(1, name="score")([query, candidate])
    return keras.Model([user, history, item, text], score, name="two_tower")
