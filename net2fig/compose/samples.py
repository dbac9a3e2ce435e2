"""Pictures in the places of inputs and outputs, as the author gives them.

Ensures: no file is read but those that were named; a picture is a PNG or a JPEG.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from net2fig.compose.placeholders import is_output_frame
from net2fig.data.resources import is_file
from net2fig.errors import UsageError, one_of, suggestion
from net2fig.outline import Outline

KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""How a file of each kind of picture begins."""
MAX_BYTES = 20 * 2**20
"""The size in bytes above which a picture does not belong into a figure."""


class Sample(Struct, frozen=True):
    """The bytes of a picture, what they are, and its width as a share of its height."""

    data: bytes
    media_type: str
    aspect: float = 1.0


def load_samples(outline: Outline, paths: Mapping[str, str]) -> dict[str, Sample]:
    """Return the picture of each frame, by the id of its block.

    A port is called by its name, or "input" and "output" where there is one of them.
    """
    if not paths:
        return {}
    frames = _find_frames(outline)
    samples = {}
    for port, path in paths.items():
        if port not in frames:
            message = f"unknown port: {port!r} in sample {one_of(frames)}"
            raise UsageError(message, hint=suggestion(port, frames))
        samples[frames[port]] = load_sample(path)
    return samples


def _find_frames(outline: Outline) -> dict[str, str]:
    """Return the blocks of the frames by the names of their ports."""
    inputs = [(name, id) for name, id in outline.inputs if outline[id].kind == "sample"]
    outputs = [(block.name, block.id) for block in outline.blocks if is_output_frame(block)]
    frames = dict([*outputs, *inputs])
    for word, ports in (("input", inputs), ("output", outputs)):
        if len(ports) == 1:
            frames[word] = ports[0][1]
    return frames


def load_sample(path: str) -> Sample:
    """Return the picture in a file."""
    file = Path(path)
    if not is_file(file):
        message = f"missing picture: {path!r} (no such file)"
        raise UsageError(message)
    if file.stat().st_size > MAX_BYTES:
        message = f"invalid picture: {path!r} (larger than {MAX_BYTES // 2**20} MiB)"
        raise UsageError(message, hint="a sample is printed small: reduce it first")
    data = file.read_bytes()
    for start, media_type in KINDS.items():
        if data.startswith(start):
            return Sample(data, media_type, _read_aspect(data, media_type))
    message = f"invalid picture: {path!r} (must be a PNG or a JPEG file)"
    raise UsageError(message)


def _read_aspect(data: bytes, media_type: str) -> float:
    """Return width by height, from the head of the file; 1 where it cannot be read."""
    width, height = _read_png_size(data) if media_type == "image/png" else _read_jpeg_size(data)
    return min(max(width / height, 0.25), 4.0) if width and height else 1.0


def _read_png_size(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def _read_jpeg_size(data: bytes) -> tuple[int, int]:
    """Return the size in the first frame header (markers C0 to CF but for C4, C8 and CC)."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return 0, 0
