"""Writes the files of this folder: python -m tests.read.torchscript.export, with torch.

The weights and the notes for debuggers are cut out afterwards; net2fig does not read them.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.read.onnx.export import NETS, make

FILES = Path(__file__).parent / "files"

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


def main() -> None:
    """Write all files."""
    import torch

    FILES.mkdir(exist_ok=True)
    for name in NETS:
        module, inputs = make(name)
        for kind in KINDS:
            if kind == "script" and name in UNSCRIPTABLE:
                continue
            path = FILES / f"{name}.{kind}.pt"
            made = (
                torch.jit.trace(module, inputs, strict=False)
                if kind == "trace"
                else torch.jit.script(module)
            )
            made.save(str(path))
            strip(path)


if __name__ == "__main__":
    main()
