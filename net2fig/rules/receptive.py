"""How much of the input one place of the last feature maps depends on: the receptive field.

Requires: a network; where a window begins that is padded to the same size depends on the size of
its input, and is taken to be the usual where that is not known.
Ensures: for each axis the greatest extent over all maps that are not made of everything; `WHOLE`
where a map is (attention, recurrence, gates that were pooled over all); None where a layer has no
rule. What follows the maps, a pooling over all and dense layers, does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from net2fig.network import Layer, Network, Shape, extent
from net2fig.rules.receptive_axis import Sight, spread, together, windowed
from net2fig.rules.shapes import kind_of

Field = tuple[int, ...]
Config = Mapping[str, Any]

WHOLE = "whole"
"""The receptive field of a map that depends on everything."""
POOLED = "pooled"
"""What has no place any more: a vector, or a map that was made of one."""

State = tuple[Sight, ...] | str | None
"""What a tensor sees along each of its axes; WHOLE, POOLED, or None where that is not known."""

Rule = Callable[[Layer, State, Shape | None], State]


def receptive_field(network: Network) -> Field | str | None:
    """Return the receptive field of a network, along each axis of its input."""
    into: dict[str, list[tuple[State, Shape | None]]] = {}
    states: dict[str, State] = {}
    by_target: dict[str, list[tuple[str, Shape | None]]] = {}
    for edge in network.edges:
        by_target.setdefault(edge.target, []).append((edge.source, network.shape(edge)))
    for layer in network.layers:
        into[layer.id] = [(states[id], shape) for id, shape in by_target.get(layer.id, ())]
        states[layer.id] = _state(layer, into[layer.id], network.channels_first)
    found = states.values()
    if WHOLE in found:
        return WHOLE
    if None in found:
        return None
    maps = [state for state in found if isinstance(state, tuple)]
    if not maps:
        return WHOLE
    most = max(len(state) for state in maps)
    return tuple(
        max(state[axis].width for state in maps if len(state) > axis) for axis in range(most)
    )


def _state(
    layer: Layer, given: Sequence[tuple[State, Shape | None]], channels_first: bool
) -> State:
    """Return what a layer's output sees."""
    if not given:
        axes = extent(layer.output, channels_first)
        return tuple(Sight() for _ in axes.spatial) if axes and axes.spatial else POOLED
    kind = _kind(layer)
    states = [state for state, _ in given]
    if WHOLE in states or kind in MIXING:
        return WHOLE
    if None in states:
        return None
    if kind in JOINING or len(states) > 1:
        return _joined(layer, states, given[0][1])
    wrapped = "layer" in layer.config
    rule = RULES.get(layer.class_name) or (None if wrapped else BY_KIND.get(kind or ""))
    if rule is None:
        # A layer nobody knows that keeps the shape may mix places all the same.
        return POOLED if states[0] == POOLED else None
    try:
        return rule(layer, states[0], given[0][1])
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None


def _kind(layer: Layer) -> str | None:
    """Return the kind of a layer; of a wrapper, that of the layer inside."""
    inner = layer.config.get("layer")
    name = inner.get("class_name") if isinstance(inner, Mapping) else None
    return kind_of(name if isinstance(name, str) else layer.class_name)


def _joined(layer: Layer, states: Sequence[State], shape: Shape | None) -> State:
    """Return what a merge sees: a map together with what was pooled over all sees everything."""
    maps = [state for state in states if isinstance(state, tuple)]
    if len(maps) < len(states):
        return WHOLE if maps else POOLED
    axis = layer.config.get("axis")
    if isinstance(axis, int) and shape is not None and axis % len(shape) != _channels(layer, shape):
        return None
    if len({len(each) for each in maps}) > 1:
        return None
    try:
        return tuple(together(each) for each in zip(*maps, strict=True))
    except ValueError:
        return None


def _channels(layer: Layer, shape: Shape) -> int:
    return 1 if layer.config.get("data_format") == "channels_first" else len(shape) - 1


# Layers


def same(_layer: Layer, state: State, _shape: Shape | None) -> State:
    """Every place by itself."""
    return state


def pooled(_layer: Layer, _state: State, _shape: Shape | None) -> State:
    """All places at once."""
    return POOLED


def conv(layer: Layer, state: State, shape: Shape | None) -> State:
    """A window that moves; the axes are those of the kernel or of the pool."""
    if state == POOLED:
        return _of_pooled(layer)
    assert isinstance(state, tuple)
    config = layer.config
    sizes = _axes(config, "kernel_size" if "kernel_size" in config else "pool_size", len(state))
    strides = _axes(config, "strides", len(state)) or sizes
    dilations = _axes(config, "dilation_rate", len(state)) or [1] * len(state)
    lengths = _lengths(config, shape, len(state))
    made = []
    for sight, size, stride, dilation, length in zip(
        state, sizes, strides, dilations, lengths, strict=True
    ):
        reach = (size - 1) * dilation + 1
        before = _before(config.get("padding", "valid"), reach, stride, length)
        made.append(windowed(sight, size, stride, dilation, before))
    return tuple(made)


def _before(padding: str, reach: int, stride: int, length: int | None) -> int:
    """Return how many places are put before an axis."""
    if padding == "causal":
        return reach - 1
    if padding != "same":
        return 0
    steps = stride if length is None or length % stride == 0 else length % stride
    return max(reach - steps, 0) // 2


