"""Classes of modules that are not installed, and that code needs: dictionaries with attributes,
and bases of modules of PyTorch.

    config = ml_collections.ConfigDict({"width": 8}); config.width
    class Net(pl.LightningModule): …

Requires: the module is not installed.
Ensures: a dictionary holds what the code puts into it; a base does nothing but what PyTorch does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from inspect import currentframe
from types import ModuleType
from typing import Any

from net2fig.read.script.unknown.modules import UnknownModule

DICTIONARIES = {
    "ml_collections": "ConfigDict FrozenConfigDict",
    "ml_collections.config_dict": "ConfigDict FrozenConfigDict",
    "easydict": "EasyDict",
    "addict": "Dict",
    "munch": "Munch",
    "attrdict": "AttrDict",
    "yacs.config": "CfgNode",
    "omegaconf": "DictConfig",
}
"""Modules, and their classes of dictionaries with attributes."""


BASES = (
    *("Module", "Backbone", "Block", "BlockBase", "Layer", "Model", "Net", "Network", "Head"),
    *("Encoder", "Decoder", "Segmentor", "Detector", "Generator", "Discriminator"),
)
"""The endings of the names of classes that are modules of PyTorch."""


class AttributeDict(dict[str, Any]):
    """A dictionary whose items are attributes, also those of dictionaries in it."""

    def __init__(self, *args: Any, **items: Any) -> None:
        super().__init__()
        self.update(*[each for each in args if isinstance(each, Mapping)], **items)

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, AttributeDict(value) if type(value) is dict else value)

    def update(self, *others: Any, **items: Any) -> None:
        """Set several items."""
        for each in (*others, items):
            for key, value in dict(each).items():
                self[key] = value

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    __setattr__ = __setitem__

    def clone(self) -> AttributeDict:
        """Return a copy."""
        return AttributeDict(self)

    copy = copy_and_resolve_references = clone

    def freeze(self) -> None:
        """Do nothing."""

    lock = unlock = defrost = freeze


def list_makers() -> dict[str, Callable[[], ModuleType]]:
    """Return the functions that make modules with dictionaries, by the names of the modules."""

    def make(name: str) -> Callable[[], ModuleType]:
        def make_module() -> ModuleType:
            module = UnknownModule(name)
            vars(module).update(dict.fromkeys(DICTIONARIES[name].split(), AttributeDict))
            return module

        return make_module

    return {name: make(name) for name in DICTIONARIES}


def make_base(name: str) -> type | None:
    """Return a class of modules of PyTorch for a base that is not installed; None if it is none.

    The name tells: `LightningModule`, `BaseModule`, `Backbone`.
    """
    torch = sys.modules.get("torch")
    if torch is None or not name.endswith(BASES):
        return None

    def initialize(self: Any, *_args: Any, **_options: Any) -> None:
        torch.nn.Module.__init__(self)

    def save_hyperparameters(self: Any, *_args: Any, **_options: Any) -> None:
        frame = currentframe()
        given = frame.f_back.f_locals if frame and frame.f_back else {}
        self.hparams = AttributeDict(
            {key: value for key, value in given.items() if key != "self" and key[:2] != "__"}
        )

    methods = {"__init__": initialize, "save_hyperparameters": save_hyperparameters}
    return type(name, (torch.nn.Module,), methods)
