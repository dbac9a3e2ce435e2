"""WaveNet: dilated causal convolutions, each with a gate, and the sum of what they all say.

van den Oord et al.: WaveNet: a generative model for raw audio (2016). Four layers of one stack
of ten.
"""

import keras
from keras import layers

DILATIONS = [2**power for power in range(4)]
WIDTH, SKIP = 64, 256


def build_model(levels: int = 256, samples: int = 4096) -> keras.Model:
    """Return a model that says of each sample which of 256 levels comes next."""
    sound = keras.Input((samples, 1), name="sound")
    x = layers.Conv1D(WIDTH, 2, padding="causal")(sound)
    skips = []
    for dilation in DILATIONS:
        options = {"padding": "causal", "dilation_rate": dilation}
        wave = layers.Conv1D(WIDTH, 2, activation="tanh", **options)(x)
        gate = layers.Conv1D(WIDTH, 2, activation="sigmoid", **options)(x)
        y = layers.Multiply()([wave, gate])
        skips.append(layers.Conv1D(SKIP, 1)(y))
        x = layers.Add()([x, layers.Conv1D(WIDTH, 1)(y)])
    y = layers.Activation("relu")(layers.Add()(skips))
    y = layers.Conv1D(SKIP, 1, activation="relu")(y)
    level = layers.Conv1D(levels, 1, activation="softmax", name="next_level")(y)
    return keras.Model(sound, level, name="wavenet")
