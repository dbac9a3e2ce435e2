"""The fixtures of commands."""

from __future__ import annotations

from tests.running import MODELS, Said, models, run

__all__ = ["MODELS", "Said", "models", "run"]
