"""A network frozen beside its code, and code where there is no Keras."""

from __future__ import annotations

import pytest

from net2fig.errors import ModelError
from net2fig.read import dump, frozen_path, load, read, sha256
from net2fig.read.keras.architecture import read_architecture
from net2fig.read.script import code

CODE = "raise SystemExit('this is not to be run')\n"


@pytest.fixture
def frozen(tmp_path, chain):
    """A Python file with its frozen network beside it."""
    path = tmp_path / "unet.py"
    path.write_text(CODE)
    network = read_architecture(chain, source="unet.py", reader="keras", name=None)
    text = dump(network, frozen={"source_sha256": sha256(path)})
    frozen_path(path).write_text(text)
    return path


def set_keras_available(monkeypatch, there: bool):
    monkeypatch.setattr(code, "is_keras_available", lambda: there)


@pytest.mark.parametrize("there", [True, False])
def test_a_fresh_frozen_network_is_used(frozen, monkeypatch, there):
    set_keras_available(monkeypatch, there)
    network = read(frozen)
    assert len(network.layers) == 3
    assert (network.reader, network.notices) == ("keras", ())
    assert read(str(frozen)) == network


def test_a_stale_one_is_used_with_a_notice_without_keras(frozen, monkeypatch):
    set_keras_available(monkeypatch, there=False)
    frozen.write_text(CODE + "# changed\n")
    network = read(frozen)
    assert len(network.layers) == 3
    assert [notice.code for notice in network.notices] == ["stale-frozen-network"]


def test_a_stale_one_is_not_used_with_keras(frozen, monkeypatch):
    set_keras_available(monkeypatch, there=True)
    frozen.write_text(CODE + "# changed\n")
    monkeypatch.setattr(
        code,
        "run_child",
        lambda target, _options, **_record: {
            "error": {"message": f"ran {target.text}", "hint": "none"}
        },
    )
    with pytest.raises(ModelError, match=r"^ran unet\.py(?m:$)"):
        read(frozen)


@pytest.mark.parametrize("target", ["unet.py:build", "unet.py:build(depth=3)"])
def test_a_target_inside_the_file_is_not_frozen(frozen, monkeypatch, target):
    set_keras_available(monkeypatch, there=False)
    with pytest.raises(ModelError) as caught:
        read(f"{frozen.parent}/{target}")
    assert caught.value.lines() == [
        "invalid code: SystemExit: this is not to be run\n  in unet.py, line 1",
        "hint: the code called exit: --argv sets its command line",
    ]


def test_the_reader_keras_never_takes_the_frozen_one(frozen, monkeypatch):
    set_keras_available(monkeypatch, there=False)
    with pytest.raises(ModelError, match=r"^missing module: TensorFlow"):
        read(frozen, reader="keras")


def test_a_syntax_error_is_reported_without_keras(tmp_path, monkeypatch):
    set_keras_available(monkeypatch, there=False)
    path = tmp_path / "bad.py"
    path.write_text("import keras\nmodel = keras.Model(\n")
    with pytest.raises(ModelError) as caught:
        read(path)
    assert caught.value.lines() == [
        "invalid Python: '(' was never closed in bad.py, line 2",
        "hint: the line reads 'model = keras.Model('",
    ]


def test_the_frozen_key_changes_nothing_else(frozen):
    text = frozen_path(frozen).read_text()
    assert f'"source_sha256": "{sha256(frozen)}"' in text
    assert load(text) == read(frozen_path(frozen))
