"""Which modules are layers, and what their configuration is."""

from __future__ import annotations

import pytest

from net2fig.attributes import attributes_of
from net2fig.read import read

pytestmark = pytest.mark.torch


def test_a_class_derived_from_a_layer_has_its_configuration() -> None:
    import torch

    class Same(torch.nn.Conv2d):  # type: ignore[misc]
        def __init__(self, inputs: int, outputs: int) -> None:
            super().__init__(inputs, outputs, 3, stride=2, padding=1)

    layer = read(torch.nn.Sequential(Same(3, 8)), input_shape=(3, 16, 16)).layers[-1]
    at = attributes_of(layer)
    assert (layer.class_name, layer.op) == ("Same", "Conv2D")
    assert (at["kernel"], at["stride"], at.channels_first) == ([3, 3], [2, 2], True)


def test_a_recurrent_layer_has_its_configuration() -> None:
    import torch

    layer = read(torch.nn.LSTM(5, 8, 2, bidirectional=True), input_shape=(7, 5)).layers[-1]
    at = attributes_of(layer)
    assert (at["units"], at["layers"], at["directions"]) == (8, 2, 2)


@pytest.mark.parametrize(
    ("name", "op"),
    [
        ("LlamaRMSNorm", "RMSNormalization"),
        ("DetrFrozenBatchNorm2d", "BatchNormalization"),
        ("Layer_norm", "LayerNormalization"),
        ("Scale", "Scale"),
    ],
)
def test_a_norm_that_is_written_out_is_what_its_class_says(name: str, op: str) -> None:
    import torch

    def forward(self: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
        shift = torch.rsqrt(self.weight + 1e-5)
        return x * self.weight + shift

    norm = type(name, (torch.nn.Module,), {"forward": forward})()
    norm.weight = torch.nn.Parameter(torch.ones(8))
    layer = read(torch.nn.Sequential(torch.nn.Linear(4, 8), norm), input_shape=(4,)).layers[-1]
    assert (layer.class_name, layer.op) == (name, op)


def test_waves_for_a_time_are_one_layer() -> None:
    import torch

    class TimeEmbedding(torch.nn.Module):  # type: ignore[misc]
        def forward(self, t: torch.Tensor) -> torch.Tensor:
            steps = torch.exp(torch.arange(4) * -2.0)
            waves = t * steps[None]
            return torch.cat([waves.sin(), waves.cos()], dim=-1)

    module = torch.nn.Sequential(TimeEmbedding(), torch.nn.Linear(8, 16))
    layers = read(module, input_shape=(1,)).layers
    assert [layer.class_name for layer in layers[1:]] == ["TimeEmbedding", "Linear"]
