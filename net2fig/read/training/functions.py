"""The functions whose results `arrays.py` knows, by the package that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from net2fig.read.training import arrays

Function = Callable[..., Any]

SHARED: Mapping[str, Function] = {
    "zeros": arrays.filled(0, 0),
    "ones": arrays.filled(1, 1),
    "reshape": arrays.reshape,
    "expand_dims": arrays.expand,
    "transpose": arrays.transpose,
    "argmax": arrays.reduce_last,
    "cast": arrays.keep,
    "eye": arrays.make_eye,
    "linspace": arrays.make_linspace,
    **dict.fromkeys(("sin", "cos", "tanh"), arrays.keep_within_one),
    **dict.fromkeys(
        ("exp", "log", "sqrt", "square", "abs", "tan", "power", "clip", "round", "log1p"),
        arrays.keep_shape,
    ),
}
"""What numpy and TensorFlow call alike."""

BY_PACKAGE: Mapping[str, Mapping[str, Function]] = {
    "numpy": {
        **SHARED,
        "empty": arrays.filled(None, None),
        "full": arrays.make_full,
        "rand": arrays.make_rand,
        **dict.fromkeys(("random", "random_sample", "sample", "ranf"), arrays.filled(0, 1)),
        "randn": arrays.make_of_sizes,
        "standard_normal": arrays.filled(None, None),
        "normal": arrays.filled(None, None, place=2),
        "choice": arrays.filled(None, None, place=1),
        "binomial": arrays.filled(None, None, place=2),
        "uniform": arrays.make_uniform,
        "randint": arrays.make_whole,
        "permutation": arrays.make_permutation,
        "arange": arrays.make_arange,
        "identity": arrays.make_eye,
        "concatenate": arrays.concatenate,
        "ravel": arrays.flatten,
        **dict.fromkeys(("array", "asarray"), arrays.convert_array),
        **dict.fromkeys(("copy", "float32", "float64", "nan_to_num"), arrays.keep),
        **dict.fromkeys(("zeros_like", "ones_like", "cumsum"), arrays.keep_shape),
    },
    "tensorflow": {
        **SHARED,
        "uniform": arrays.filled(None, None),
        "normal": arrays.filled(None, None),
        "concat": arrays.concatenate,
        "one_hot": arrays.one_hot,
        "constant": arrays.convert_array,
        "convert_to_tensor": arrays.convert_array,
    },
    "keras": {
        "to_categorical": arrays.one_hot,
        "normalize": arrays.keep_shape,
        "pad_sequences": arrays.make_padded,
    },
}

METHODS: Mapping[str, Function] = {
    "reshape": arrays.reshape,
    "astype": arrays.keep,
    "copy": arrays.keep,
    "numpy": arrays.keep,
    "transpose": arrays.transpose,
    "flatten": arrays.flatten,
    "ravel": arrays.flatten,
    "argmax": arrays.reduce_last,
}
"""Methods of arrays; the array is the first argument."""

SCALERS = frozenset(
    {"StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler", "Normalizer"}
    | {"QuantileTransformer", "PowerTransformer"}
)
"""Classes of scikit-learn whose `transform` keeps the shape."""

TRANSFORMS = frozenset({"fit_transform", "transform", "inverse_transform"})

SPLIT = "train_test_split"
