"""Models of Keras with one layer that a page steps through, apart from plain recurrent ones."""

from __future__ import annotations

from typing import Any

STEPPED = (
    "heads",
    "causal heads",
    "groups",
    "additive",
    "additive without weights",
    "dot products",
    "bidirectional",
    "bidirectional sum",
    "bidirectional that returns its last states",
    "maps",
    "lines with strides",
    "cross heads",
    "cross heads with keys apart",
    "cross dot products",
    "bidirectional maps",
)


def make_stepped(kind: str, steps: int, features: int, units: int = 8) -> tuple[Any, Any, Any]:
    """Return a model, its layer, and a sequence for it."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(7)
    layers = keras.layers
    width = features
    maps = {"maps": (6, 5), "lines with strides": (9,), "bidirectional maps": (6, 5)}
    film = maps.get(kind, ())
    if "cross" in kind:
        return make_crossed(kind, steps, features)
    if "bidirectional" in kind and film:
        inner = layers.ConvLSTM2D(units, 3, padding="same", return_sequences=True)
        layer: Any = layers.Bidirectional(inner, name="it")
    elif "bidirectional" in kind:
        whole = "last" not in kind
        merge = "sum" if kind.endswith("sum") else "concat"
        inner = layers.LSTM(units, return_sequences=whole)
        layer = layers.Bidirectional(inner, merge_mode=merge, name="it")
    elif film:
        class_name = f"ConvLSTM{len(film)}D"
        more = {"strides": 2} if "strides" in kind else {"dilation_rate": 1}
        words = {"padding": "same", "return_sequences": True, "name": "it", **more}
        layer = getattr(layers, class_name)(units, 3, **words)
    else:
        layer = {
            "heads": lambda: layers.MultiHeadAttention(4, max(units // 4, 1), name="it"),
            "causal heads": lambda: layers.MultiHeadAttention(2, 3, use_bias=False, name="it"),
            "groups": lambda: layers.GroupQueryAttention(max(units // 4, 1), 4, 2, name="it"),
            "additive": lambda: layers.AdditiveAttention(name="it"),
            "additive without weights": lambda: layers.AdditiveAttention(False, name="it"),
            "dot products": lambda: layers.Attention(use_scale=True, name="it"),
        }[kind]()
    x = keras.Input((steps, *film, width))
    if type(layer).__name__ in ("MultiHeadAttention", "GroupedQueryAttention"):
        y = layer(x, x, use_causal_mask="causal" in kind)
    else:
        y = layer([x, x]) if "Attention" in type(layer).__name__ else layer(x)
    source = np.random.default_rng(5)
    for each in layer.weights:
        each.assign(0.4 * source.normal(size=each.shape))
    return keras.Model(x, y), layer, source.normal(size=(steps, *film, width)).astype("float32")


def make_crossed(kind: str, steps: int, features: int) -> tuple[Any, Any, Any]:
    """Return an attention whose keys and values come from another sequence than its queries."""
    import keras
    import numpy as np

    layers, source = keras.layers, np.random.default_rng(5)
    heads = "heads" in kind
    layer: Any = (
        layers.MultiHeadAttention(3, 4, name="it") if heads else layers.Attention(name="it")
    )
    sizes = {"query": (steps, features), "value": (steps + 3, features + heads)}
    if "apart" in kind:
        sizes["key"] = (steps + 3, features + 2)
    inputs = {name: keras.Input(size, name=name) for name, size in sizes.items()}
    found = list(inputs.values())
    output = layer(*found) if heads else layer(found)
    for each in layer.weights:
        each.assign(0.4 * source.normal(size=each.shape))
    arrays = {name: source.normal(size=size).astype("float32") for name, size in sizes.items()}
    return keras.Model(inputs, output), layer, arrays
