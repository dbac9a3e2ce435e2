"""A U-Net as a function and nothing else; old names of options, modules that are missing."""

import numpy as np
import os
import skimage_not_installed as io
from keras.models import *
from keras.layers import *
from keras.optimizers import *
from keras.callbacks import ModelCheckpoint, LearningRateScheduler
from keras import backend as keras

def unet(pretrained_weights=None, input_size=(64, 64, 1)):
    inputs = Input(input_size)
    conv1 = Conv2D(8, 3, activation='relu', padding='same', kernel_initializer='he_normal')(inputs)
    pool1 = MaxPooling2D(pool_size=(2, 2))(conv1)
    conv5 = Conv2D(16, 3, activation='relu', padding='same')(pool1)
    drop5 = Dropout(0.5)(conv5)
    up6 = Conv2D(8, 2, activation='relu', padding='same')(UpSampling2D(size=(2, 2))(drop5))
    merge6 = concatenate([conv1, up6], axis=3)
    conv10 = Conv2D(1, 1, activation='sigmoid')(merge6)
    model = Model(inputs=inputs, outputs=conv10)
    model.compile(optimizer=Adam(lr=1e-4), loss='binary_crossentropy', metrics=['accuracy'])
    if pretrained_weights:
        model.load_weights(pretrained_weights)
    return model
