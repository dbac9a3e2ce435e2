"""Random networks of every sort, and random wishes: what figures are drawn of in the laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from net2fig.network import Network
from net2fig.options.types import LEVELS
from tests.group.nets import Builder

SIZES = st.sampled_from([None, 1, 7, 8, 32, 33, 64, 224])
FEATURES = st.sampled_from([1, 3, 8, 16, 17, 64, 256, 1024])
KEPT = ("BatchNormalization", "ReLU", "Dropout", "Activation", "LayerNormalization")
CONVOLVING = {1: "Conv1D", 2: "Conv2D", 3: "Conv3D"}


@dataclass
class Growing:
    """A network that grows, and what may still be read: recent tensors, oftener."""

    draw: st.DrawFn
    net: Builder = field(default_factory=Builder)
    alive: list[str] = field(default_factory=list)
    scope: tuple[str, ...] = ()

    def pick(self) -> str:
        """Return a tensor, most likely the last: chains with skips, not a heap of lines."""
        return self.draw(st.sampled_from(self.alive[-1:] * 4 + self.alive[-4:] + self.alive))

    def like(self, x: str, *, features: bool) -> list[str]:
        """Return what has the shape of a tensor, features counted or not."""
        end = None if features else -1
        shape = self.net.shape(x)
        return [
            id
            for id in self.alive
            if self.net.shape(id)[:end] == shape[:end] and len(self.net.shape(id)) == len(shape)
        ]


def _conv(g: Growing, x: str) -> str:
    axes = len(g.net.shape(x)) - 2
    if axes not in CONVOLVING:
        return g.net.dense(x, g.draw(FEATURES), scope=g.scope)
    features = g.draw(FEATURES)
    kernel, strides = g.draw(st.sampled_from([(1, 1), (3, 1), (3, 1), (3, 2), (7, 2)]))
    transposed = g.draw(st.integers(0, 9)) == 0
    name = CONVOLVING[axes] + "Transpose" * transposed
    config = {"class_name": name, "scope": g.scope, "activation": g.draw(ACTIVATION)}
    return g.net.conv(x, features, kernel, strides, **config)


ACTIVATION = st.sampled_from(["linear", "relu"])


def _pool(g: Growing, x: str) -> str:
    axes = len(g.net.shape(x)) - 2
    if axes not in CONVOLVING:
        return g.net.same("Dropout", x)
    return g.net.pool(x, 2, f"MaxPooling{axes}D")


def _up(g: Growing, x: str) -> str:
    shape = g.net.shape(x)
    axes = len(shape) - 2
    if axes not in CONVOLVING or max(axis or 0 for axis in shape[1:-1]) > 256:
        return _kept(g, x)
    out = tuple(None if axis is None else axis * 2 for axis in shape[1:-1])
    return g.net.add(f"UpSampling{axes}D", [x], (None, *out, shape[-1]), size=[2] * axes)


def _kept(g: Growing, x: str) -> str:
    return g.net.same(g.draw(st.sampled_from(KEPT)), x, scope=g.scope)


def _merge(g: Growing, x: str) -> str:
    sort = g.draw(st.sampled_from(["Add", "Add", "Concatenate", "Multiply"]))
    others = g.like(x, features=sort != "Concatenate")
    return g.net.merge(sort, x, *g.draw(st.lists(st.sampled_from(others), min_size=1, max_size=3)))


def _residual(g: Growing, x: str) -> str:
    features = g.net.shape(x)[-1] or 8
    y = x
    for _ in range(g.draw(st.integers(1, 2))):
        y = _same_conv(g, y, features)
    return g.net.merge("Add", y, x)


def _same_conv(g: Growing, x: str, features: int) -> str:
    axes = len(g.net.shape(x)) - 2
    if axes not in CONVOLVING:
        return g.net.dense(x, features)
    return g.net.conv(x, features, class_name=CONVOLVING[axes])


def _repeated(g: Growing, x: str) -> str:
    for _ in range(g.draw(st.integers(2, 4))):
        x = _residual(g, x)
    return x


def _branches(g: Growing, x: str) -> str:
    """Add an inception module: ways of unequal length beside each other."""
    ways = []
    for length in g.draw(st.lists(st.integers(1, 3), min_size=2, max_size=4)):
        y = x
        for _ in range(length):
            y = _same_conv(g, y, g.draw(FEATURES))
        ways.append(y)
    return g.net.merge("Concatenate", *ways)


def _vector(g: Growing, x: str) -> str:
    shape = g.net.shape(x)
    axes = len(shape) - 2
    if axes not in CONVOLVING:
        return g.net.dense(x, g.draw(FEATURES), activation=g.draw(ACTIVATION))
    if None not in shape[1:] and g.draw(st.booleans()):
        units = 1
        for axis in shape[1:]:
            units *= axis or 1
        return g.net.add("Flatten", [x], (None, units))
    return g.net.add(f"GlobalAveragePooling{axes}D", [x], (None, shape[-1]))


def _sequence(g: Growing, x: str) -> str:
    shape = g.net.shape(x)
    if len(shape) != 3:
        return _conv(g, x)
    units = g.draw(FEATURES)
    whole = g.draw(st.booleans())
    out = (*shape[:-1], units) if whole else (None, units)
    return g.net.add("LSTM", [x], out, units=units, return_sequences=whole)


def _attention(g: Growing, x: str) -> str:
    return g.net.add("MultiHeadAttention", [x, x, x][: g.draw(st.integers(1, 3))], g.net.shape(x))


def _odd(g: Growing, x: str) -> str:
    """Add a layer that nobody knows, whose output may be unknown as well."""
    shape = g.net.shape(x)
    out = (None,) * len(shape) if g.draw(st.booleans()) else shape
    name = g.draw(st.sampled_from(["MyLayer", "A<b>&“c”", "ALayerWithAVeryLongNameIndeed"]))
    return g.net.add(name, [x], out)


def _shared(g: Growing, x: str) -> str:
    features = g.draw(FEATURES)
    name = f"tied_{len(g.net.layers)}"
    y = g.net.dense(x, features, name=name, weights=name)
    like = g.like(x, features=True)
    z = g.net.dense(g.draw(st.sampled_from(like)), features, name=f"{name}@2", weights=name)
    g.alive.append(y)
    return z


STEPS: list[Callable[[Growing, str], str]] = [
    *[_conv] * 4,
    *[_kept] * 2,
    *[_merge] * 3,
    _pool,
    _pool,
    _up,
    _residual,
    _repeated,
    _branches,
    _vector,
    _sequence,
    _attention,
    _odd,
    _shared,
]


@st.composite
def networks(draw: st.DrawFn, most: int = 14) -> Network:
    """Draw a network whose shapes agree: ways round, forks, several inputs and outputs."""
    g = Growing(draw)
    for number in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        axes = draw(st.sampled_from([2, 2, 2, 2, 0, 1, 3]))
        size = [draw(SIZES)] * axes
        g.alive.append(g.net.input(*size, draw(FEATURES), name=f"input_{number}"))
    for step in draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=most)):
        g.scope = draw(st.sampled_from([g.scope, g.scope, (), ("encoder",), ("encoder", "stem")]))
        g.alive.append(step(g, g.pick()))
    read = {edge.source for edge in g.net.edges}
    ends = [id for id in g.alive if id not in read]
    more = draw(st.lists(st.sampled_from(g.alive), max_size=1))
    return g.net.network(*dict.fromkeys(ends + more))


LABELS = st.fixed_dictionaries(
    {},
    optional={
        "resolution": st.sampled_from(["all", "change", "none"]),
        **{
            name: st.booleans()
            for name in ("features", "name", "kernel", "stride", "activation", "params")
        },
    },
)
WISHES = {
    "detail": st.sampled_from(LEVELS),
    "palette": st.sampled_from(["grey", "okabe-ito"]),
    "mono": st.just(True),
    "placeholders": st.sampled_from(["always", "never"]),
    "split": st.just(True),
    "repeats": st.just(False),
    "labels": LABELS,
}


def wishes() -> st.SearchStrategy[dict[str, Any]]:
    """Draw what an author may ask for; a poster in one column would be too narrow for its text."""
    large = st.fixed_dictionaries(
        {"template": st.sampled_from(["slides", "poster"])},
        optional=WISHES,
    )
    printed = st.fixed_dictionaries(
        {"template": st.sampled_from(["cvpr", "neurips", "ieee-column", "nature"])},
        optional={"width": st.sampled_from([180.0, 234.0, 397.5]), **WISHES},
    )
    return printed | printed | large