def transposed(layer: Layer, state: State, _shape: Shape | None) -> State:
    """A window around every place, the places `strides` apart."""
    if state == POOLED:
        return _of_pooled(layer)
    assert isinstance(state, tuple)
    config = layer.config
    sizes = _axes(config, "kernel_size", len(state))
    strides = _axes(config, "strides", len(state)) or [1] * len(state)
    dilations = _axes(config, "dilation_rate", len(state)) or [1] * len(state)
    made = []
    for sight, size, stride, dilation in zip(state, sizes, strides, dilations, strict=True):
        reach = (size - 1) * dilation + 1
        before = max(reach - stride, 0) // 2 if config.get("padding") == "same" else 0
        made.append(spread(sight, stride, reach, before))
    return tuple(made)


def upsampled(layer: Layer, state: State, _shape: Shape | None) -> State:
    """Every place several times, or between its neighbours."""
    if state == POOLED:
        return _of_pooled(layer)
    assert isinstance(state, tuple)
    factors = _axes(layer.config, "size", len(state))
    if layer.config.get("interpolation", "nearest") == "nearest":
        return tuple(
            spread(sight, factor, factor) for sight, factor in zip(state, factors, strict=True)
        )
    return tuple(
        spread(sight, factor, 2 * factor, (factor + 1) // 2)
        for sight, factor in zip(state, factors, strict=True)
    )


def padded(layer: Layer, state: State, _shape: Shape | None) -> State:
    """The same places, others before them."""
    return _shifted(layer, state, "padding", 1)


def cropped(layer: Layer, state: State, _shape: Shape | None) -> State:
    """The same places without the first."""
    return _shifted(layer, state, "cropping", -1)


def _shifted(layer: Layer, state: State, key: str, sign: int) -> State:
    if state == POOLED:
        return POOLED
    assert isinstance(state, tuple)
    given = layer.config[key]
    if isinstance(given, int):
        given = [given] * len(state)
    elif len(state) == 1 and all(isinstance(each, int) for each in given):
        given = [given]
    firsts = [each if isinstance(each, int) else each[0] for each in given]
    return tuple(
        windowed(sight, 1, 1, before=sign * first)
        for sight, first in zip(state, firsts, strict=True)
    )


def _of_pooled(layer: Layer) -> State:
    """Return what a map sees that is made of a vector: everything, but for a single place."""
    axes = extent(layer.output, layer.config.get("data_format") == "channels_first")
    return POOLED if axes is not None and axes.resolution in (None, 1) else WHOLE


def normalised(layer: Layer, state: State, shape: Shape | None) -> State:
    """Along the features each place by itself, along other axes all of them."""
    axis = layer.config.get("axis", -1)
    axes = axis if isinstance(axis, list | tuple) else [axis]
    if shape is None:
        return None
    own = all(int(each) % len(shape) == _channels(layer, shape) for each in axes)
    return state if own or state == POOLED else WHOLE


def reshaped(layer: Layer, state: State, shape: Shape | None) -> State:
    """The same map if its axes stay as they are; of a map in other axes nothing is known."""
    if state == POOLED:
        axes = extent(layer.output)
        return POOLED if axes is None or (axes.resolution or 1) == 1 else WHOLE
    before, after = extent(shape), extent(layer.output)
    if after is not None and not after.spatial:
        return POOLED
    kept = before is not None and after is not None and before.spatial == after.spatial
    return state if kept else None


def embedded(layer: Layer, _state: State, _shape: Shape | None) -> State:
    """Every place of a sequence by itself."""
    axes = extent(layer.output)
    return tuple(Sight() for _ in axes.spatial) if axes else None


def _axes(config: Config, key: str, count: int) -> list[int]:
    """Return a number for each axis; none where the key is not there."""
    value = config.get(key)
    if value is None:
        return []
    return [value] * count if isinstance(value, int) else [int(each) for each in value]


def _lengths(config: Config, shape: Shape | None, count: int) -> list[int | None]:
    """Return the length of each axis of an input."""
    axes = extent(shape, config.get("data_format") == "channels_first")
    if axes is None or len(axes.spatial) != count:
        return [None] * count
    return list(axes.spatial)


MIXING = frozenset({"attention", "recurrent"})
"""Kinds whose layers mix all places."""
JOINING = frozenset({"merge"})

BY_KIND: Mapping[str, Rule] = {
    **dict.fromkeys(("activation", "dropout", "norm", "op", "preprocessing", "dense"), same),
    "embedding": embedded,
}
"""By kind, where a class has no rule."""

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), conv),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), conv),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), conv),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"), conv),
    **dict.fromkeys(("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"), conv),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), transposed),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D"), upsampled),
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"), padded),
    **dict.fromkeys(("Cropping1D", "Cropping2D", "Cropping3D"), cropped),
    **dict.fromkeys(
        ("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D"), pooled
    ),
    **dict.fromkeys(("GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D"), pooled),
    **dict.fromkeys(("Flatten",), pooled),
    "GroupNormalization": lambda _layer, state, _shape: state if state == POOLED else WHOLE,
    **dict.fromkeys(("LayerNormalization", "RMSNormalization", "UnitNormalization"), normalised),
    "Reshape": reshaped,
}
"""By class."""
