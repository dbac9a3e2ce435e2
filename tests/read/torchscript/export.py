"""Writes the files of this folder: python -m tests.read.torchscript.export, with torch.

The weights and the notes for debuggers are cut out afterwards; net2fig does not read them.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.read.onnx.export import make

FILES = Path(__file__).parent / "files"

KEPT = ("resnet", "unet", "vit", "generator", "fpn", "lstm")
"""The networks whose archives are kept; tests write those of the others."""

KINDS = ("trace", "script")

UNSCRIPTABLE = frozenset({"fpn"})
"""Networks that iterate over modules in a way that TorchScript does not know."""

LARGEST = 16
"""The maximum size of a tensor that is kept, in bytes: constants that code computes with."""


def strip(path: Path) -> None:
    """Cut weights and notes for debuggers out of an archive."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            is_weight = "/data/" in name and len(data) > LARGEST
            if not name.endswith(".debug_pkl") and not is_weight:
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


def write(name: str, kind: str, path: Path) -> None:
    """Write the archive of a network."""
    import torch

    module, inputs = make(name)
    if kind == "trace":
        made = torch.jit.trace(module, inputs, strict=False, check_trace=False)
    else:
        made = torch.jit.script(module)
    made.save(str(path))


def main() -> None:
    """Write all files."""
    FILES.mkdir(exist_ok=True)
    for name in KEPT:
        for kind in KINDS if name not in UNSCRIPTABLE else KINDS[:1]:
            write(name, kind, FILES / f"{name}.{kind}.pt")
            strip(FILES / f"{name}.{kind}.pt")


if __name__ == "__main__":
    main()
