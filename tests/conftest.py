"""What all tests share: which of them run, and where things are."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

# Keras decides on a backend and TensorFlow on its logging when they are imported.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if importlib.util.find_spec("tensorflow") is not None:
        return
    skipped = pytest.mark.skip(reason="needs TensorFlow: pip install '.[tensorflow]'")
    for item in items:
        if "keras" in item.keywords:
            item.add_marker(skipped)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
