"""Writes grammar/weights.json.xz: python -m tests.read.exported.generate_weights.

Requires torchvision and timm. Models are built on tensors without data; nothing is downloaded. Of
models with equal weights the one whose name is shortest counts, those of torchvision before others.
"""

from __future__ import annotations

import inspect
import json
import lzma
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from net2fig.data.resources import data_dir
from net2fig.read.exported.known_weights import FILE, make_digests


def iterate_models() -> Iterator[tuple[str, Any]]:
    """Yield the models of both libraries, each with its name."""
    import timm
    from torchvision.models import get_model, get_model_builder, list_models

    for name in sorted(list_models(), key=lambda name: (len(name), name)):
        builder = get_model_builder(name)
        place = builder.__module__.rpartition(".")[0]
        words = {"weights": None}
        if "weights_backbone" in inspect.signature(builder).parameters:
            words["weights_backbone"] = None
        if not name.startswith("quantized_"):
            yield f"{place}:{name}", try_to_build(partial(get_model, name, **words))
    for name in sorted(timm.list_models(), key=lambda name: (len(name), name)):
        build = partial(timm.create_model, name, pretrained=False)
        yield f"timm:{name}", try_to_build(build)


def try_to_build(build: Callable[[], Any]) -> Any:
    """Return a model; on tensors with data if it needs these, None if it cannot be built."""
    import torch

    for device in ("meta", "cpu"):
        with suppress(Exception), torch.device(device):
            return build()
    return None


def main() -> None:
    """Write the table."""
    table: dict[str, str] = {}
    bodies: dict[str, str] = {}
    for name, module in iterate_models():
        if module is None:
            continue
        sizes = {key: value.numel() for key, value in module.state_dict().items()}
        whole, body = make_digests(sizes)
        table.setdefault(whole, name)
        bodies.setdefault(body, name)
    text = json.dumps({**bodies, **table}, separators=(",", ":"))
    path = data_dir("grammar") / FILE
    path.write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    main()
