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
from net2fig.read.keras.files.zip_file import CONFIG_LIMIT, ITEMS_LIMIT, parse_json

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
    if len(text) > CONFIG_LIMIT:
        size = CONFIG_LIMIT // 2**20
        raise ModelError(f"unsupported JSON: {where} (more than {size} MiB)")
    if not whole:
        message = f"invalid gzip: {where} is truncated or damaged"
        raise ModelError(message, hint="copy or download it again")
    return text


def find_architecture(data: Any, where: str) -> Any:
    """Return the architecture of Keras inside JSON data; None if there is none."""
    places = list(find_places(data, "", where, MAX_DEPTH))
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


def find_places(data: Any, path: str, where: str, left: int) -> Iterator[tuple[str, Any]]:
    """Yield the outermost architectures in data, each with its place."""
    if isinstance(data, str) and '"class_name"' in data:
        # JSON that was encoded twice, or that is a string among other values.
        data = parse_json(data, f"{where}, {path}" if path else where)
    if is_keras_config(data) and holds_layers(data["config"]):
        yield path, data
    elif isinstance(data, dict) and left:
        for key, value in data.items():
            yield from find_places(value, f"{path}.{key}".lstrip("."), where, left - 1)
    elif isinstance(data, list) and left:
        for index, value in enumerate(data[:100]):
            yield from find_places(value, f"{path}[{index}]", where, left - 1)


def holds_layers(config: Any) -> bool:
    """Tell whether the configuration of a model lists layers."""
    layers = config.get("layers") if isinstance(config, dict) else config
    return isinstance(layers, list) and all(isinstance(layer, dict) for layer in layers)


# YAML, written by Keras before version 2.6.


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
    if len(text) > CONFIG_LIMIT:
        raise ModelError(f"unsupported YAML: {path.name} (more than {CONFIG_LIMIT // 2**20} MiB)")
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = type("Loader", (base,), {})
    loader.add_constructor(
        "tag:yaml.org,2002:python/tuple",
        lambda builder, node: builder.construct_sequence(node, True),
    )
    try:
        data = yaml.load(text, loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else "it is no YAML"
        raise ModelError(f"invalid YAML: {path.name}: {first}") from None
    try:
        size = count_values(data, {})
    except RecursionError:
        raise ModelError(f"unsupported YAML: {path.name} is nested too deeply") from None
    if size > ITEMS_LIMIT:
        raise ModelError(f"unsupported YAML: {path.name} (more than {ITEMS_LIMIT:,} values)")
    return data


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
