"""Shape rules of layers that prepare data: words, categories, sound, pictures."""

from __future__ import annotations

import math
from typing import Any

from net2fig.network import Shape
from net2fig.rules.shapes_common import Axis, Config, Inputs, Rule, channels_first, windows


def same(_config: Config, inputs: Inputs) -> Shape:
    """What comes in goes out."""
    return inputs[0]


# Words and categories: numbers stay as many, or become vectors as wide as there are categories.


def depth(config: Config) -> Axis:
    """Return how many categories a vocabulary makes, None where it was never learned."""
    if config.get("pad_to_max_tokens"):
        size: Axis = config["max_tokens"]
        return size
    known: Axis = config.get("vocabulary_size")
    if known is not None:
        return known
    vocabulary = config.get("vocabulary")
    if not isinstance(vocabulary, list):
        return None
    mask = config.get("mask_token") is not None and config.get("output_mode") == "int"
    return len(vocabulary) + int(config.get("num_oov_indices", 1)) + int(mask)


def encoded(config: Config, shape: Shape, size: Axis) -> Shape:
    """Return the shape after an encoding, by its mode."""
    mode = config.get("output_mode", "int")
    if mode == "int":
        return shape
    if mode == "one_hot" and (len(shape) == 1 or shape[-1] != 1):
        return (*shape, size)
    return (*shape[:-1], size)


def lookup(config: Config, inputs: Inputs) -> Shape:
    """StringLookup and IntegerLookup."""
    return encoded(config, inputs[0], depth(config))


def text(config: Config, inputs: Inputs) -> Shape:
    """TextVectorization: a sequence of words, or a vector for the whole text."""
    shape = inputs[0]
    if config.get("output_mode", "int") == "int":
        return (shape[0], config.get("output_sequence_length"))
    if config.get("split") is not None:
        shape = (*shape, None)
    elif len(shape) == 1:
        shape = (*shape, 1)
    return encoded(config, shape, depth({"num_oov_indices": 1, **config}))


def discretized(config: Config, inputs: Inputs) -> Shape:
    """Discretization: bins between boundaries; in its other modes the second axis goes."""
    shape, edges = inputs[0], config.get("bin_boundaries")
    size = config.get("num_bins") if edges is None else len(edges) + 1
    if config.get("output_mode", "int") in ("int", "one_hot"):
        return encoded(config, shape, size)
    return (shape[0], *shape[2:], size) if len(shape) > 1 else (size,)


def hashed(config: Config, inputs: Inputs) -> Shape:
    """Hashing."""
    if config.get("output_mode", "int") == "int":
        return inputs[0]
    return (*inputs[0][:-1], config["num_bins"])


def crossed(config: Config, inputs: Inputs) -> Shape:
    """HashedCrossing: two categories become one."""
    return encoded(config, inputs[0], config["num_bins"])


# Sound.


def frequencies(config: Config) -> int:
    """Return how many frequencies a short-time Fourier transform tells apart."""
    length = config.get("fft_length") or 2 ** math.ceil(math.log2(config["frame_length"]))
    return int(length) // 2 + 1


def stft(config: Config, inputs: Inputs) -> Shape:
    """STFTSpectrogram: frames by frequencies, for every channel."""
    first = channels_first(config)
    batch, size, channels = inputs[0]
    if first:
        size, channels = channels, size
    frame = config["frame_length"]
    step = config.get("frame_step") or frame // 2
    frames = windows(size, frame, step, config.get("padding", "valid"))
    many = frequencies(config) * (2 if config.get("mode") == "stft" else 1)
    if config.get("expand_dims"):
        return (batch, channels, frames, many) if first else (batch, frames, many, channels)
    wide = None if channels is None else many * channels
    return (batch, wide, frames) if first else (batch, frames, wide)


def mel(config: Config, inputs: Inputs) -> Shape:
    """MelSpectrogram: bands by frames."""
    *batch, size = inputs[0]
    stride: Any = config["sequence_stride"]
    frames = None if size is None else (size + stride + 1) // stride
    return (*batch, config["num_mel_bins"], frames)


def stretched(axis: int) -> Rule:
    """RandomHeight and RandomWidth of Keras 2: one axis becomes anything."""

    def rule(_config: Config, inputs: Inputs) -> Shape:
        shape = inputs[0]
        return (*shape[:axis], None, *shape[len(shape) + axis + 1 :])

    return rule


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        (
            *("AugMix", "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "CutMix"),
            *("Equalization", "MaxNumBoundingBoxes", "MixUp", "RandAugment", "Solarization"),
        ),
        same,
    ),
    "RandomHeight": stretched(-3),
    "RandomWidth": stretched(-2),
    "StringLookup": lookup,
    "IntegerLookup": lookup,
    "TextVectorization": text,
    "Discretization": discretized,
    "Hashing": hashed,
    "HashedCrossing": crossed,
    "STFTSpectrogram": stft,
    "MelSpectrogram": mel,
}
"""By class."""
