"""Layers of its own, data augmentation, pictures and an experiment around a transformer."""

import os
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
from keras import layers, ops
import numpy as np
import matplotlib.pyplot as plt
num_classes = 100
input_shape = (32, 32, 3)
(x_train, y_train), (x_test, y_test) = keras.datasets.cifar100.load_data()
print(f"x_train shape: {x_train.shape} - y_train shape: {y_train.shape}")
image_size = 72
patch_size = 6
num_patches = (image_size // patch_size) ** 2
projection_dim = 64
num_heads = 4
transformer_units = [projection_dim * 2, projection_dim]
data_augmentation = keras.Sequential([layers.Normalization(), layers.Resizing(image_size, image_size), layers.RandomFlip("horizontal")], name="data_augmentation")
data_augmentation.layers[0].adapt(x_train)
def mlp(x, hidden_units, dropout_rate):
    for units in hidden_units:
        x = layers.Dense(units, activation=keras.activations.gelu)(x)
        x = layers.Dropout(dropout_rate)(x)
    return x
class Patches(layers.Layer):
    def __init__(self, patch_size):
        super().__init__()
        self.patch_size = patch_size
    def call(self, images):
        s = ops.shape(images)
        patches = keras.ops.image.extract_patches(images, size=self.patch_size)
        return ops.reshape(patches, (s[0], (s[1] // self.patch_size) * (s[2] // self.patch_size), self.patch_size * self.patch_size * s[3]))
plt.figure(figsize=(4, 4))
image = x_train[np.random.choice(range(x_train.shape[0]))]
plt.imshow(image.astype("uint8"))
class PatchEncoder(layers.Layer):
    def __init__(self, num_patches, projection_dim):
        super().__init__()
        self.num_patches = num_patches
        self.projection = layers.Dense(units=projection_dim)
        self.position_embedding = layers.Embedding(input_dim=num_patches, output_dim=projection_dim)
    def call(self, patch):
        positions = ops.expand_dims(ops.arange(start=0, stop=self.num_patches, step=1), axis=0)
        return self.projection(patch) + self.position_embedding(positions)
def create_vit_classifier():
    inputs = keras.Input(shape=input_shape)
    augmented = data_augmentation(inputs)
    patches = Patches(patch_size)(augmented)
    encoded_patches = PatchEncoder(num_patches, projection_dim)(patches)
    for _ in range(2):
        x1 = layers.LayerNormalization(epsilon=1e-6)(encoded_patches)
        a = layers.MultiHeadAttention(num_heads=num_heads, key_dim=projection_dim, dropout=0.1)(x1, x1)
        x2 = layers.Add()([a, encoded_patches])
        x3 = mlp(layers.LayerNormalization(epsilon=1e-6)(x2), hidden_units=transformer_units, dropout_rate=0.1)
        encoded_patches = layers.Add()([x3, x2])
    r = layers.Flatten()(layers.LayerNormalization()(encoded_patches))
    return keras.Model(inputs=inputs, outputs=layers.Dense(num_classes)(mlp(r, [128], 0.5)))
def run_experiment(model):
    model.compile(optimizer=keras.optimizers.AdamW(learning_rate=0.001))
    history = model.fit(x=x_train, y=y_train)
    return history
vit_classifier = create_vit_classifier()
history = run_experiment(vit_classifier)
def plot_history(item):
    plt.plot(history.history[item])
plot_history("loss")
