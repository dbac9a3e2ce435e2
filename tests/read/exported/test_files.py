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
from net2fig.read.exported.known_weights import Known, find_known


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


# Pickles as PyTorch writes them, by hand.


def text(value: str) -> bytes:
    return b"X" + len(value).to_bytes(4, "little") + value.encode()


def tensor(*sizes: int) -> bytes:
    numbers = b"".join(b"K" + bytes([size]) for size in sizes)
    return b"ctorch._utils\n_rebuild_tensor_v2\n(NK\x00(" + numbers + b"ttR"


def pairs(**values: bytes) -> bytes:
    return b"}(" + b"".join(text(key) + value for key, value in values.items()) + b"u"


def module(path: str, parameters: bytes, modules: bytes) -> bytes:
    place, _, name = path.rpartition(".")
    state = pairs(_parameters=parameters, _modules=modules)
    return f"c{place}\n{name}\n".encode() + b")\x81" + state + b"b"


WEIGHTS = pairs(**{"conv.weight": tensor(4, 3), "conv.bias": tensor(4), "fc.bias": tensor(2)})
CONV = module("torch.nn.modules.conv.Conv2d", pairs(weight=tensor(4, 3), bias=tensor(4)), b"}")
NET = module("nets.unet.UNet", b"}", pairs(conv=CONV))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.pth",
            WEIGHTS,
            "a.pth holds weights (3 tensors, 18 numbers) of 'conv', 'fc', but not the network",
        ),
        (
            "a.pt",
            NET,
            (
                "a.pt holds a pickled nets.unet.UNet (2 modules, 16 parameters), which net2fig does"
                " not unpickle"
            ),
        ),
        (
            "a.ckpt",
            pairs(epoch=b"K\x03", model=WEIGHTS),
            (
                "a.ckpt holds a checkpoint with weights (3 tensors, 18 numbers) of 'conv', 'fc' as"
                " 'model' beside 'epoch', but not the network"
            ),
        ),
        (
            "a.pt",
            pairs(ema=NET),
            (
                "a.pt holds a checkpoint with 'ema', a pickled nets.unet.UNet (2 modules, 16"
                " parameters), which net2fig does not unpickle"
            ),
        ),
    ],
)
def test_pickles(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = archive(tmp_path / name, data_pkl=b"\x80\x02" + content + b".")
    assert reason(path) == f"unsupported file: {message}"
    path.write_bytes(b"\x80\x02" + content + b".")
    assert reason(path) == f"unsupported file: {message}"


@pytest.mark.parametrize(
    ("name", "members", "message"),
    [
        ("a.pt2", {"other": b""}, "a.pt2 holds no data that net2fig knows"),
        ("a.ckpt", {"other": b""}, "a.ckpt holds no data that net2fig knows"),
        ("a.pt", {"data_pkl": b"\x80\x02}("}, "a.pt holds a pickle that is truncated or damaged"),
    ],
)
def test_archives(tmp_path: Path, name: str, members: dict[str, bytes], message: str) -> None:
    path = archive(tmp_path / name, **members)
    assert reason(path).startswith(f"unsupported file: {message}")


@pytest.mark.torch
def test_files_of_pytorch(tmp_path: Path) -> None:
    import torch

    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU())
    path = tmp_path / "a.pt"
    for newer in (True, False):
        torch.save(net.state_dict(), path, _use_new_zipfile_serialization=newer)
        assert "weights (2 tensors, 16 numbers) of '0'" in reason(path)
        torch.save(net, path, _use_new_zipfile_serialization=newer)
        found = "a pickled torch.nn.modules.container.Sequential (3 modules, 16 parameters)"
        assert found in reason(path)


def test_other_files(tmp_path: Path) -> None:
    weights = tmp_path / "a.safetensors"
    data = {"w": {"shape": [2, 3]}, "b": {"shape": [3]}, "__metadata__": {"format": "pt"}}
    header = json.dumps(data).encode()
    weights.write_bytes(len(header).to_bytes(8, "little") + header)
    expected = "weights (2 tensors, 9 numbers) of 'w', 'b', but not the network"
    assert reason(weights).endswith(expected)
    weights.write_bytes(b"\xff" * 20)
    assert reason(weights).endswith("no data that net2fig knows")
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
        assert reason(path).startswith("unsupported file: a.pkl holds a")


# Weights that are known.


def resnet18(classes: int = 1000) -> dict[str, int]:
    """Return the sizes of the weights of ResNet-18, from its paper."""
    sizes: dict[str, int] = {}

    def add(name: str, *shape: int) -> None:
        size = 1
        for each in shape:
            size *= each
        sizes[name] = size

    def add_norm(name: str, width: int) -> None:
        for part in ("weight", "bias", "running_mean", "running_var"):
            add(f"{name}.{part}", width)
        add(f"{name}.num_batches_tracked")

    add("conv1.weight", 64, 3, 7, 7)
    add_norm("bn1", 64)
    before = 64
    for level, width in enumerate((64, 128, 256, 512), 1):
        for block in range(2):
            path = f"layer{level}.{block}"
            inputs = before if block == 0 else width
            add(f"{path}.conv1.weight", width, inputs, 3, 3)
            add_norm(f"{path}.bn1", width)
            add(f"{path}.conv2.weight", width, width, 3, 3)
            add_norm(f"{path}.bn2", width)
            if inputs != width:
                add(f"{path}.downsample.0.weight", width, inputs, 1, 1)
                add_norm(f"{path}.downsample.1", width)
        before = width
    add("fc.weight", classes, 512)
    add("fc.bias", classes)
    return sizes


def test_known_weights_are_named() -> None:
    weights = resnet18()
    assert sum(size for name, size in weights.items() if "running" not in name) == 11_689_532
    known = find_known(weights)
    assert known == Known("torchvision.models", "resnet18")
    assert known.source == "torchvision.models:resnet18"
    assert find_known({f"module.{name}": size for name, size in weights.items()}) == known
    older = {name: size for name, size in weights.items() if "num_batches" not in name}
    assert find_known(older) == known
    tuned = Known("torchvision.models", "resnet18", is_changed=True)
    assert find_known(resnet18(classes=7)) == tuned
    assert find_known(dict(weights) | {"layer1.0.conv1.weight": 7}) is None
    assert find_known({}) is None


def test_the_error_says_whose_weights_these_are(tmp_path: Path) -> None:
    header = {name: {"dtype": "F32", "shape": [size]} for name, size in resnet18(9).items()}
    data = json.dumps(header).encode()
    path = tmp_path / "a.safetensors"
    path.write_bytes(len(data).to_bytes(8, "little") + data)
    with pytest.raises(ModelError) as caught:
        read(path)
    assert caught.value.message.startswith(
        "unsupported file: a.safetensors holds the weights of torchvision's resnet18 with another"
        " last layer (122 tensors"
    )
    assert caught.value.hint == (
        "draw the model that has them: net2fig torchvision.models:resnet18 -o figure.pdf"
    )


@pytest.mark.torch
def test_known_weights_are_those_of_the_library() -> None:
    models = pytest.importorskip("torchvision.models")
    for name in ("resnet18", "vgg11", "squeezenet1_1"):
        state = getattr(models, name)(weights=None).state_dict()
        known = find_known({key: value.numel() for key, value in state.items()})
        assert known == Known("torchvision.models", name)
