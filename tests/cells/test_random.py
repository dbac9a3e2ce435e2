"""Random configurations, sizes and functions break no law on any page."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net2fig.cells.pipeline import draw_layer
from net2fig.data.template import template_names
from net2fig.laws.cells.graph import find_cell_breaches
from net2fig.network import Edge, Layer, Network, Port
from net2fig.options.resolve import load_options
from tests.cells.nets import draw_case, inner_layer, list_wirings

SIZES = st.sampled_from([1, 7, 32, 512, 4096, 16384])
STEPS = st.sampled_from([None, 5, 197, 2048, 65536])
FUNCTIONS = st.sampled_from(
    ["tanh", "sigmoid", "relu", "hard_sigmoid", "linear", "leaky_relu", "a_function_of_ours"]
)
RECURRENT = st.fixed_dictionaries(
    {
        "units": SIZES,
        "activation": FUNCTIONS,
        "recurrent_activation": FUNCTIONS,
        "use_bias": st.booleans(),
        "return_sequences": st.booleans(),
        "reset_after": st.booleans(),
        "dropout": st.sampled_from([0.0, 0.2]),
    }
)
FILM = st.fixed_dictionaries(
    {
        "filters": SIZES,
        "kernel_size": st.sampled_from([[3, 3], [1, 5]]),
        "activation": FUNCTIONS,
        "recurrent_activation": FUNCTIONS,
        "use_bias": st.booleans(),
    }
)
HEADS = st.fixed_dictionaries(
    {
        "num_heads": st.sampled_from([1, 2, 12, 128]),
        "key_dim": SIZES,
        "value_dim": st.none() | SIZES,
        "use_bias": st.booleans(),
        "use_causal_mask": st.booleans(),
    }
)
GROUPS = st.fixed_dictionaries(
    {
        "head_dim": SIZES,
        "num_query_heads": st.sampled_from([4, 32, 128]),
        "num_key_value_heads": st.sampled_from([1, 2, 4]),
        "use_bias": st.booleans(),
    }
)
PLAIN = st.fixed_dictionaries({"use_scale": st.booleans(), "use_causal_mask": st.booleans()})
WRAPPED = st.builds(
    lambda name, config, merge: {
        "layer": inner_layer(name, name="a", **config),
        "backward_layer": inner_layer(name, name="b", go_backwards=True, **config),
        "merge_mode": merge,
    },
    st.sampled_from(["LSTM", "GRU", "SimpleRNN"]),
    RECURRENT,
    st.sampled_from(["concat", "sum", "mul", "ave"]),
)
CASES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "LSTM": RECURRENT,
    "GRU": RECURRENT,
    "SimpleRNN": RECURRENT,
    "Bidirectional": WRAPPED,
    "ConvLSTM2D": FILM,
    "MultiHeadAttention": HEADS,
    "GroupQueryAttention": GROUPS,
    "AdditiveAttention": PLAIN,
    "Attention": PLAIN,
}


def make_network(
    class_name: str, config: dict[str, Any], inputs: list[tuple[int | None, int]]
) -> Network:
    """Return a network of one layer: film goes into a convolution, sequences into any other."""
    shapes: list[tuple[int | None, ...]] = [(None, *each) for each in inputs]
    output: tuple[int | None, ...] = shapes[0]
    if class_name.startswith("Conv"):
        shapes = [(None, 20, 64, inputs[0][0], inputs[0][1])]
        output = (None, 64, inputs[0][0], config["filters"])
    names = [f"x{number}" for number in range(len(shapes))]
    module = "keras.layers"
    frames = [
        Layer(name, name, "InputLayer", module, {}, (shape,))
        for name, shape in zip(names, shapes, strict=True)
    ]
    # One tensor is query and value of a self-attention.
    sources = names * 2 if "Attention" in class_name and len(names) == 1 else names
    return Network(
        "net",
        (*frames, Layer("it", "it", class_name, module, config, (output,))),
        tuple(Edge(name, "it", 0, number) for number, name in enumerate(sources)),
        tuple(Port(name, name) for name in names),
        (Port("it", "it"),),
    )


@settings(max_examples=25)
@given(st.data(), st.sampled_from(template_names()), st.booleans())
@pytest.mark.parametrize("class_name", CASES)
def test_no_law_is_broken(class_name: str, data: st.DataObject, template: str, mono: bool) -> None:
    most = 3 if "Attention" in class_name else 1
    inputs = data.draw(st.lists(st.tuples(STEPS, SIZES), min_size=1, max_size=most))
    network = make_network(class_name, data.draw(CASES[class_name]), inputs)
    options = load_options("net", None, {"template": template, "mono": mono})
    figure = draw_layer(network, "it", options)
    assert find_cell_breaches(figure.scene, list_wirings(figure.cell), figure.page) == []
    assert figure.warnings == ()


def test_a_page_that_is_too_narrow_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    figure = draw_case(tmp_path_factory.mktemp("case"), "lstm", width="2in")
    (notice,) = figure.warnings
    assert notice.code == "wide"
    assert notice.text.endswith("pt wide, more than the 144 pt of the page")
