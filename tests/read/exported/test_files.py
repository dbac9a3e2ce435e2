"""Files of PyTorch that hold no graph: an error that says what they hold; nothing is unpickled."""

from __future__ import annotations

import json
import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest

from net2fig.errors import ModelError
from net2fig.read import read


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("made-by-a-pickle",)


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(f"archive/{name.replace('__', '/').replace('_pkl', '.pkl')}", data)
    return path


def reason(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        read(path)
    assert caught.value.hint
    return caught.value.message


# Pickles as PyTorch writes them: only names count.
TENSOR = b"ctorch._utils\n_rebuild_tensor_v2\n."
MODULE = b"cnets.unet\nUNet\nctorch.nn.modules.conv\nConv2d\n."


@pytest.mark.parametrize(
    ("name", "members", "message"),
    [
        ("a.pth", {"data_pkl": TENSOR}, "a.pth holds weights of PyTorch, but not the network"),
        ("a.pt", {"data_pkl": MODULE}, "a.pt holds a pickled nets.unet.UNet, which net2fig does"),
        ("a.pt", {"code__a": b"", "data_pkl": TENSOR}, "a.pt holds a TorchScript program"),
        ("a.pt2", {"other": b""}, "a.pt2 holds no data that net2fig knows"),
        ("a.ckpt", {"other": b""}, "a.ckpt holds no data that net2fig knows"),
    ],
)
def test_archives(tmp_path: Path, name: str, members: dict[str, bytes], message: str) -> None:
    path = archive(tmp_path / name, **members)
    assert reason(path).startswith(f"unsupported file: {message}")


def test_other_files(tmp_path: Path) -> None:
    weights = tmp_path / "a.safetensors"
    header = json.dumps({"w": {}, "b": {}, "__metadata__": {}}).encode()
    weights.write_bytes(len(header).to_bytes(8, "little") + header)
    assert reason(weights).endswith("weights (2 tensors), but not the network")
    damaged = tmp_path / "a.pt"
    damaged.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(ModelError, match="invalid file: a.pt is truncated or damaged"):
        read(damaged)


def test_nothing_is_unpickled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps(OrderedDict(evil=Evil())))
    assert reason(path) == "unsupported file: a.pkl holds a pickle, which net2fig does not unpickle"
    assert not Path("made-by-a-pickle").exists()
    # It would have made the folder.
    pickle.loads(path.read_bytes())  # noqa: S301
    assert Path("made-by-a-pickle").exists()


def test_mutations_of_a_pickle_are_explained(tmp_path: Path) -> None:
    data = pickle.dumps({"a": [1, "text", Evil()]}, protocol=2)
    path = tmp_path / "a.pkl"
    for place in range(2, len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        assert reason(path).startswith("unsupported file: a.pkl holds a pickle")
