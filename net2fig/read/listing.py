"""Lists the models of a source, without drawing any."""

from __future__ import annotations

from msgspec import Struct

from net2fig.network import Network, count_part_params
from net2fig.options.table import Options
from net2fig.read import read_target
from net2fig.read.formats import detect_format
from net2fig.read.target import Target, parse_target

CODE = ("code", "notebook")
"""The formats that hold several models."""


class ModelEntry(Struct, frozen=True):
    """A model, or a function that builds one: its numbers are None if they are not known."""

    name: str
    class_name: str
    layers: int | None
    params: int | None
    line: str = ""


def list_source(source: str, options: Options) -> list[ModelEntry]:
    """Return the models of a source, in the order of the code."""
    target = parse_target(source)
    if not holds_code(target):
        return list_network(read_target(target, options))
    from net2fig.read.script.code import list_code

    return [
        ModelEntry(row["name"], row["class"], row["layers"], row["params"], row["line"])
        for row in list_code(target, options)
    ]


def holds_code(target: Target) -> bool:
    """Tell whether a target is code."""
    path = target.path
    return path is None or (path.is_file() and detect_format(path) in CODE)


def list_network(network: Network) -> list[ModelEntry]:
    """Return the model of a saved file, or the parts of a network."""
    if not network.parts:
        return [ModelEntry(network.name, "model", len(network.layers), network.params)]
    return [
        ModelEntry(part.name, "model", len(part.layers), count_part_params(network, part))
        for part in network.parts
    ]
