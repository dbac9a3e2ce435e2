"""The private copy of a module, on which the run takes place."""

from __future__ import annotations

import pytest

from net2fig.read import read

pytestmark = pytest.mark.torch


def test_a_function_in_an_attribute_calls_the_copy() -> None:
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.ModuleDict({"fc": nn.Linear(4, 3)})
            last = nn.Linear(3, 2)
            self.last = last
            inner = self.inner
            self.apply_inner = lambda x: torch.relu(inner.fc(x))
            self.steps = [lambda x, m=self.last: m(x)]

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.steps[0](self.apply_inner(x))

    module = Net()
    network = read(module)
    assert [layer.class_name for layer in network.layers[1:]] == ["Linear", "relu", "Linear"]
    assert network.params == sum(each.numel() for each in module.parameters())
    assert not [notice for notice in network.notices if notice.code == "unused-weights"]
