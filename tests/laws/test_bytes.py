"""L10: the same input gives the same bytes anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.laws.test_gallery import MODELS

ROOT = MODELS.parents[1]

PROGRAM = """
import hashlib, sys
from net2fig.figure import draw
figure = draw(sys.argv[1], template="cvpr")
for format in ("svg", "pdf", "png"):
    print(format, hashlib.sha256(figure.to_bytes(format)).hexdigest())
"""

ELSEWHERE = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C", "HOME": "/nonexistent"},
    {"PYTHONHASHSEED": "2", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"},
)


def hashes(name: str, folder: Path, changed: dict[str, str]) -> str:
    environment = {**os.environ, **changed, "PYTHONPATH": str(ROOT)}
    environment.pop("SOURCE_DATE_EPOCH", None)
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(MODELS / f"{name}.network.json")],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
    )
    return found.stdout


@pytest.mark.parametrize("name", ["unet", "vit"])
def test_l10_the_same_bytes_in_another_process_zone_locale_and_folder(
    name: str, tmp_path: Path
) -> None:
    one = hashes(name, ROOT, ELSEWHERE[0])
    two = hashes(name, tmp_path, ELSEWHERE[1])
    assert one == two
    assert one.count("\n") == 3
