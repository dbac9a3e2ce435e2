"""Random networks of every recorded class, as plans that any Keras can follow.

A plan is a list of steps; each makes a layer, or takes an earlier one again, and calls it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from net2fig.read.record.session import load_facts

small = st.integers(1, 4)
number = st.sampled_from([0, 0.25, 1, 0.5, 2.0])

MERGING = ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract", "Concatenate", "Dot")
ATTENTION = ("Attention", "AdditiveAttention")
OPERATORS = ("+", "-", "*", "/", "@", "neg", "pick", "scale", "shift")
FUNCTIONS = {
    "relu": {},
    "sigmoid": {},
    "softmax": {"axis": -1},
    "mean": {"axis": 1, "keepdims": True},
    "sum": {"axis": -1},
    "max": {"axis": (1,)},
    "expand_dims": {"axis": 1},
    "transpose": {},
    "squeeze": {"axis": 1},
    "flip": {"axis": -1},
    "clip": {"x_min": 0.0, "x_max": 6.0},
    "repeat": {"repeats": 2, "axis": 1},
    "cumsum": {"axis": 1},
}


@dataclass(frozen=True)
class Step:
    """What is made (a class and its arguments) or taken again, and what it is called on."""

    what: str
    arguments: dict[str, Any]
    again: int | None
    on: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """Shapes of inputs, steps, the tensors that come out, and whether it is put into another."""

    inputs: tuple[tuple[int | None, ...], ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    nested: bool


def value(draw: Any, kind: str, rank: int) -> Any:
    """Return an argument of a kind, mostly one that Keras takes."""
    sizes = small | st.lists(small, min_size=rank, max_size=rank).map(tuple)
    values_by_kind = {
        "activation": st.sampled_from(["relu", "softmax", "swish", None, "linear", "gelu"]),
        "axes": st.sampled_from([1, 2, -1, (1, 1), (2, 1)]),
        "axes-or-none": st.sampled_from([None, [1], [1, 2]]),
        "axis": st.sampled_from([-1, 1, 2, [1, -1]]),
        "axis-tuple": st.sampled_from([-1, None]),
        "constraints": st.sampled_from([None, "non_neg", "UnitNorm", "max_norm"]),
        "count": small | st.sampled_from([8]),
        "count-or-none": st.none() | small,
        "dims": st.sampled_from([(2, 1), (1, 2), (3, 1, 2), (1,)]),
        "edges": small | st.lists(st.tuples(small, small), min_size=rank, max_size=rank),
        "ends": small | st.tuples(small, small),
        "flag": st.booleans(),
        "factor-up": st.sampled_from([0.1, (0.2, 0.3)]),
        "float": number,
        "initializers": st.sampled_from(["he_normal", "zeros", "GlorotNormal", "orthogonal"]),
        "number": number,
        "number-or-list": number,
        "number-or-none": st.none() | number,
        "one-axis": st.sampled_from([-1, 1, 2]),
        "order": st.sampled_from(["channels_last", "channels_first", None, "Channels_Last"]),
        "output-padding": st.none() | st.sampled_from([0, 1]),
        "padding": st.sampled_from(["valid", "same", "SAME"]),
        "padding-causal": st.sampled_from(["valid", "same", "causal"]),
        "range": st.sampled_from([0.1, (-0.2, 0.3), 0]),
        "rate": st.sampled_from([0, 0.1, 0.5]),
        "regularizers": st.sampled_from([None, "l2", "L1", "l1_l2"]),
        "seed": st.none() | st.just(3),
        "signed": st.sampled_from([-1.0, 0.5]),
        "shape-or-size": st.sampled_from([4, (None, 4), (3, 4)]),
        "text": st.sampled_from(["ab,bc->ac", "abc,cd->abd", "abcd,de->abce"]),
        "text-or-none": st.none(),
        "target": st.sampled_from([(-1,), (-1, 2), (2, 3), (4, -1)]),
        "window": sizes,
    }.get(kind)
    return draw(values_by_kind) if values_by_kind is not None else None


MODEL_KEYWORDS = {
    "interpolation": ["bilinear", "nearest"],
    "fill_mode": ["reflect", "constant"],
    "merge_mode": ["concat", "sum", None],
    "mode": ["horizontal", "vertical"],
    "score_mode": ["dot"],
    "output_mode": ["multi_hot", "one_hot"],
}


@st.composite
def arguments(draw: Any, name: str) -> dict[str, Any]:
    """Return arguments of a class: those that it needs, and some others."""
    known = load_facts()
    rank = next((n for n in (1, 2, 3) if f"{n}D" in name), 2)
    chosen = {}
    for key, default in known["layers"][name]["parameters"].items():
        kind = known["kinds"].get(f"{name}.{key}", known["kinds"].get(key))
        if key in ("name", "dtype") or kind in ("default", "ignored", "own", "noise-shape"):
            continue
        if kind == "statistics" or key == "stateful":
            continue
        if default != "required" and draw(st.integers(0, 3)):
            continue
        chosen[key] = (
            draw(st.sampled_from(MODEL_KEYWORDS[key]))
            if kind == "word"
            else value(draw, kind, rank)
        )
    if draw(st.integers(0, 9)) == 0:
        chosen["name"] = draw(st.sampled_from(["a", "b", "conv2d", "dense_1"]))
    return chosen


@st.composite
def wrapped(draw: Any, name: str) -> dict[str, Any]:
    """Return the class and the arguments of the layer inside a wrapper."""
    inner = ["LSTM", "GRU", "SimpleRNN"]
    if name == "TimeDistributed":
        inner = ["Dense", "Conv2D", "Flatten", "Dropout", "MaxPooling2D", "LSTM", "Activation"]
    which = draw(st.sampled_from(inner))
    inner_arguments = draw(arguments(which))
    inner_arguments.pop("go_backwards", None)
    return {"layer": (which, inner_arguments), **draw(arguments(name))}


@st.composite
def steps(draw: Any, shapes: list[int], count: int) -> Step:
    """Return a step on some of `count` tensors; `shapes` are steps that made a layer."""
    known = load_facts()["layers"]
    kind = draw(st.sampled_from(["layer"] * 6 + ["merge", "operator", "function", "again"]))
    on = tuple(draw(st.lists(st.integers(max(0, count - 3), count - 1), min_size=2, max_size=3)))
    if kind == "again" and shapes:
        return Step("again", {}, draw(st.sampled_from(shapes)), on[:1])
    if kind == "operator":
        return Step("operator", {"sign": draw(st.sampled_from(OPERATORS))}, None, on[:2])
    if kind == "function":
        name = draw(st.sampled_from(sorted(FUNCTIONS)))
        return Step("function", {"name": name, **FUNCTIONS[name]}, None, on[:1])
    if kind == "merge":
        name = draw(st.sampled_from(MERGING + ATTENTION))
        return Step(
            name, draw(arguments(name)), None, on[: 2 if name in ("Subtract", "Dot") else 3]
        )
    single = [name for name in known if name not in MERGING + ATTENTION]
    name = draw(st.sampled_from(single))
    step_arguments = wrapped(name) if "layer" in known[name]["parameters"] else arguments(name)
    return Step(name, draw(step_arguments), None, on[: 2 if name == "MultiHeadAttention" else 1])


@st.composite
def plans(draw: Any) -> Plan:
    """Return a plan."""
    rank = draw(st.sampled_from([1, 2, 2, 3, 3, 3, 4]))
    axis = st.none() | st.integers(4, 12)
    inputs = [(*(draw(axis) for _ in range(rank - 1)), draw(st.integers(2, 6)))]
    if draw(st.booleans()):
        inputs.append(inputs[0])
    chosen_steps: list[Step] = []
    ranks: list[int] = []
    for at in range(draw(st.integers(1, 6))):
        step = draw(steps(ranks, len(inputs) + at))
        if step.what not in ("again", "operator", "function"):
            ranks.append(at)
        chosen_steps.append(step)
    count = len(inputs) + len(chosen_steps)
    last = {count - 1, *draw(st.lists(st.integers(0, count - 1), max_size=2))}
    return Plan(tuple(inputs), tuple(chosen_steps), tuple(sorted(last)), draw(st.booleans()))


# Following a plan.


def follow(plan: Plan, keras: Any) -> Any:
    """Return the model that a plan makes of a Keras."""
    tensors = [keras.Input(shape) for shape in plan.inputs]
    inputs = tensors[:]
    layers: dict[int, Any] = {}
    for at, step in enumerate(plan.steps):
        on = [tensors[index] for index in step.on]
        tensors.append(tensorflow_functions_enabled(step, at, on, layers, keras))
    model = keras.Model(inputs, [tensors[index] for index in plan.outputs])
    if plan.nested:
        outer = [keras.Input(shape) for shape in plan.inputs]
        once = model(outer)
        model = keras.Model(outer, once)
    return model


def tensorflow_functions_enabled(
    step: Step, at: int, on: list[Any], layers: dict[int, Any], keras: Any
) -> Any:
    """Return what a step returns; several tensors count for their first."""
    if step.what == "operator":
        return operated(step.arguments["sign"], *on)
    if step.what == "function":
        words = {key: item for key, item in step.arguments.items() if key != "name"}
        return getattr(keras.ops, step.arguments["name"])(on[0], **words)
    if step.what == "again":
        result = layers[step.again](on[0])
    else:
        layers[at] = layer(step.what, step.arguments, keras)
        several = step.what in MERGING + ATTENTION
        result = layers[at](on) if several else layers[at](*on)
    return result[0] if isinstance(result, (list, tuple)) else result


def layer(name: str, config: dict[str, Any], keras: Any) -> Any:
    """Return a new layer."""
    if isinstance(config.get("layer"), tuple):
        config = {**config, "layer": layer(*config["layer"], keras)}
    return getattr(keras.layers, name)(**config)


def operated(sign: str, first: Any, second: Any) -> Any:
    """Return what an operator returns."""
    return {
        "+": lambda: first + second,
        "-": lambda: first - second,
        "*": lambda: first * second,
        "/": lambda: first / second,
        "@": lambda: first @ second,
        "neg": lambda: -first,
        "pick": lambda: first[:, 0],
        "scale": lambda: 2.0 * first,
        "shift": lambda: first + 1,
    }[sign]()
