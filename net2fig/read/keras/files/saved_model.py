"""SavedModel folders of TensorFlow 2 → Network, from the JSON that Keras 2 wrote into them.

Since version 2.5 the JSON is in `keras_metadata.pb`, before in `saved_model.pb`. Both are messages
of Protocol Buffers, of which only the descriptions of objects are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from json import JSONDecoder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from net2fig.errors import ModelError
from net2fig.network import Network
from net2fig.read.keras.architecture import is_keras_config, read_architecture
from net2fig.read.keras.files.zip_file import CONFIG
from net2fig.read.keras.legacy import remove_tuples
from net2fig.read.limits import CONFIG_LIMIT, ValueCounter, parse_json
from net2fig.read.protobuf import find_fields, iterate_fields

if TYPE_CHECKING:
    from net2fig.options.input_shapes import InputShape

METADATA = "keras_metadata.pb"
GRAPH = "saved_model.pb"

NODES = {METADATA: (1,), GRAPH: (2, 7, 1, 4)}
"""The paths of the objects.

SavedMetadata.nodes; SavedModel.meta_graphs, .object_graph_def, .nodes, .user_object.
"""

IDENTIFIER = {METADATA: 4, GRAPH: 1}
TEXT = {METADATA: 5, GRAPH: 3}
"""The fields of an object with its kind and its JSON description."""

KERAS = b"_tf_keras_"
MODELS = (b"_tf_keras_network", b"_tf_keras_sequential", b"_tf_keras_model")

MODEL_START = re.compile(rb"_tf_keras_(?:network|sequential|model)\*[^{]{1,12}(?=\{)")
"""The beginning of the description of a model, to search in a damaged message."""

MESSAGE_LIMIT = 256 * 2**20
"""The maximum size of a message in bytes: the values of weights are in other files."""

FIELDS_LIMIT = 2_000_000
"""The maximum number of fields that are walked through, at one millionth of a second each."""

MAX_ATTEMPTS = 3
"""The maximum number of searches in a damaged message."""

MAX_MODELS = 1000
"""The maximum number of models that are searched for one that lists its layers."""

RESAVE = "load it with its Keras and save it as a file: model.save('model.h5')"


def is_saved_model(path: Path) -> bool:
    """Tell whether a folder is a SavedModel."""
    return any((path / name).is_file() for name in (METADATA, GRAPH))


def read_folder(path: Path, *, shapes: Sequence[InputShape] = ()) -> Network:
    """Return the network of a folder: a SavedModel, or an unpacked `.keras` file.

    `shapes` are those of open inputs.
    """
    if (path / CONFIG).is_file():
        with (path / CONFIG).open("rb") as file:
            data = parse_json(file.read(CONFIG_LIMIT + 1), f"{path.name}, {CONFIG}")
        if is_keras_config(data):
            return read_architecture(data, source=path.name, reader="saved", shapes=shapes)
    if not is_saved_model(path):
        raise ModelError(
            f"invalid model: {path.name} is a folder without saved_model.pb, not a SavedModel",
            hint="name a file: model.py, model.keras or network.json",
        )
    for name in (METADATA, GRAPH):
        if (path / name).is_file():
            for data in find_models(path / name, path.name):
                return read_architecture(data, source=path.name, reader="saved", shapes=shapes)
    raise ModelError(
        f"unsupported format: {path.name} is a SavedModel without the architecture of Keras",
        hint=RESAVE,
    )


def find_models(path: Path, where: str) -> Iterator[dict[str, Any]]:
    """Yield the architectures of models in a message, the outermost first."""
    place = f"{where}, {path.name}"
    # The file is read, not mapped: it may become shorter meanwhile, which ends a process that
    # maps it.
    with path.open("rb") as file:
        message = file.read(MESSAGE_LIMIT + 1)
    if len(message) > MESSAGE_LIMIT:
        size = MESSAGE_LIMIT // 2**20
        raise ModelError(f"unsupported SavedModel: {place} (more than {size} MiB)", hint=RESAVE)
    counter = ValueCounter(place, "SavedModel", FIELDS_LIMIT)
    try:
        found = find_descriptions(memoryview(message), path.name, counter)
        texts = list(islice(found, MAX_MODELS))
    except ValueError as error:
        texts = list(recover_models(message[: CONFIG_LIMIT + 1], path.name))
        if not texts:
            problem = f"invalid SavedModel: {place} is damaged ({error})"
            raise ModelError(problem, hint="copy or download it again") from None
    counter = ValueCounter(place)
    for text in texts:
        value = remove_tuples(parse_json(text, place, counter))
        config = value.get("model_config") if isinstance(value, dict) else None
        for candidate in (config, value):
            if isinstance(candidate, dict) and is_keras_config(candidate):
                training = value.get("training_config")
                yield {**candidate, "training_config": training} if training else candidate
                break


def recover_models(data: bytes, where: str) -> Iterator[bytes]:
    """Yield the JSON of models in a message that was damaged around it.

    Programs that treat such a file as text change a few bytes, and so the lengths of its parts, but
    not the JSON itself.
    """
    ValueCounter(where).add_marks(data)
    for match in islice(MODEL_START.finditer(data), MAX_ATTEMPTS):
        text = data[match.end() :].decode("utf-8", "replace")
        try:
            _, length = JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            continue
        yield text[:length].encode()
        return


def find_descriptions(message: memoryview, name: str, counter: ValueCounter) -> Iterator[bytes]:
    """Yield the JSON of the objects that are models."""
    for node in find_fields(message, NODES[name], counter):
        parts = {}
        for number, content in iterate_fields(node, counter):
            if number in (IDENTIFIER[name], TEXT[name]):
                parts[number] = bytes(content[: CONFIG_LIMIT + 1])
        if parts.get(IDENTIFIER[name]) in MODELS and TEXT[name] in parts:
            yield parts[TEXT[name]]
