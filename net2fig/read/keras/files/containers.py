"""Finds architectures inside other data: TensorFlow.js, JSON in JSON, gzip, YAML.

Requires: JSON data, or the bytes of a file.
Ensures: the only architecture, as data; if there are several, an error names their places. Limits
of size apply to unpacked data.
"""

from __future__ import annotations

import importlib
import importlib.util
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from net2fig.errors import ModelError
from net2fig.read.keras.architecture import is_keras_config
from net2fig.read.limits import (
    CONFIG_LIMIT,
    ITEMS_LIMIT,
    ValueCounter,
    check_depth,
    check_size,
    make_depth_error,
    parse_json,
)

MAX_DEPTH = 4
"""The maximum depth of an architecture inside other data."""

TOPOLOGY = "modelTopology"
"""The key of the architecture in TensorFlow.js."""

GZIP = b"\x1f\x8b"

GZIP_BITS = 31
"""The window size by which zlib expects a gzip header."""


def decompress(data: bytes, where: str) -> bytes:
    """Return the contents of a file, decompressed if it is gzip."""
    if not data.startswith(GZIP):
        return data
    packer = zlib.decompressobj(GZIP_BITS)
    try:
        text = packer.decompress(data, CONFIG_LIMIT + 1)
        whole = packer.eof
    except zlib.error:
        text, whole = b"", False
    check_size(text, where)
    if not whole:
        message = f"invalid gzip: {where} is truncated or damaged"
        raise ModelError(message, hint="copy or download it again")
    return text


def find_architecture(data: Any, where: str) -> Any:
    """Return the architecture of Keras inside JSON data; None if there is none."""
    places = list(find_places(data, "", ValueCounter(where), MAX_DEPTH))
    if len(places) > 1:
        names = ", ".join(repr(path) for path, _ in places[:8])
        raise ModelError(
            f"ambiguous model: {where} holds {len(places)} architectures, at {names}",
            hint="write the one to draw into a separate file",
        )
    if not places and isinstance(data, dict) and isinstance(data.get(TOPOLOGY), dict):
        raise ModelError(
            f"unsupported format: {where} is a graph of TensorFlow.js without layers of Keras",
            hint="draw the Keras model that it was converted from",
        )
    return places[0][1] if places else None


def find_places(
    data: Any, path: str, counter: ValueCounter, left: int
) -> Iterator[tuple[str, Any]]:
    """Yield the outermost architectures in data, each with its place."""
    if isinstance(data, str) and '"class_name"' in data:
        # JSON that was encoded twice, or that is a string among other values.
        where = f"{counter.where}, {path}" if path else counter.where
        data = parse_json(data, where, counter)
    if is_keras_config(data) and holds_layers(data["config"]):
        yield path, data
    elif isinstance(data, dict) and left:
        for key, value in data.items():
            yield from find_places(value, f"{path}.{key}".lstrip("."), counter, left - 1)
    elif isinstance(data, list) and left:
        for index, value in enumerate(data[:100]):
            yield from find_places(value, f"{path}[{index}]", counter, left - 1)


def holds_layers(config: Any) -> bool:
    """Tell whether the configuration of a model lists layers."""
    layers = config.get("layers") if isinstance(config, dict) else config
    return isinstance(layers, list) and all(isinstance(layer, dict) for layer in layers)


# YAML, written by Keras before version 2.6.


YAML_LIMIT = 500_000
"""The maximum number of marks in YAML: its parser takes twenty times as long as that of JSON."""

YAML_MARKS = "{[,:-?\n"
"""The characters one of which begins every value of YAML but the first."""

NUMBER_LIMIT = 400
"""The maximum length of a number: those in base 60 take a time that grows with the square."""


def read_yaml(path: Path) -> Any:
    """Return the data of a YAML file, without Python objects except tuples, which become lists."""
    if importlib.util.find_spec("yaml") is None:
        raise ModelError(
            f"missing package: pyyaml, which reads {path.name}",
            hint="pip install pyyaml, or save the model as JSON: model.to_json()",
        )
    yaml: Any = importlib.import_module("yaml")
    with path.open("rb") as file:
        text = file.read(CONFIG_LIMIT + 1)
    check_size(text, path.name, "YAML")
    is_fast = hasattr(yaml, "CSafeLoader")
    limit = YAML_LIMIT if is_fast else YAML_LIMIT // 10
    ValueCounter(path.name, "YAML", limit).add_marks(text, YAML_MARKS)
    try:
        data = yaml.load(text, make_yaml_loader(yaml))
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else "it is no YAML"
        raise ModelError(f"invalid YAML: {path.name}: {first}") from None
    try:
        size = count_values(data, {})
    except RecursionError:
        raise make_depth_error(path.name, "YAML") from None
    ValueCounter(path.name, "YAML").add(size)
    check_depth(data, path.name, "YAML")
    return data


def make_yaml_loader(yaml: Any) -> type:
    """Return a loader of plain data: tuples are lists, keys are texts, and nothing is merged."""
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        def flatten_mapping(self, node: Any) -> None:
            """Refuse keys that insert other mappings: each level may double the size."""
            for key, _ in node.value:
                if key.tag == "tag:yaml.org,2002:merge":
                    raise ValueError("a mapping is merged into another")

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
            """Return a mapping with keys as JSON would have them."""
            mapping = super().construct_mapping(node, deep=deep)
            return {key if isinstance(key, str) else str(key): mapping[key] for key in mapping}

        def construct_scalar(self, node: Any) -> Any:
            """Return the text of a scalar, unless it is a number of many digits."""
            is_number = node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
            if is_number and len(node.value) > NUMBER_LIMIT:
                raise ValueError(f"a number of {len(node.value)} digits")
            return super().construct_scalar(node)

    Loader.add_constructor(
        "tag:yaml.org,2002:python/tuple",
        lambda builder, node: builder.construct_sequence(node, True),
    )
    return Loader


def count_values(value: Any, known: dict[int, int]) -> int:
    """Return the number of values in a value; shared ones count each time.

    A value that contains itself counts as too many.
    """
    if not isinstance(value, (dict, list)):
        return 1
    key = id(value)
    if key not in known:
        known[key] = ITEMS_LIMIT + 1
        items = value.values() if isinstance(value, dict) else value
        known[key] = 1 + sum(count_values(item, known) for item in items)
    return known[key]
