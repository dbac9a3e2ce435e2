"""Inputs that are found by what went wrong with others, or by numbers that a module holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from net2fig.network import Network

pytestmark = pytest.mark.torch


def read(module: Any) -> Network:
    from net2fig.read.torch.live import read_module

    return read_module(module)


def first_shape(network: Network) -> tuple[Any, ...]:
    return next(layer for layer in network.layers if layer.op == "InputLayer").outputs[0][1:]


def make(forward: Any, init: Any) -> Any:
    """Return a module with a constructor and a `forward` of its own."""
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            init(self)

    Net.forward = forward
    return Net()


def test_an_axis_that_the_code_adds_is_left_out() -> None:
    from torch import nn

    def init(self: Any) -> None:
        self.conv = nn.Conv1d(1, 4, 3)

    def forward(self: Any, x: Any) -> Any:
        return self.conv(x.unsqueeze(1))

    assert len(first_shape(read(make(forward, init)))) == 1


def test_features_are_as_many_as_a_layer_reads() -> None:
    import torch
    from torch import nn

    def init(self: Any) -> None:
        self.fc = nn.Linear(5, 3)
        self.late = nn.Linear(7, 4)

    def forward(self: Any, x: Any) -> Any:
        one, two = torch.split(x, [7, 6], dim=-1)
        return self.late(one) + two.sum(-1, keepdim=True)

    assert first_shape(read(make(forward, init)))[-1] == 13


def test_a_shape_that_is_asked_of_the_input_is_tried() -> None:
    from torch import nn

    def init(self: Any) -> None:
        self.conv = nn.Conv2d(1, 4, (3, 17))

    def forward(self: Any, x: Any) -> Any:
        return self.conv(x.view(-1, 1, 23, 17))

    assert first_shape(read(make(forward, init))) == (23, 17)


def test_an_image_is_as_large_as_its_flattened_features_tell() -> None:
    from torch import nn

    def init(self: Any) -> None:
        self.conv = nn.Conv2d(3, 2, 3, padding=1)
        self.fc = nn.Linear(2 * 50 * 50, 4)

    def forward(self: Any, x: Any) -> Any:
        return self.fc(self.conv(x).flatten(1))

    assert first_shape(read(make(forward, init))) == (3, 50, 50)


def test_axes_have_the_names_that_the_code_gives_them() -> None:
    from torch import nn

    def init(self: Any) -> None:
        self.num_nodes = 18
        self.conv = nn.Conv2d(3, 4, 1)
        self.fc = nn.Linear(18, 2)

    def forward(self: Any, x: Any) -> Any:
        n, c, t, v, m = x.size()
        x = x.permute(0, 4, 1, 2, 3).reshape(n * m, c, t, v)
        return self.fc(self.conv(x))

    network = read(make(forward, init))
    assert first_shape(network)[:3] == (3, 64, 18)


def test_numbers_of_the_module_are_sizes() -> None:
    from torch import nn

    def init(self: Any) -> None:
        self.num_nodes, self.seq_length = 21, 12
        self.conv = nn.Conv2d(2, 4, 1)

    def forward(self: Any, x: Any) -> Any:
        assert x.shape[2:] == (21, 12)
        return self.conv(x)

    assert first_shape(read(make(forward, init))) == (2, 21, 12)


@pytest.mark.parametrize("batch_first", [True, False])
def test_the_first_state_is_what_the_module_makes(batch_first: bool) -> None:
    from torch import nn

    def init(self: Any) -> None:
        self.embed = nn.Embedding(50, 6)
        self.rnn = nn.GRU(6, 8, batch_first=batch_first)

    def forward(self: Any, x: Any, hidden: Any) -> Any:
        return self.rnn(self.embed(x), hidden[0])[0]

    module = make(forward, init)
    weights = next(module.parameters())
    type(module).init_hidden = lambda _self, size: (weights.new_zeros(1, size, 8),)
    network = read(module)
    assert [layer.op for layer in network.layers].count("InputLayer") == 1
    assert network.params == 50 * 6 + 3 * 8 * (6 + 8 + 2)


def test_an_input_is_left_out_last() -> None:
    from torch import nn

    def init(self: Any) -> None:
        self.one = nn.Linear(5, 5)
        self.two = nn.Linear(9, 5)

    def forward(self: Any, x: Any, c: Any) -> Any:
        x = self.one(x)
        return x if c is None else x + self.two(c)

    network = read(make(forward, init))
    assert network.params == 5 * 5 + 5 + 9 * 5 + 5


def test_an_input_may_be_a_list() -> None:
    from torch import nn

    def init(self: Any) -> None:
        self.embed = nn.Embedding(50, 6)
        self.fc = nn.Linear(12, 3)

    def forward(self: Any, inputs: Any) -> Any:
        one, two = self.embed(inputs[0]), self.embed(inputs[1])
        return self.fc(torch.cat([one, two], -1))

    import torch

    network = read(make(forward, init))
    assert [layer.op for layer in network.layers].count("InputLayer") == 2
    assert network.params == 50 * 6 + 12 * 3 + 3


def test_numbers_that_choose_are_whole() -> None:
    import torch
    from torch import nn

    def init(self: Any) -> None:
        self.fc = nn.Linear(5, 5)

    def forward(self: Any, x: Any, places: Any) -> Any:
        return torch.gather(self.fc(x), 1, places)

    assert read(make(forward, init)).params == 30


def test_an_input_that_is_a_list_in_training_alone_is_a_tensor() -> None:
    from torch import nn

    def init(self: Any) -> None:
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self: Any, inputs: Any) -> Any:
        if self.training:
            image, _boxes = inputs
        else:
            image = inputs
        return self.conv(image)

    assert first_shape(read(make(forward, init))) == (3, 224, 224)
