"""What was found by changing files at random: each once more, as small as it can be."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

import net2fig
from net2fig.errors import ModelError
from net2fig.read import read
from net2fig.read.keras.files import hdf5

FIXTURES = Path(__file__).parent / "fixtures"


def test_a_library_that_never_ends(monkeypatch, tmp_path):
    monkeypatch.setattr(hdf5, "H5PY_SCRIPT", "while True: pass")
    monkeypatch.setattr(hdf5, "H5PY_TIMEOUT", 0.3)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: True)
    path = tmp_path / "net.h5"
    path.write_bytes(hdf5.MAGIC + bytes(100))
    with pytest.raises(ModelError, match=r"^invalid HDF5 file: net\.h5 is damaged(?m:$)"):
        read(path)


@pytest.mark.parametrize("end", ["import os; os.abort()", "raise OSError", "print('x'); 1 / 0"])
def test_a_library_that_ends_python(monkeypatch, tmp_path, end):
    monkeypatch.setattr(hdf5, "H5PY_SCRIPT", end)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: True)
    path = tmp_path / "net.h5"
    path.write_bytes(hdf5.MAGIC + bytes(100))
    with pytest.raises(
        ModelError, match=r"^missing architecture: net\.h5 has no model_config(?m:$)"
    ):
        read(path)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.2])
@pytest.mark.parametrize("filler", [b"", b"\xff" * 64, b"\x0a\xff\xff\xff\xff\x0f"])
def test_a_truncated_saved_model(tmp_path, share, filler):
    folder = tmp_path / "net"
    shutil.copytree(FIXTURES / "keras2_graph_saved", folder)
    path = folder / "keras_metadata.pb"
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)] + filler)
    with pytest.raises(ModelError, match=r"^(invalid|unsupported) "):
        read(folder)


@pytest.mark.parametrize(
    ("old", "new"), [(b"\r\n", b"\n"), (b"\n", b"\r\n"), (b"\x12", b"\xef\xbf\xbd")]
)
def test_a_saved_model_with_changed_line_ends(tmp_path, old, new):
    folder = tmp_path / "net"
    shutil.copytree(FIXTURES / "keras2_graph_saved", folder)
    path = folder / "keras_metadata.pb"
    path.write_bytes(path.read_bytes().replace(old, new))
    assert read(folder).layers == read(FIXTURES / "keras2_graph_saved").layers


@pytest.mark.parametrize("nodes", [True, 3, "x", {"a": 1}])
def test_invalid_calls(config, tmp_path, chain, nodes):
    chain["config"]["layers"][1]["inbound_nodes"] = nodes
    with pytest.raises(ModelError, match=r"^invalid layer: 'c' in net\.keras, inbound_nodes(?m:$)"):
        read(config.save(tmp_path / "net.keras", chain))


@pytest.mark.parametrize("name", [{}, [], {"class_name": []}, 3, None, True])
def test_invalid_class_names(config, tmp_path, chain, name):
    chain["config"]["layers"][1]["config"]["kernel_initializer"] = {"class_name": name}
    assert len(read(config.save(tmp_path / "net.keras", chain)).layers) == 3


@pytest.mark.parametrize("value", [[[3]], {"a": 1}, [{}], "x", [None, "y"]])
def test_invalid_sizes_can_still_be_drawn(config, tmp_path, chain, value):
    chain["config"]["layers"][1]["config"] |= {"kernel_size": value, "strides": value}
    figure = net2fig.draw(config.save(tmp_path / "net.keras", chain))
    assert figure.report["layers"] == 3


def test_an_archive_with_a_negative_position(config, tmp_path, chain):
    path = config.save(tmp_path / "net.keras", chain)
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\x05\x06")
    # The directory is said to begin far behind where it does, so members come to lie before 0.
    data[end + 16 : end + 20] = (len(data) * 2).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"^invalid Keras file: net\.keras is trunc"):
        read(path)
