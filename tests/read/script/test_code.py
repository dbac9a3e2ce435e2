"""Python files, run by Keras in a process of its own."""

from __future__ import annotations

import json
import signal

import pytest
from msgspec.structs import asdict, replace

from net2fig.errors import ModelError, Net2figError
from net2fig.read import freeze, read
from net2fig.read.script.model_names import BUILDER_NAMES
from net2fig.read.script.pick_model import choose_models
from net2fig.read.target import parse_pick

pytestmark = pytest.mark.keras

HEAD = "import keras\nfrom keras import layers\n"

ONE = (
    HEAD
    + """
def block(x, filters):
    return layers.ReLU()(layers.Conv2D(filters, 3, padding="same")(x))

def build(depth=2):
    x = inputs = keras.Input((16, 16, 3), name="image")
    for level in range(depth):
        x = block(x, 4 + level)
    return keras.Model(inputs, x, name="deep")

print("noise on standard output")
model = build()
"""
)


def write(tmp_path, text, name="net.py"):
    path = tmp_path / name
    path.write_text(text)
    return path


def error_text(source, **options):
    """Return what the user would see."""
    with pytest.raises(Net2figError) as caught:
        read(source, **options)
    return "\n".join(caught.value.lines())


def test_a_model_a_call_and_a_frozen_network_are_read(tmp_path):
    path = write(tmp_path, ONE)
    network = read(path, reader="keras")
    assert [layer.class_name for layer in network.layers] == [
        "InputLayer",
        "Conv2D",
        "ReLU",
        "Conv2D",
        "ReLU",
    ]
    assert (network.name, network.source, network.reader) == ("deep", "net.py", "keras")
    assert not list(tmp_path.glob("__pycache__"))
    frozen = freeze(path)
    assert frozen.name == "net.network.json"
    assert json.loads(frozen.read_text())["frozen"]
    # A frozen network has no lines: they are in its code.
    assert read(path) == replace(network, lines={})
    assert len(read(f"{path}:build(depth=3)").layers) == 7


def names(text):
    """Return what a module of this text defines, in this process."""
    namespace = {"__name__": "net"}
    exec(text, namespace)  # noqa: S102  (the text stands above)
    return namespace


def choose_model_error(text, pick=None):
    """Return what the user would see of the choice of a model."""
    with pytest.raises(Net2figError) as caught:
        choose_models(names(text), pick and asdict(parse_pick(pick, "net.py")), "net.py")
    return caught.value.lines(), caught.value.exit_code


def test_more_models_than_a_figure_shows_are_ambiguous():
    lines = [f"m{depth} = build({depth})\n" for depth in range(3, 9)]
    many = ONE + "other = build(1)\nsame = model\nnumber = 3\n"
    assert [*choose_models(names(many), None, "net.py")] == ["model", "other"]
    assert choose_model_error(ONE + "".join(lines)) == (
        [
            "ambiguous model: 7 models in net.py (one of 'model', "
            + ", ".join(f"'m{depth}'" for depth in range(3, 9))
            + ")",
            "hint: name one: net.py:m8, or list them: net2fig net.py --list",
        ],
        1,
    )
    assert choose_model_error(many, "othr")[0][1] == "hint: did you mean 'other'?"
    assert choose_model_error(many, "number")[0] == [
        "invalid model: 'number' in net.py is not a model (its type is int)"
    ]
    assert choose_model_error(many, "build(size=3)") == (
        [
            "unknown argument: 'size' of build() in net.py (one of 'depth')",
        ],
        2,
    )
    assert choose_model_error(many, "build(dept=3)")[0][1] == "hint: did you mean 'depth'?"
    assert choose_model_error(many, "build(3, 4)")[0] == [
        "invalid arguments: 2 for build() in net.py (it takes 1)"
    ]
    needs = HEAD + "def build(depth, width):\n    pass\n"
    assert choose_model_error(needs, "build(3)")[0][0] == (
        "missing argument: 'width' of build() in net.py"
    )
    needs = HEAD + "def build(depth):\n    pass\n"
    assert choose_model_error(needs, "build()") == (
        [
            "missing argument: 'depth' of build() in net.py",
            "hint: give it in the target: net.py:build(depth=…)",
        ],
        2,
    )
    (chosen,) = choose_models(names(many), asdict(parse_pick("same", "")), "net.py").values()
    assert chosen.name == "deep"


