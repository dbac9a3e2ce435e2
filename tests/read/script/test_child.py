"""The process that runs the user's code: when it ends, and what it spends on the way."""

from __future__ import annotations

from net2fig.gc_tuning import RARE_THRESHOLDS
from net2fig.read import read

CODE = """\
import atexit, gc, threading
import keras

def build():
    threading.Thread(target=threading.Event().wait).start()
    atexit.register(threading.Event().wait)
    inputs = keras.Input((8,))
    x = keras.layers.Dense(2, name="after_{}_{}_{}".format(*gc.get_threshold()))(inputs)
    return keras.Model(inputs, x)

model = build()
"""


def test_the_child_exits_at_once_and_collects_garbage_rarely(tmp_path):
    path = tmp_path / "leaves.py"
    path.write_text(CODE)
    layers = read(path, reader="record", timeout=30).layers
    assert [layer.name for layer in layers][1:] == ["after_{}_{}_{}".format(*RARE_THRESHOLDS)]
