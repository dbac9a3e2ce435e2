"""Running a command in a test, and the frozen networks of the gallery."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from net2fig.cli import main

MODELS = Path(__file__).resolve().parents[1] / "gallery" / "models"


@dataclass(frozen=True)
class Said:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Said:
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Said(int(caught.value.code or 0), out, err)

    return run


@pytest.fixture(scope="session")
def models() -> Path:
    return MODELS


def names() -> list[str]:
    """Return the names of the gallery's models."""
    return sorted(path.name.removesuffix(".network.json") for path in MODELS.glob("*.network.json"))
