"""Whose weights a dictionary of tensors holds: constructors of torchvision and timm, by digests.

A digest is made of names and sizes. Each model has two: of all its weights, and of those without
its last layer, which fine-tuning replaces.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from net2fig.data.resources import data_dir

FILE = "weights.json.xz"

DIGITS = 12
"""How many digits of a digest are kept."""

PREFIXES = ("module.", "model.", "_orig_mod.", "state_dict.", "encoder_q.", "backbone.", "net.")
"""What trainers put before the names of all weights."""

COUNTERS = "num_batches_tracked"
"""The end of names of counts, which older versions of PyTorch do not keep."""

FEWEST = 4
"""Of fewer weights nothing is said."""


class Known(Struct, frozen=True):
    """A constructor whose weights are known, and whether the last layer is another one."""

    library: str
    name: str
    is_changed: bool = False

    @property
    def source(self) -> str:
        """What the command is to draw."""
        if self.library == "timm":
            return f"'timm:create_model(\"{self.name}\")'"
        return f"{self.library}:{self.name}"


def find_known(weights: Mapping[str, int]) -> Known | None:
    """Return the constructor whose weights these are; None if it is not known."""
    if len(weights) < FEWEST:
        return None
    weights = strip_prefixes(weights)
    table = load_table()
    for is_changed, digest in enumerate(make_digests(weights)):
        if digest in table:
            library, _, name = table[digest].rpartition(":")
            return Known(library, name, bool(is_changed))
    return None


def strip_prefixes(weights: Mapping[str, int]) -> Mapping[str, int]:
    """Return weights without what is before all names."""
    for _ in range(3):
        for prefix in PREFIXES:
            if all(name.startswith(prefix) for name in weights):
                weights = {name.removeprefix(prefix): size for name, size in weights.items()}
    return weights


def make_digests(weights: Mapping[str, int]) -> tuple[str, str]:
    """Return the digests of weights, and of those without the last layer.

    >>> one, two = make_digests({"a.weight": 3, "fc.weight": 8, "fc.bias": 2})
    >>> two == make_digests({"a.weight": 3, "fc.weight": 80, "fc.bias": 20})[1]
    True
    """
    kept = {name: size for name, size in weights.items() if not name.endswith(COUNTERS)}
    last = next(reversed(kept), "").rpartition(".")[0]
    body = {name: size for name, size in kept.items() if name.rpartition(".")[0] != last}
    return make_digest(kept), make_digest(body)


def make_digest(weights: Mapping[str, int]) -> str:
    """Return the digest of names and sizes."""
    text = "\n".join(f"{name} {size}" for name, size in sorted(weights.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


@cache
def load_table() -> Mapping[str, str]:
    """Return library and name of the constructors by their digests."""
    data = lzma.decompress((data_dir("grammar") / FILE).read_bytes())
    table: dict[str, str] = json.loads(data)
    return table