def test_no_model():
    text = HEAD + "def net():\n    return 3\n"
    assert choose_model_error(text)[0] == [
        "missing model: no model in net.py",
        "hint: if one of its functions builds the model, name it: net.py:net()",
    ]
    assert choose_model_error(text, "net")[0] == [
        "invalid model: net() in net.py returns no model (its type is int)",
        "hint: name a function that returns the model, or a variable that holds it",
    ]


@pytest.mark.parametrize("builder", BUILDER_NAMES)
def test_a_builder_that_returns_no_model(builder):
    text = ONE.replace("def build(", f"def {builder}(").replace("model = build()", "")
    (chosen,) = choose_models(names(text), None, "net.py").values()
    assert chosen.name == "deep"
    both = text.replace("return keras.Model(", "return 3, keras.Model(")
    (chosen,) = choose_models(names(both), None, "net.py").values()
    assert chosen.name == "deep"


def test_an_error_of_the_user_code_names_file_and_line(tmp_path):
    write(tmp_path, "def broken():\n    raise ValueError('too deep')\n", "helper.py")
    path = write(tmp_path, "import helper\n\nhelper.broken()\n")
    builds = "or name a function that builds the model: lacks.py:net(n=…)"
    assert error_text(path) == (
        "invalid code: ValueError: too deep\n  in helper.py, line 2\n"
        "hint: run python net.py for the full error"
    )
    lacks = "import no_such_module_at_all as none\nx = none.x\ndef net(n): return Model(n)\n"
    path = write(tmp_path, f"{lacks}m = net(x)\n", "lacks.py")
    assert error_text(path) == (
        "missing module: 'no_such_module_at_all' in lacks.py, line 1\n"
        f"hint: pip install no_such_module_at_all, {builds}"
    )


def test_a_search_without_matches_is_reported(tmp_path):
    text = "import glob\nn = 3 // len(glob.glob('no/such/*.png'))\n"
    path = write(tmp_path, f"{text}from keras import Model\nm = Model(n)\n", "finds.py")
    hint = "hint: no file matches 'no/such/*.png', on which the model may depend"
    assert error_text(path).endswith(hint)


def test_an_error_inside_keras_names_the_line_of_the_user(tmp_path):
    path = write(tmp_path, HEAD + "\nx = layers.Dense(3)('no tensor')\n", "wrong.py")
    text = error_text(path)
    assert text.startswith("invalid code: ")
    assert "\n  in wrong.py, line 4\nhint: " in text


def test_code_that_exits_or_never_ends(tmp_path):
    path = write(tmp_path, "import os\nos._exit(7)\n")
    assert error_text(path).startswith("unsupported code: net.py ended Python with code 7")
    path = write(tmp_path, "raise SystemExit(3)\n", "leaves.py")
    assert error_text(path).startswith(
        "invalid code: SystemExit: 3\n  in leaves.py, line 1\nhint: the "
    )
    path = write(tmp_path, "import threading\nthreading.Event().wait()\n", "waits.py")
    text = error_text(path, timeout=1.5)
    assert text.startswith("unsupported code: waits.py ran longer than 1.5 s\nhint: ")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="nothing interrupts code there")
def test_at_the_time_limit_what_does_not_end_is_left_out(tmp_path):
    text = HEAD + "\ncount = 0\nwhile True:\n    count += 1\nmodel = keras.Sequential(\n"
    path = write(tmp_path, text + "    [keras.Input((4,)), layers.Dense(3)]\n)\n", "slow.py")
    network = read(path, timeout=4)
    assert [layer.output for layer in network.layers] == [(None, 4), (None, 3)]
    path = write(tmp_path, text + "    [keras.Input((4,)), layers.Dense(count)]\n)\n", "slow.py")
    network = read(path, timeout=4)
    assert str(network.layers[-1].output[-1]) == "count"
    assert "left out what took longer than 1 s" in [each.text for each in network.notices]


@pytest.mark.filterwarnings("ignore:.*does not have a `build:UserWarning")
def test_a_subclassed_model_is_traced():
    text = (
        HEAD
        + """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(8, name="a")
        self.b = layers.Dense(8, name="b")

    def call(self, x):
        return self.b(self.a(x)) + x

model = Net()
"""
    )
    model = names(text)["model"]
    with pytest.raises(ModelError, match=r"^missing input shape: "):
        read(model)
    model.build((None, 8))
    network = read(model)
    assert [layer.class_name for layer in network.layers] == ["InputLayer", "Dense", "Dense", "Add"]
