"""Draws the first figures with an installed net2fig, in all formats, and prints their digests.

Text formats have the same digest on all systems; what zlib packs may differ with its version.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

MODELS = Path(__file__).resolve().parents[1] / "gallery" / "models"
FORMATS = ("svg", "pdf", "png", "tex", "html", "json")


def draw(name: str, folder: Path) -> None:
    """Draw a model of the gallery in all formats."""
    outputs = [word for format in FORMATS for word in ("-o", str(folder / f"{name}.{format}"))]
    model = MODELS / f"{name}.network.json"
    command = [sys.executable, "-m", "net2fig", str(model), "-t", "cvpr", *outputs]
    subprocess.run(command, check=True, cwd=folder)


def main() -> None:
    """Draw some models; leave with an error if a file is missing or empty."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for model in ("lenet5", "resnet50", "unet", "vit"):
            draw(model, folder)
        for path in sorted(folder.iterdir()):
            data = path.read_bytes()
            print(f"{path.name:16} {len(data):8} {hashlib.sha256(data).hexdigest()[:16]}")
            if not data:
                sys.exit(f"{path.name} is empty")


if __name__ == "__main__":
    main()
