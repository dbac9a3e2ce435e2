"""A classifier of short videos: the same small network on each frame, then an LSTM."""

from keras.layers import LSTM, Conv2D, Dense, Flatten, Input, MaxPooling2D, TimeDistributed
from keras.models import Sequential


def build_model(frames=10, size=64, classes=5):
    cnn = Sequential(name="frame_encoder")
    cnn.add(Input(shape=(size, size, 3)))
    cnn.add(Conv2D(16, 3, activation="relu"))
    cnn.add(MaxPooling2D())
    cnn.add(Conv2D(32, 3, activation="relu"))
    cnn.add(MaxPooling2D())
    cnn.add(Flatten())

    model = Sequential(name="video_classifier")
    model.add(Input(shape=(frames, size, size, 3)))
    model.add(TimeDistributed(cnn))
    model.add(TimeDistributed(Dense(64, activation="relu")))
    model.add(LSTM(32))
    model.add(Dense(classes, activation="softmax"))
    return model
