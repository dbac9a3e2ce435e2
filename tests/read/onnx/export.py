"""Writes the files of this folder: python -m tests.read.onnx.export, with torch, onnx, onnxscript.

The weights are cut out afterwards; net2fig does not read them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.read.torch.conftest import build

FILES = Path(__file__).parent / "files"

NETS: dict[str, tuple[Callable[[], Any], tuple[tuple[int, ...], ...]]] = {
    "resnet": (
        lambda: build("resnet.ResNet", layers=(1, 2, 1, 1), width=8, num_classes=5),
        ((3, 64, 64),),
    ),
    "unet": (lambda: build("unet.UNet", width=4), ((3, 32, 32),)),
    "vit": (lambda: build("vit.VisionTransformer", 32, 8, 24, 2, 3, 5), ((3, 32, 32),)),
    "generator": (lambda: build("others.Generator", 8, 4), ((8, 1, 1),)),
    "fpn": (lambda: build("others.FPN", 8, 8), ((3, 64, 64),)),
    "lstm": (lambda: build("others.LSTMClassifier", 50, 6, 4), ((7,),)),
    "densenet": (lambda: build("families.DenseNet"), ((3, 32, 32),)),
    "mobilenet": (lambda: build("families.MobileNet"), ((3, 32, 32),)),
    "inception": (lambda: build("families.GoogLeNet"), ((3, 32, 32),)),
    "deeplab": (lambda: build("families.DeepLab"), ((3, 32, 32),)),
    "gru": (lambda: build("families.GRUNet"), ((12, 20),)),
    "siamese": (lambda: build("families.Siamese"), ((1, 28, 28), (1, 28, 28))),
    "convnext": (lambda: build("families.ConvNeXt"), ((3, 32, 32),)),
    "encoder": (lambda: build("families.Encoder"), ((9,),)),
}
"""The networks and the shapes of their inputs, without the batch."""

TOKENS = frozenset({"lstm", "encoder"})
"""The networks that read tokens."""

KEPT = ("name_scopes", "class_hierarchy")
"""The notes of the exporter that are kept."""


def make(name: str) -> tuple[Any, tuple[Any, ...]]:
    """Return a network with weights that all differ, and its inputs."""
    import torch

    torch.manual_seed(0)
    make_module, shapes = NETS[name]
    module = make_module().eval()
    for value in module.parameters():
        torch.nn.init.normal_(value, std=0.1)
    if name in TOKENS:
        return module, tuple(torch.zeros(1, *shape, dtype=torch.long) for shape in shapes)
    return module, tuple(torch.randn(1, *shape) for shape in shapes)


def strip(path: Path) -> None:
    """Cut weights, texts of the code, notes, and the shapes between nodes out of a file."""
    import onnx

    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if math.prod(tensor.dims) > 16 and tensor.data_type == onnx.TensorProto.FLOAT:
            tensor.ClearField("raw_data")
            tensor.ClearField("float_data")
    for node in model.graph.node:
        node.ClearField("doc_string")
        kept = [note for note in node.metadata_props if note.key.endswith(KEPT)]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    del model.graph.value_info[:]
    path.write_bytes(model.SerializeToString())


def main() -> None:
    """Write all files."""
    import torch

    FILES.mkdir(exist_ok=True)
    for name in NETS:
        module, inputs = make(name)
        for kind, dynamo in (("script", False), ("graph", True)):
            path = FILES / f"{name}.{kind}.onnx"
            extra = {"external_data": False, "verbose": False} if dynamo else {}
            torch.onnx.export(module, inputs, str(path), dynamo=dynamo, **extra)
            strip(path)
    module, inputs = make("unet")
    path = FILES / "unet.open.onnx"
    names = {"dynamic_axes": {"image": {0: "batch", 2: "height", 3: "width"}}}
    torch.onnx.export(module, inputs, str(path), dynamo=False, input_names=["image"], **names)
    strip(path)


if __name__ == "__main__":
    main()
