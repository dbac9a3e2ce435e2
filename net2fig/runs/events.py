"""Event files of TensorBoard → Run, without TensorBoard: records, each a message with scalars.

A record is its length, a checksum of the length, the message and a checksum of the message. The
file may still be written: a record that is cut off ends it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from net2fig.errors import UsageError
from net2fig.read.limits import ValueCounter
from net2fig.read.protobuf import BYTES, FOUR, VARINT, find_fields, iterate_values
from net2fig.runs.csv_rows import check_file
from net2fig.runs.run import Run, make_rows

MARK = "tfevents"
"""The word in the names of event files."""

MAX_FILES = 200
MAX_BYTES = 512 * 2**20
FIELDS_LIMIT = 20_000_000
HEAD, TAIL = struct.Struct("<QI"), 4
"""The start of a record, and the bytes of the checksum at its end."""

STEP, SUMMARY = 2, 5
"""The fields of an event."""

TAG, SIMPLE_VALUE, TENSOR = 1, 2, 8
"""The fields of a value of a summary."""

TYPE, SHAPE, CONTENT = 1, 2, 4
"""The fields of a tensor."""

NUMBERS = {1: ("<f", 5), 2: ("<d", 6)}
"""The form of a number, and the field with its values, by the type of the tensor."""

EPOCH_TAG = "epoch_"
"""How Keras begins the tags of values that it writes once for each epoch."""

SUBFOLDERS = {"train": "", "validation": "val_"}
"""The folders into which Keras writes, and what its names begin with in a history."""


def find_event_files(folder: Path) -> list[Path]:
    """Return the event files in a folder and the folders in it, by name."""
    found = islice(folder.rglob(f"*{MARK}*"), MAX_FILES)
    return sorted(path for path in found if path.is_file())


def read_events(path: Path, option: str) -> Run:
    """Return the run in an event file, or in the files of a folder.

    Values that Keras writes have the names of its history: `epoch_loss` in the folder `validation`
    is `val_loss`. In other folders inside of `path`, a name begins with that of the folder.
    """
    files = [path] if path.is_file() else find_event_files(path)
    values: dict[float, dict[str, float | None]] = {}
    for file in files:
        check_file(file, option, MAX_BYTES)
        for step, tag, value in iterate_scalars(file, option):
            name = make_name(tag, file.parent, path)
            values.setdefault(float(step), {})[name] = value
    return Run(path.name, make_rows(values))


def make_name(tag: str, folder: Path, base: Path) -> str:
    """Return the name of a value: that in the history of Keras, or its tag after its folder."""
    plain = tag.removeprefix(EPOCH_TAG)
    if folder.name in SUBFOLDERS:
        return f"{SUBFOLDERS[folder.name]}{plain}"
    inside = folder.relative_to(base).as_posix() if folder.is_relative_to(base) else "."
    return plain if inside == "." else f"{inside}/{plain}"


def iterate_scalars(path: Path, option: str) -> Iterator[tuple[int, str, float]]:
    """Yield step, tag and value of all scalars in a file."""
    counter = ValueCounter(path.name, "event file", FIELDS_LIMIT)
    try:
        for record in iterate_records(path.read_bytes()):
            yield from parse_event(record, counter)
    except (ValueError, struct.error) as error:
        message = f"invalid event file: {path.name!r} in {option} ({error})"
        raise UsageError(message) from None


def iterate_records(data: bytes) -> Iterator[memoryview]:
    """Yield the messages of the records; the checksum of each length is compared."""
    view, at = memoryview(data), 0
    while at + HEAD.size <= len(data):
        size, checksum = HEAD.unpack_from(data, at)
        if checksum != mask_checksum(find_checksum(data[at : at + 8])):
            raise ValueError(f"a damaged record at byte {at}")
        at += HEAD.size
        if at + size + TAIL > len(data):
            return
        yield view[at : at + size]
        at += size + TAIL


def find_checksum(data: bytes) -> int:
    """Return the CRC-32C of a few bytes."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def mask_checksum(value: int) -> int:
    """Return a checksum as records hold it: turned by 15 bits, with a constant added."""
    return (((value >> 15) | (value << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def parse_event(message: memoryview, counter: ValueCounter) -> Iterator[tuple[int, str, float]]:
    """Yield step, tag and value of the scalars of an event."""
    step, summaries = 0, []
    for number, kind, content in iterate_values(message, counter):
        if number == STEP and kind == VARINT and isinstance(content, int):
            step = content - 2**64 if content >= 2**63 else content
        elif number == SUMMARY and kind == BYTES and isinstance(content, memoryview):
            summaries.append(content)
    for summary in summaries:
        for item in find_fields(summary, (1,), counter):
            tag, value = parse_summary_value(item, counter)
            if value is not None:
                yield step, tag, value


def parse_summary_value(item: memoryview, counter: ValueCounter) -> tuple[str, float | None]:
    """Return the tag and the scalar of a summary; None for a picture, a text or a histogram."""
    tag, value = "", None
    for number, kind, content in iterate_values(item, counter):
        if not isinstance(content, memoryview):
            continue
        if number == TAG and kind == BYTES:
            tag = bytes(content[:1000]).decode("utf-8", "replace")
        elif number == SIMPLE_VALUE and kind == FOUR:
            value = float(struct.unpack("<f", content)[0])
        elif number == TENSOR and kind == BYTES:
            value = parse_scalar(content, counter)
    return tag, value


def parse_scalar(tensor: memoryview, counter: ValueCounter) -> float | None:
    """Return the number in a tensor without axes; None for any other."""
    type_, fields = 0, {}
    for number, _, content in iterate_values(tensor, counter):
        if number == TYPE and isinstance(content, int):
            type_ = content
        elif isinstance(content, memoryview):
            fields[number] = bytes(content[:16])
    if type_ not in NUMBERS or any(
        True for _ in iterate_values(memoryview(fields.get(SHAPE, b"")), counter)
    ):
        return None
    form, key = NUMBERS[type_]
    data = fields.get(CONTENT) or fields.get(key, b"")
    return float(struct.unpack(form, data)[0]) if len(data) == struct.calcsize(form) else None
