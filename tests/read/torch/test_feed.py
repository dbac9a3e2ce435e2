"""Inputs that are found by trying: what the first layers, tables and attributes tell."""

from __future__ import annotations

from typing import Any

import pytest

from net2fig.read import read

pytestmark = pytest.mark.torch


def input_sizes(module: Any) -> dict[str, tuple[int | None, ...] | None]:
    network = read(module)
    sizes = {
        layer.name: layer.output for layer in network.layers if layer.class_name == "InputLayer"
    }
    return {name: None if size is None else tuple(size) for name, size in sizes.items()}


def test_classes_are_given_where_nothing_fits_without() -> None:
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)
            self.embed = nn.Embedding(10, 4)

        def forward(self, x: torch.Tensor, y: torch.Tensor | None = None) -> torch.Tensor:
            assert y is not None
            return self.conv(x) + self.embed(y)[:, :, None, None]

    assert [*input_sizes(Net())] == ["x", "y"]


def test_a_table_of_positions_tells_a_length() -> None:
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(80, 6, 3, stride=2, padding=1)
            self.register_buffer("positions", torch.zeros(75, 6))
            self.embed = nn.Embedding(20, 6)

        def forward(self, mel: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
            x = self.conv(mel).permute(0, 2, 1)
            assert x.shape[1:] == self.positions.shape
            return (x + self.positions).mean(1, keepdim=True) + self.embed(tokens)

    found = input_sizes(Net())
    assert found["mel"] is not None
    assert found["mel"][1:] == (80, 150)


def test_features_may_be_told_by_a_weight_or_an_attribute() -> None:
    import torch
    from torch import nn

    class Scale(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.ones(48))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.weight[None, :, None, None]

    class Stated(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.channels, self.image_size = 4, 40
            self.weight = nn.Parameter(torch.ones(2, 4, 3, 3))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            assert x.shape[1:] == (4, 40, 40)
            return nn.functional.conv2d(x, self.weight)

    for module, size in ((Scale(), 48), (Stated(), 4)):
        shape = input_sizes(module)["x"]
        assert shape is not None
        assert shape[1] == size


def test_a_mask_may_have_one_feature() -> None:
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(6, 6, 3, padding=1)

        def forward(self, x: torch.Tensor, x_mask: torch.Tensor) -> torch.Tensor:
            assert x_mask.shape[1] == 1
            return self.conv(x * x_mask)

    assert [*input_sizes(Net())][:1] == ["x"]
