"""SavedModel folders of TensorFlow 2 → Network: the JSON that Keras 2 wrote into them.

`keras_metadata.pb` holds it since version 2.5; before, `saved_model.pb` did. Both are messages of
Protocol Buffers, of which only the strings that say what an object is are looked at.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from json import JSONDecoder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from net2fig.errors import ModelError
from net2fig.network import Network
from net2fig.read.keras.architecture import is_keras_config, network_of
from net2fig.read.keras.files.protobuf import fields, inside
from net2fig.read.keras.files.zip_file import CONFIG, CONFIG_LIMIT, check_items, parsed
from net2fig.read.keras.legacy import untupled

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

METADATA = "keras_metadata.pb"
GRAPH = "saved_model.pb"

NODES = {METADATA: (1,), GRAPH: (2, 7, 1, 4)}
"""Where the objects stand: SavedMetadata.nodes; SavedModel.meta_graphs, .object_graph_def, .nodes,
.user_object."""

IDENTIFIER = {METADATA: 4, GRAPH: 1}
TEXT = {METADATA: 5, GRAPH: 3}
"""The fields of an object that say what it is, and the JSON that describes it."""

KERAS = b"_tf_keras_"
MODELS = (b"_tf_keras_network", b"_tf_keras_sequential", b"_tf_keras_model")

IN_PIECES = re.compile(rb"_tf_keras_(?:network|sequential|model)\*[^{]{1,12}(?=\{)")
"""Where the description of a model begins in a message whose lengths are wrong."""

ATTEMPTS = 3
"""How often the description of a model is looked for in a damaged message."""

MOST_MODELS = 1000
"""How many models of a message are looked at for one that lists its layers."""

RESAVE = "load it with its Keras and save it as a file: model.save('model.h5')"


def is_saved_model(path: Path) -> bool:
    """Tell whether a folder is a SavedModel."""
    return any((path / name).is_file() for name in (METADATA, GRAPH))


def read_folder(path: Path, *, shapes: Sequence[InputShape] = ()) -> Network:
    """Return the network of a folder: a SavedModel, or a `.keras` file that was unpacked.

    `shapes` are those of inputs that the model leaves open.
    """
    if (path / CONFIG).is_file():
        with (path / CONFIG).open("rb") as file:
            data = parsed(file.read(CONFIG_LIMIT + 1), f"{path.name}, {CONFIG}")
        if is_keras_config(data):
            return network_of(data, source=path.name, reader="saved", name=None, shapes=shapes)
    if not is_saved_model(path):
        raise ModelError(
            f"invalid model: {path.name} is a folder, and no SavedModel (it has no saved_model.pb)",
            hint="name a file: model.py, model.keras or network.json",
        )
    for name in (METADATA, GRAPH):
        if (path / name).is_file():
            for data in models_in(path / name, path.name):
                return network_of(data, source=path.name, reader="saved", name=None, shapes=shapes)
    raise ModelError(
        f"unsupported format: {path.name} is a SavedModel without the architecture of Keras",
        hint=RESAVE,
    )


def models_in(path: Path, where: str) -> Iterator[dict[str, Any]]:
    """Yield the architectures of models in a message, the outermost first."""
    if path.stat().st_size == 0:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        message = memoryview(data)
        texts, damage = [], ""
        try:
            texts = list(islice(described(message, path.name), MOST_MODELS))
        except ValueError as error:
            # Told when the file is closed: the error holds on to parts of it until then.
            damage = str(error)
        finally:
            message.release()
    if damage:
        texts = list(whole_ones(path))
        if not texts:
            said = f"invalid SavedModel: {where}, {path.name} is damaged ({damage})"
            raise ModelError(said, hint="copy or download it again")
    for text in texts:
        value = untupled(parsed(text, f"{where}, {path.name}"))
        found = value.get("model_config") if isinstance(value, dict) else None
        for candidate in (found, value):
            if isinstance(candidate, dict) and is_keras_config(candidate):
                yield candidate
                break


def whole_ones(path: Path) -> Iterator[bytes]:
    """Yield the JSON of models in a message that was damaged around it.

    Programs that take such a file for a text change a few bytes of it, and so the lengths of its
    parts; the JSON itself comes through.
    """
    with path.open("rb") as file:
        data = file.read(CONFIG_LIMIT + 1)
    check_items(data, path.name)
    for match in islice(IN_PIECES.finditer(data), ATTEMPTS):
        text = data[match.end() :].decode("utf-8", "replace")
        try:
            _, length = JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            continue
        yield text[:length].encode()
        return


def described(message: memoryview, name: str) -> Iterator[bytes]:
    """Yield the JSON of the objects that are models."""
    for node in inside(message, NODES[name]):
        parts = {}
        for number, content in fields(node):
            if number in (IDENTIFIER[name], TEXT[name]):
                parts[number] = bytes(content[: CONFIG_LIMIT + 1])
        if parts.get(IDENTIFIER[name]) in MODELS and TEXT[name] in parts:
            yield parts[TEXT[name]]
