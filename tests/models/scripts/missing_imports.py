"""Imports that are not installed, pictures and shell commands all around the model."""

import glob
import os

import cv2_not_installed as cv2
import matplotlib_not_installed.pyplot as plt
import numpy as np
from sklearn_not_installed.model_selection import train_test_split
from tensorflow.keras.layers import *
from tensorflow.keras.models import Sequential

images, labels = [], []
for path in glob.glob("data/*/*.png"):
    image = cv2.imread(path)
    images.append(cv2.resize(image, (64, 64)))
    labels.append(os.path.basename(path))
x_train, x_test, y_train, y_test = train_test_split(np.array(images), labels)
plt.imshow(x_train[0])
plt.show()

width = height = 64
model = Sequential()
for number, filters in enumerate([16, 32]):
    if number == 0:
        model.add(Conv2D(filters, 3, activation="relu", input_shape=(height, width, 3)))
    else:
        model.add(Conv2D(filters, 3, activation="relu"))
    model.add(MaxPooling2D())
model.add(Flatten())
model.add(Dense(4, activation="softmax"))
model.summary()
model.compile("adam", "categorical_crossentropy")
history = model.fit(x_train, y_train, epochs=100)
plt.plot(history.history["loss"])
os.makedirs("results")
model.save("results/model.h5")
model = load_model("results/model.h5")
