"""A model that is a class: its layers in __init__, its data flow in call."""

import keras
from keras import layers


class SmallConvNet(keras.Model):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = layers.Conv2D(32, 3, activation="relu")
        self.pool = layers.MaxPooling2D()
        self.conv2 = layers.Conv2D(64, 3, activation="relu")
        self.gap = layers.GlobalAveragePooling2D()
        self.dropout = layers.Dropout(0.3)
        self.classifier = layers.Dense(num_classes)

    def call(self, inputs, training=False):
        x = self.conv1(inputs)
        x = self.pool(x)
        x = self.conv2(x)
        x = self.gap(x)
        x = self.dropout(x, training=training)
        return self.classifier(x)


def get_model():
    model = SmallConvNet()
    model.build((None, 64, 64, 3))
    return model
