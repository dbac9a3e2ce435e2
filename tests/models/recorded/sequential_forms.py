"""Sequential models in their forms, one inside another, and one that is never built."""

from tensorflow.keras.layers import (
    Activation,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
    ZeroPadding2D,
)
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import SGD

features = Sequential()
features.add(ZeroPadding2D((1, 1), input_shape=(32, 32, 3)))
for filters in [8, 16]:
    features.add(Conv2D(filters, kernel_size=3))
    features.add(Activation("relu"))
    features.add(MaxPooling2D(2, strides=(2, 2)))
features.add(Dropout(0.5))
features.pop()
model = Sequential(
    [features, Flatten(), Dense(20), Activation("relu"), Dense(10, activation="softmax")]
)
model.compile(optimizer=SGD(learning_rate=0.1, momentum=0.9), loss="categorical_crossentropy")
