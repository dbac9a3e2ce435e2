"""What PyTorch itself does while a module runs, to compare networks with."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from net2fig.network import Layer, Network


def build(name: str, *args: Any, **kwargs: Any) -> Any:
    """Return a module of the folder nets, by file and class: "resnet.ResNet"."""
    file, _, cls = name.partition(".")
    return getattr(import_module(f"tests.read.torch.nets.{file}"), cls)(*args, **kwargs)


def observed_calls(module: Any, *inputs: Any) -> list[tuple[str, tuple[int, ...]]]:
    """Return path and output shape of each call of a layer, by hooks, on tensors with data."""
    import torch

    from net2fig.read.torch.leaves import is_layer

    found: list[tuple[str, tuple[int, ...]]] = []
    paths = {id(each): path for path, each in reversed(list(module.named_modules()))}

    def hook(layer: Any, _given: Any, result: Any) -> None:
        first = result[0] if isinstance(result, tuple) else result
        found.append((paths[id(layer)], tuple(first.shape)))

    handles = [
        each.register_forward_hook(hook)
        for each in module.modules()
        if is_layer(each) and "." not in type(each).__name__
    ]
    was = module.training
    module.eval()
    with torch.no_grad():
        module(*inputs)
    module.train(was)
    for handle in handles:
        handle.remove()
    return found


def layer_calls(network: Network, batch: int) -> list[tuple[str, tuple[int, ...]]]:
    """Return the same of a network: the layers in the order of their calls, batch included."""
    return [
        (layer.id.partition("@")[0], tuple(batch if size is None else size for size in shape))
        for layer in network.layers
        if is_module(layer) and (shape := layer.output) is not None
    ]


def is_module(layer: Layer) -> bool:
    return bool(layer.module) and layer.module.startswith("torch.nn.modules")
