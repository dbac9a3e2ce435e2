"""Modules of PyTorch in memory: parameters, shapes and edges, and that nothing is changed."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any

import pytest

from net2fig.errors import ModelError
from net2fig.figure import draw
from net2fig.network import Network
from net2fig.read import read
from tests.read.torch.conftest import build, layer_calls, observed_calls

pytestmark = pytest.mark.torch

SMALL = {
    "resnet": (
        lambda: build("resnet.ResNet", layers=(1, 2, 1, 1), width=8, num_classes=5),
        (3, 64, 64),
    ),
    "unet": (lambda: build("unet.UNet", width=4), (3, 32, 32)),
    "vit": (lambda: build("vit.VisionTransformer", 32, 8, 24, 2, 3, 5), (3, 32, 32)),
    "vae": (lambda: build("others.VAE"), (784,)),
    "generator": (lambda: build("others.Generator", 8, 4), (8, 1, 1)),
    "discriminator": (lambda: build("others.Discriminator", 3, 4), (3, 32, 32)),
    "fpn": (lambda: build("others.FPN", 8, 8), (3, 64, 64)),
}
"""Networks of images and vectors, with the shape of their input."""


def edges_of(network: Network) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in network.edges}


@pytest.mark.parametrize("name", SMALL)
def test_parameters_shapes_and_order_are_those_of_pytorch(name: str) -> None:
    import torch

    make, shape = SMALL[name]
    module = make()
    network = read(module, input_shape=shape)
    assert network.params == sum(each.numel() for each in module.parameters())
    expected = observed_calls(module, torch.rand(2, *shape))
    # A global pooling and the flattening after it are one layer here.
    expected = [
        (path, size[:2] if size[2:] == (1, 1) and "pool" in path else size)
        for path, size in expected
    ]
    found = layer_calls(network, 2)
    # What an attention holds is one layer here.
    inside = [call for call in expected if ".attn." not in call[0]]
    assert sorted(found) == sorted(inside)
    order = {path: number for number, (path, _) in enumerate(inside)}
    by_path = {layer.id.partition("@")[0]: layer.id for layer in network.layers}
    ids = {by_path[path]: order[path] for path in order}
    for source, target in edges_of(network):
        if source in ids and target in ids:
            assert ids[source] < ids[target]


@pytest.mark.parametrize("name", SMALL)
def test_an_input_shape_is_found_if_none_is_given(name: str) -> None:
    network = read(SMALL[name][0]())
    assert [each.code for each in network.notices] == ["guessed-shape"]


def test_attention_of_products_is_one_layer() -> None:
    network = read(SMALL["vit"][0]())
    found = [layer for layer in network.layers if layer.op == "MultiHeadAttention"]
    assert [layer.class_name for layer in found] == ["Attention", "Attention"]
    assert found[0].config["num_heads"] == 3
    assert found[0].params == 24 * 72 + 72 + 24 * 24 + 24


def test_tied_weights_count_once_and_positions_are_a_source() -> None:
    config = build("gpt.GPTConfig", block_size=16, vocab_size=50, n_layer=2, n_embd=16)
    module = build("gpt.GPT", config)
    network = read(module)
    assert network.params == sum(each.numel() for each in module.parameters())
    assert [port.name for port in network.inputs] == ["idx"]
    assert network["transformer.wpe"].output == (None, 16, 16)
    assert ("transformer.wpe", "add") in edges_of(network)


def test_a_sequence_classifier() -> None:
    module = build("others.LSTMClassifier", 50, 6, 4)
    network = read(module, input_shape=(9,))
    assert network.params == sum(each.numel() for each in module.parameters())
    assert network["lstm"].outputs[:2] == ((None, 9, 8), (None, 4))


def modules() -> dict[str, Callable[[], Any]]:
    """Return small modules, each with one thing that is hard to see."""
    import torch
    from torch import nn

    class InPlace(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 3, padding=1)
            self.drop = nn.Dropout()

        def forward(self, x: Any) -> Any:
            y = self.drop(x)
            y = self.conv(y)
            y += x
            view = y[:, :1]
            view.mul_(2)
            return torch.relu(y)

    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tower = nn.Linear(4, 3)

        def forward(self, a: Any, b: Any) -> Any:
            return torch.cat([self.tower(a), self.tower(b)], 1)

    class Asking(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)

        def forward(self, x: Any) -> Any:
            x = self.first(x)
            return self.second(x) if x.mean() > 0 else x

    class Raw(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(5, 4))
            self.bias = nn.Parameter(torch.zeros(5))

        def forward(self, x: Any) -> Any:
            return x @ self.weight.t() + self.bias

    class Converting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x: Any) -> Any:
            return self.fc(x).float().bool().int().to(torch.float64)

    class Caching(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x: Any) -> Any:
            y = self.fc(x)
            return {"logits": torch.relu(y), "past_key_values": [y]}

    class Conv1D(nn.Module):
        """A dense layer under a misleading name."""

        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(4, 6))
            self.bias = nn.Parameter(torch.zeros(6))

        def forward(self, x: Any) -> Any:
            size = (*x.size()[:-1], 6)
            return torch.addmm(self.bias, x.view(-1, 4), self.weight).view(size)

    class Misnamed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = Conv1D()

        def forward(self, x: Any) -> Any:
            return self.layer(x)

    class Filling(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x: Any) -> Any:
            out = torch.zeros(x.shape[0], 2)
            for place in range(2):
                out[:, place] = self.fc(x)[:, place]
            return out

    class Packing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(4, 6, batch_first=True)

        def forward(self, x: Any) -> Any:
            lengths = torch.full((x.shape[0],), x.shape[1])
            packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
            return nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)[0]

    return {
        "in-place": InPlace,
        "filling": Filling,
        "misnamed": Misnamed,
        "packing": Packing,
        "caching": Caching,
        "shared": Shared,
        "asking": Asking,
        "raw": Raw,
        "converting": Converting,
    }


def test_changes_in_place_and_through_views() -> None:
    network = read(modules()["in-place"](), input_shape=(3, 8, 8))
    assert {
        ("x", "drop"),
        ("drop", "conv"),
        ("conv", "add"),
        # What a dropout returns unchanged is not what the addition reads.
        ("x", "add"),
        ("add", "getitem"),
        ("getitem", "mul"),
        ("mul", "copy"),
        ("add", "copy"),
        ("copy", "relu"),
    } == edges_of(network)


def test_shared_weights_are_marked() -> None:
    network = read(modules()["shared"]())
    assert [layer.id for layer in network.layers if layer.shared] == ["tower", "tower@2"]
    assert network.params == 15
    assert "shared-layer" in {each.code for each in network.notices}


def test_values_that_are_asked_for_are_answered_and_told() -> None:
    network = read(modules()["asking"]())
    told = {each.code: each.text for each in network.notices}
    assert "test_live.py, line " in told["value-asked"]
    assert told["unused-weights"] == "left out 20 parameters that forward does not use: 'second'"
    assert network.params == 20


def test_a_conversion_is_no_question_and_no_layer() -> None:
    network = read(modules()["converting"]())
    assert [layer.id for layer in network.layers] == ["x", "fc"]
    assert [each.code for each in network.notices] == ["guessed-shape"]


def test_what_is_kept_for_the_next_step_is_no_output() -> None:
    network = read(modules()["caching"]())
    assert [port.name for port in network.outputs] == ["logits"]


def test_a_tensor_that_is_filled_step_by_step() -> None:
    network = read(modules()["filling"]())
    assert [layer.id for layer in network.layers if layer.params] == ["fc", "fc@2"]
    assert network.layers[-1].class_name == "setitem"
    assert network.layers[-1].output == (None, 2)


def test_what_a_module_computes_says_more_than_its_name() -> None:
    network = read(modules()["misnamed"](), input_shape=(5, 4))
    (layer,) = (layer for layer in network.layers if layer.params)
    assert (layer.class_name, layer.op, layer.params) == ("Conv1D", "Dense", 30)
    assert layer.config["out_features"] == 6
    assert layer.output == (None, 5, 6)


def test_what_needs_data_runs_on_small_tensors() -> None:
    network = read(modules()["packing"](), input_shape=(5, 4))
    assert network.params == 4 * 6 * (4 + 6 + 2)
    assert [layer.op for layer in network.layers].count("LSTM") == 1


@pytest.mark.parametrize("kind", ["old", "parametrized", "lazy", "parallel"])
def test_modules_of_other_kinds(kind: str) -> None:
    import torch
    from torch import nn

    module, count = {
        "old": lambda: (torch.nn.utils.spectral_norm(nn.Conv2d(3, 5, 3)), 140),
        "parametrized": lambda: (
            torch.nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 5, 3)),
            145,
        ),
        "lazy": lambda: (nn.LazyConv2d(5, 3), 140),
        "parallel": lambda: (nn.DataParallel(nn.Sequential(nn.Conv2d(3, 5, 3))), 140),
    }[kind]()
    network = read(nn.Sequential(module) if kind != "parallel" else module, input_shape=(3, 8, 8))
    assert [layer.op for layer in network.layers] == ["InputLayer", "Conv2D"]
    assert network.params == count


def test_products_with_weights_are_dense_layers() -> None:
    network = read(modules()["raw"](), input_shape=(4,))
    assert [layer.op for layer in network.layers] == ["InputLayer", "Dense", "Add"]
    assert network.params == 25


def test_a_module_is_not_changed() -> None:
    import torch

    module = SMALL["resnet"][0]()
    calls: list[int] = []
    module.fc.register_forward_hook(lambda *_: calls.append(1))
    state = copy.deepcopy(module.state_dict())
    attributes = {path: dict(vars(each)) for path, each in module.named_modules()}
    random = torch.get_rng_state()
    read(module)
    assert torch.equal(random, torch.get_rng_state())
    assert module.training
    assert all(torch.equal(value, state[key]) for key, value in module.state_dict().items())
    for path, each in module.named_modules():
        assert vars(each).keys() == attributes[path].keys()
        assert all(vars(each)[key] is value for key, value in attributes[path].items())
    calls.clear()
    module(torch.rand(2, 3, 64, 64))
    assert calls == [1]


def test_other_threads_see_no_recording() -> None:
    import torch

    module = SMALL["unet"][0]()
    stop = threading.Event()
    errors: list[BaseException] = []

    def train() -> None:
        try:
            while not stop.is_set():
                out = module(torch.rand(1, 3, 32, 32))
                assert not out.is_meta
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    thread = threading.Thread(target=train)
    thread.start()
    networks = [read(module) for _ in range(3)]
    stop.set()
    thread.join()
    assert not errors
    assert len({len(network.layers) for network in networks}) == 1


def test_an_example_says_the_shape() -> None:
    import torch

    module = modules()["shared"]()
    figure = draw(module, example=(torch.rand(7, 4), torch.rand(7, 4)))
    assert [layer.output for layer in figure.network.layers[:2]] == [(None, 4), (None, 3)]
    assert not {each.code for each in figure.warnings} & {"guessed-shape"}


def test_an_input_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ModelError) as caught:
        read(modules()["raw"](), input_shape=(7,))
    assert caught.value.message.startswith(
        "invalid input: Raw.forward(x) in Raw fails with it (RuntimeError:"
    )


def test_a_module_without_a_hint_of_its_input_needs_a_shape() -> None:
    raw = modules()["raw"]

    class Odd(raw):  # type: ignore[valid-type, misc]
        def forward(self, x: Any) -> Any:
            assert x.shape[1:] == (7, 9, 4)
            return super().forward(x)

    with pytest.raises(ModelError) as caught:
        read(Odd())
    assert caught.value.message.startswith("missing input shape: Odd.forward(x) in Odd")
    assert read(raw()).params == 5 * 4 + 5


def test_a_vector_that_becomes_a_map_has_its_features_first() -> None:
    from torch import nn

    class Generator(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.Linear(10, 3 * 8 * 4)

        def forward(self, x: Any) -> Any:
            return self.layers(x).view(x.size(0), 3, 8, 4)

    network = read(Generator(), input_shape=(10,))
    (out,) = [network[port.layer].extent() for port in network.outputs]
    assert out is not None
    assert (out.spatial, out.features) == ((8, 4), 3)
