"""Shape rules of layers that prepare data: words, categories, sound, pictures."""

from __future__ import annotations

from net2fig.attributes import Attributes, NoRule
from net2fig.network import Shape
from net2fig.rules.shapes_common import Axis, CheckedShape, Inputs, Rule, count_windows


def same(_at: Attributes, inputs: Inputs) -> Shape:
    """The input shape."""
    return inputs[0]


# Words and categories: they stay numbers, or become vectors with one value for each category.


def depth(at: Attributes) -> Axis:
    """Return the number of categories of a vocabulary; None if it was never learned."""
    if at.flag("pad_to_max_tokens"):
        return at.optional_whole("max_tokens")
    size = at.optional_whole("vocabulary_size")
    if size is not None:
        return size
    vocabulary = at.get("vocabulary")
    if not isinstance(vocabulary, list):
        return None
    mask = at.get("mask_token") is not None and at.get("output_mode") == "int"
    return len(vocabulary) + at.whole("num_oov_indices", 1) + int(mask)


def encoded(at: Attributes, shape: CheckedShape, size: Axis) -> Shape:
    """Return the shape after an encoding, by its mode."""
    mode = at.get("output_mode", "int")
    if mode == "int":
        return shape
    if mode == "one_hot" and (len(shape) == 1 or shape[-1] != 1):
        return (*shape, size)
    return (*shape[:-1], size)


def lookup(at: Attributes, inputs: Inputs) -> Shape:
    """StringLookup and IntegerLookup."""
    return encoded(at, inputs[0], depth(at))


def text(at: Attributes, inputs: Inputs) -> Shape:
    """TextVectorization: a sequence of words, or a vector for the whole text."""
    shape = inputs[0]
    if at.get("output_mode", "int") == "int":
        return (shape[0], at.optional_whole("output_sequence_length"))
    if at.get("split") is not None:
        shape = CheckedShape((*shape, None))
    elif len(shape) == 1:
        shape = CheckedShape((*shape, 1))
    return encoded(at, shape, depth(at))


def discretized(at: Attributes, inputs: Inputs) -> Shape:
    """Discretization: bins between boundaries; in its other modes the second axis goes."""
    shape, edges = inputs[0], at.get("bin_boundaries")
    size = at.optional_whole("num_bins") if edges is None else len(at.items("bin_boundaries")) + 1
    if at.get("output_mode", "int") in ("int", "one_hot"):
        return encoded(at, shape, size)
    return (shape[0], *shape[2:], size) if len(shape) > 1 else (size,)


def hashed(at: Attributes, inputs: Inputs) -> Shape:
    """Hashing."""
    if at.get("output_mode", "int") == "int":
        return inputs[0]
    return (*inputs[0][:-1], at.whole("num_bins"))


def crossed(at: Attributes, inputs: Inputs) -> Shape:
    """HashedCrossing: two categories become one."""
    return encoded(at, inputs[0], at.whole("num_bins"))


# Sound.


def frequencies(at: Attributes) -> int:
    """Return the number of frequencies of a short-time Fourier transform."""
    # The next power of two, where no other length is given.
    length = at.optional_whole("fft_length") or 1 << (at.whole("frame_length") - 1).bit_length()
    return length // 2 + 1


def stft(at: Attributes, inputs: Inputs) -> Shape:
    """STFTSpectrogram: frames by frequencies, for every channel."""
    first = at.channels_first
    if len(inputs[0]) != 3:
        raise NoRule("no sound with channels")
    batch, size, channels = inputs[0]
    if first:
        size, channels = channels, size
    frame = at.whole("frame_length")
    step = at.optional_whole("frame_step") or frame // 2
    if not step:
        raise NoRule("frames in steps of 0")
    frames = count_windows(size, frame, step, at.text("padding", "valid"))
    many = frequencies(at) * (2 if at.get("mode") == "stft" else 1)
    if at.flag("expand_dims"):
        return (batch, channels, frames, many) if first else (batch, frames, many, channels)
    wide = None if channels is None else many * channels
    return (batch, wide, frames) if first else (batch, frames, wide)


def mel(at: Attributes, inputs: Inputs) -> Shape:
    """MelSpectrogram: bands by frames."""
    size, (stride,) = inputs[0][-1], at.per_axis("sequence_stride", 1)
    frames = None if size is None else (size + stride + 1) // stride
    return (*inputs[0][:-1], at.whole("num_mel_bins"), frames)


def stretched(axis: int) -> Rule:
    """RandomHeight and RandomWidth of Keras 2: one axis becomes anything."""

    def rule(_at: Attributes, inputs: Inputs) -> Shape:
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
