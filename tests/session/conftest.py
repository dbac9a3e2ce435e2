"""The fixtures that run a command."""

from __future__ import annotations

from tests.running import models, run

__all__ = ["models", "run"]
