"""What a page shows are the numbers of the layer, with the weights of the model."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

import net2fig
from net2fig.cells.player.trace import MAX_STEPS
from net2fig.errors import ModelError, UsageError
from net2fig.network import Layer
from net2fig.read.keras.files.variables import read_variables
from tests.cells.nets import draw_case, save_case
from tests.cells.stepped import STEPPED, make_stepped

np = pytest.importorskip("numpy")
h5py = pytest.importorskip("h5py")

NAMES = ("kernel", "recurrent_kernel", "bias")
LAYER = Layer("it", "it", "LSTM", "keras.layers", {}, ((None, 4),))


def make_model(kind: str, **config: Any) -> Any:
    """Return a model in which the layer is the second of its class."""
    import keras

    keras.utils.set_random_seed(3)
    layers = keras.layers
    name = {"LSTMCell": "RNN"}.get(kind, kind)
    inner = [getattr(layers, kind)(6)] if name == "RNN" else [6]
    return keras.Sequential(
        [
            keras.Input((7, 3)),
            layers.LSTM(3, return_sequences=True, name="before"),
            getattr(layers, name)(*inner, return_sequences=True, name="it", **config),
        ]
    )


def numbers() -> Any:
    return np.random.default_rng(5).normal(size=(7, 3))


KINDS: list[tuple[str, dict[str, Any]]] = [
    ("LSTM", {}),
    ("LSTM", {"use_bias": False, "recurrent_activation": "hard_sigmoid"}),
    ("GRU", {"bias_initializer": "ones"}),
    ("GRU", {"reset_after": False}),
    ("SimpleRNN", {"activation": "relu"}),
    ("LSTMCell", {}),
    ("GRU", {"go_backwards": True}),
]


@pytest.mark.keras
@pytest.mark.parametrize(("kind", "config"), KINDS)
@pytest.mark.parametrize("form", ["keras", "h5", "memory"])
def test_the_hidden_states_are_those_of_keras(
    kind: str, config: dict[str, Any], form: str, tmp_path: Path
) -> None:
    model = make_model(kind, **config)
    source: Any = model
    if form != "memory":
        source = tmp_path / f"net.{form}"
        model.save(source)
    x = numbers()
    figure = net2fig.cell(source, "it", input=x)
    assert figure.trace is not None
    (states,) = [each.values for each in figure.trace.signals if each.id == "h"]
    wanted = model.layers[-1](x[None].astype("float32")).numpy()[0]
    assert np.abs(states - wanted).max() < 1e-5


def layer_returns_sequences(layer: Any) -> bool:
    """Tell whether a layer returns something for each step."""
    return bool(getattr(layer, "return_sequences", True))


@pytest.mark.keras
@pytest.mark.parametrize("kind", STEPPED)
@pytest.mark.parametrize("form", ["keras", "h5", "memory"])
def test_what_goes_out_is_what_keras_returns(kind: str, form: str, tmp_path: Path) -> None:
    model, layer, x = make_stepped(kind, steps=6, features=5)
    source: Any = model
    if form != "memory":
        source = tmp_path / f"net.{form}"
        model.save(source)
    figure = net2fig.cell(source, "it", input=x)
    assert figure.trace is not None
    signals = {each.id: each.values for each in figure.trace.signals}
    found = next(signals[id] for id in ("out", "y", "h") if id in signals)
    several = isinstance(x, dict)
    wanted = model({k: v[None] for k, v in x.items()} if several else x[None]).numpy()[0]
    # Of maps the mean over the places is shown.
    wanted = wanted.mean(axis=tuple(range(1, wanted.ndim - 1)))
    if not layer_returns_sequences(layer):
        found = found[-1]
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() < 1e-5
    assert layer.name == "it"


@pytest.mark.keras
def test_a_sequence_may_be_a_file(tmp_path: Path) -> None:
    model = make_model("LSTM")
    np.save(tmp_path / "seq.npy", numbers()[None])
    figure = net2fig.cell(model, "it", input=tmp_path / "seq.npy")
    assert figure.trace is not None
    assert figure.trace.steps == 7


def refused(sequence: Any, tmp_path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        net2fig.cell(save_case(tmp_path, "lstm"), "it", input=sequence)
    return caught.value.message


def test_a_sequence_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    assert refused(np.zeros((5, 3)), tmp_path) == (
        "invalid sequence: 'input' is 5×3 (must be steps × 128, as the layer reads)"
    )
    assert refused(np.zeros((MAX_STEPS + 1, 128)), tmp_path) == (
        "invalid sequence: 'input' has 2001 steps (at most 2000)"
    )
    assert refused(np.full((2, 128), np.nan), tmp_path) == (
        "invalid sequence: 'input' holds numbers that are not finite"
    )
    assert refused(np.array([["a"]]), tmp_path) == "invalid sequence: 'input' holds no numbers"


def test_a_file_that_is_no_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "seq.npy"
    path.write_bytes(b"no array")
    assert refused(path, tmp_path).startswith("invalid sequence: 'seq.npy' is no .npy file (")


def test_an_array_of_objects_is_not_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "seq.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert refused(path, tmp_path).startswith("invalid sequence: 'seq.npy' is no .npy file (")


@pytest.mark.parametrize(
    ("case", "names"), [("cross heads", "query, value"), ("three inputs", "query, key, value")]
)
def test_an_attention_of_several_sequences_needs_each_by_name(
    case: str, names: str, tmp_path: Path
) -> None:
    path = tmp_path / "seq.npz"
    np.savez(path, query=np.zeros((5, 128)))
    with pytest.raises(UsageError) as caught:
        net2fig.cell(save_case(tmp_path, case), "it", input=path)
    assert caught.value.message == (f"missing sequence: 'seq.npz' must hold arrays named {names}")


def test_a_layer_of_one_sequence_takes_no_others(tmp_path: Path) -> None:
    path = tmp_path / "seq.npz"
    np.savez(path, query=np.zeros((5, 128)), value=np.zeros((5, 128)))
    assert refused(path, tmp_path) == (
        "invalid sequence: 'seq.npz' holds several arrays, the layer reads one"
    )


@pytest.mark.keras
def test_of_another_sequence_the_step_is_shown_that_is_looked_at_most(tmp_path: Path) -> None:
    model, _, arrays = make_stepped("cross dot products", steps=4, features=3)
    np.savez(tmp_path / "seq.npz", **arrays)
    trace = net2fig.cell(model, "it", input=tmp_path / "seq.npz").trace
    assert trace is not None
    signals = {each.id: each.values for each in trace.signals}
    most = signals["soft"].argmax(axis=1)
    assert trace.steps == 4
    assert np.allclose(signals["y"], arrays["value"][most])
    assert np.allclose(signals["q"], arrays["query"])


def test_without_a_sequence_there_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        draw_case(tmp_path, "lstm").to_bytes("html")
    assert caught.value.message.startswith("missing option: '--input'")


# Weights.


def test_code_holds_no_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        read_variables(tmp_path / "model.py", LAYER, NAMES)
    assert caught.value.message.endswith("holds none (a .keras or .h5 file does)")


@pytest.mark.parametrize("package", ["numpy", "h5py"])
def test_a_missing_package_is_told(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == package else find(name)
    )
    with pytest.raises(ModelError) as caught:
        net2fig.cell(save_case(tmp_path, "lstm"), "it", input=np.zeros((5, 128)))
    assert caught.value.lines() == [
        f"missing package: {package!r}",
        "hint: pip install 'net2fig[weights]'",
    ]


def test_a_file_without_weights_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="invalid weights: of 'it' in net.keras"):
        read_variables(save_case(tmp_path, "lstm"), LAYER, NAMES)


def test_numbers_in_another_file_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(bytes(800))
    path = tmp_path / "net.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("model_weights/it/cell")
        outside = [(str(tmp_path / "secret"), 0, 64)]
        group.create_dataset("kernel", (2, 4), dtype="f8", external=outside)
    with pytest.raises(ModelError, match="lies in another file"):
        read_variables(path, LAYER, NAMES)


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.create_dataset("kernel", data=[[1.0]])
    path = tmp_path / "net.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("model_weights/it")
        group["kernel"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "kernel")
    assert read_variables(path, LAYER, NAMES) == {}
