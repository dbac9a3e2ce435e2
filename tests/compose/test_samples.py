"""Pictures in the places of inputs and outputs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image as Picture

import net2fig
from net2fig.compose.samples import load_sample
from net2fig.errors import UsageError
from net2fig.scene import Group, Image
from net2fig.scene import Path as Stroke

UNET = Path(__file__).parents[2] / "gallery/models/unet.py"


def picture(path: Path, size: tuple[int, int], kind: str) -> str:
    file = io.BytesIO()
    Picture.new("RGB", size, "teal").save(file, kind)
    path.write_bytes(file.getvalue())
    return str(path)


@pytest.mark.parametrize(("kind", "media"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_picture_keeps_its_shape(tmp_path: Path, kind: str, media: str) -> None:
    sample = load_sample(picture(tmp_path / "a", (60, 40), kind))
    assert sample.media_type == media
    assert sample.aspect == pytest.approx(1.5)


def test_a_sample_fills_its_frame_and_the_frame_is_no_longer_dashed(tmp_path: Path) -> None:
    path = picture(tmp_path / "cat.png", (64, 64), "PNG")
    figure = net2fig.draw(UNET, template="cvpr", sample={"input": path})
    frames = [
        item
        for item, _ in figure.scene.walk()
        if isinstance(item, Group) and "placeholder" in item.classes
    ]
    full, empty = frames
    (shown,) = [item for item in full.items if isinstance(item, Image)]
    assert shown.box.width == pytest.approx(shown.box.height, rel=0.05)
    assert not any(isinstance(item, Stroke) and item.dash for item in full.items)
    assert any(isinstance(item, Stroke) and item.dash for item in empty.items)


def test_an_unknown_port_is_told_with_the_ports(tmp_path: Path) -> None:
    path = picture(tmp_path / "cat.png", (8, 8), "PNG")
    with pytest.raises(UsageError, match="unknown port: 'inptu' in sample") as caught:
        net2fig.draw(UNET, sample={"inptu": path})
    assert caught.value.hint == "did you mean 'input'?"


@pytest.mark.parametrize(
    ("data", "message"), [(b"", "must be a PNG or a JPEG"), (b"GIF89a", "must be a PNG or a JPEG")]
)
def test_what_is_no_picture_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "cat.gif").write_bytes(data)
    with pytest.raises(UsageError, match=message):
        load_sample(str(tmp_path / "cat.gif"))


def test_a_missing_picture_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="missing picture"):
        load_sample(str(tmp_path / "none.png"))
