"""What a run of a module leaves behind: one record per call of a layer or of a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from net2fig.network import Shape

Origin = tuple[int, int]
"""A tensor: the number of the record that returns it, and which of its tensors it is."""

INPUT = "InputLayer"
"""The target of the records of inputs."""

OWN = "torch.user"
"""The module of layers that the user defines."""


class Frame(Struct, frozen=True):
    """A call of a module that contains others: its path, its class, and which call this is."""

    path: str
    class_name: str
    module: str = ""
    call: int = 1
    is_container: bool = False


class Record(Struct):
    """A call of a layer or of a function.

    `target` is the class or the function, `module` where it is defined, `path` the place of a
    layer in the network. `weights` are the keys of the parameters that it uses. `bases` are the
    classes that a layer's class derives from. `op` is the operation, if the class does
    not tell it. `class_name` is the author's word, if it is not the target.
    """

    target: str
    module: str
    path: str
    is_layer: bool
    sources: list[Origin]
    outputs: list[Shape]
    words: list[str | None] = field(default_factory=list)
    config: Mapping[str, Any] = field(default_factory=dict)
    weights: list[int] = field(default_factory=list)
    scope: tuple[Frame, ...] = ()
    dtypes: list[str] = field(default_factory=list)
    bases: tuple[str, ...] = ()
    op: str = ""
    class_name: str = ""


class Trace(Struct):
    """The records of one run, in order, with what went in and out."""

    records: list[Record]
    inputs: list[tuple[str, int]]
    outputs: list[tuple[str, Origin]]
    questions: dict[str, str] = field(default_factory=dict)
    lost: bool = False
