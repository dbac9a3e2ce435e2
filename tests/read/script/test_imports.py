"""Code of other times and other places: moved modules, packages, projects, files beside."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from net2fig.read.script.imports import (
    enter_package,
    find_package,
    find_project_folders,
    modernize,
    modernize_module,
)
from net2fig.read.script.sandbox.missing_modules import MissingImport, run_statements

UTILS = "keras.src.applications.imagenet_utils"


def modernize_text(text: str) -> str:
    """Return the statements of a text as they would be written today."""
    return "\n".join(ast.unparse(part) for each in ast.parse(text).body for part in modernize(each))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("n = x.shape[1].value * 2", "n = x.shape[1] * 2"),
        ("n = x.get_shape()[-1].value", "n = x.get_shape()[-1]"),
        ("n = x.shape[1:].value, x.sizes[1].value", "n = (x.shape[1:].value, x.sizes[1].value)"),
        ("from keras.layers.convolutional import Conv2D", "from keras.layers import Conv2D"),
        (
            "from keras.engine.topology import Layer, get_source_inputs, Input as I",
            "from keras.layers import Layer, Input as I\nfrom keras.utils import get_source_inputs",
        ),
        ("from keras.engine.training import Model", "from keras.models import Model"),
        (
            "from tensorflow.python.keras.layers import Dense",
            "from tensorflow.keras.layers import Dense",
        ),
        (
            "from tensorflow.python.keras.utils.np_utils import to_categorical",
            "from tensorflow.keras.utils import to_categorical",
        ),
        (
            "import keras.backend.tensorflow_backend as K",
            "import keras.backend as K",
        ),
        (
            "from keras.applications.imagenet_utils import _obtain_input_shape",
            f"from {UTILS} import obtain_input_shape as _obtain_input_shape",
        ),
        (
            "x = tf.keras.layers.experimental.preprocessing.Resizing(4, 4)(x)",
            "x = tf.keras.layers.Resizing(4, 4)(x)",
        ),
        ("m = Model(input=a, output=[b], name='m')", "m = Model(inputs=a, outputs=[b], name='m')"),
        (
            "def f(x):\n    from keras.utils.vis_utils import plot_model\n    return M(input=x)",
            "def f(x):\n    from keras.utils import plot_model\n    return M(input=x)",
        ),
        ("import keras_core", "import keras as keras_core"),
        ("from keras_core import layers as l", "from keras import layers as l"),
        ("import keras_core.ops as ops", "import keras.ops as ops"),
        (
            "class L:\n\n    def call(self, x, training):\n        return x",
            "class L:\n\n    def call(self, x, training=None):\n        return x",
        ),
        (
            "def call(self, x, training, mask=3):\n    pass",
            "def call(self, x, training=None, mask=3):\n    pass",
        ),
    ],
)
def test_moved_modules_are_modernized(old, new):
    assert modernize_text(old) == new


@pytest.mark.parametrize(
    "text",
    [
        "from keras.layers import Dense",
        "import keras.layers.core",
        "from . import layers",
        "from my.keras.engine import x",
        "Model(input=a)",
        "f(input=a, output=b)",
        "def call(self, training, x):\n    pass",
        "def apply(self, x, training):\n    pass",
    ],
)
def test_other_modules_are_unchanged(text):
    assert modernize_text(text) == text


def test_every_move_is_final():
    for text in ("keras.engine", "tensorflow.python.keras", "keras.legacy.layers"):
        assert modernize_module(modernize_module(text)) == modernize_module(text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a package in it; it leaves no module behind."""
    known, path = set(sys.modules), list(sys.path)
    package = tmp_path / "project" / "nets" / "deep"
    package.mkdir(parents=True)
    (tmp_path / "project" / "setup.py").touch()
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (package / "unet.py").touch()
    yield tmp_path / "project"
    for name in set(sys.modules) - known:
        del sys.modules[name]
    sys.path[:] = path


def test_the_folders_of_a_project(project):
    file = project / "nets" / "deep" / "unet.py"
    assert find_project_folders(file) == [project / "nets", project]
    assert find_project_folders(project / "main.py") == []
    (project / "nets" / "deep" / "requirements.txt").touch()
    assert find_project_folders(file) == [project / "nets", project]
    (project / "setup.py").unlink()
    assert project not in find_project_folders(file)


def test_a_file_in_a_package(project):
    file = project / "nets" / "deep" / "unet.py"
    relative = ast.parse("def f():\n    from ..blocks import conv\n").body
    assert find_package(file, ast.parse("import keras").body) is None
    assert find_package(file, relative) == ("nets.deep", project)
    (project / "__init__.py").touch()
    assert find_package(file, relative) == ("nets.deep", project)
    (project / "nets" / "blocks.py").write_text("conv = 3\n")
    assert enter_package(file, relative) == "nets.deep"
    names = {"__package__": "nets.deep"}
    exec("from ..blocks import conv", names)  # noqa: S102  (the text stands here)
    assert names["conv"] == 3


def test_a_package_that_fails_is_still_entered(project):
    file = project / "nets" / "deep" / "unet.py"
    (project / "nets" / "__init__.py").write_text("raise ValueError('not today')\n")
    (project / "nets" / "deep" / "ops.py").write_text("up = 4\n")
    assert enter_package(file, ast.parse("from .ops import up").body) == "nets.deep"
    names = {"__package__": "nets.deep"}
    exec("from .ops import up", names)  # noqa: S102  (as above)
    assert names["up"] == 4


def run_text(text: str, *, beside: bool = False) -> dict[str, object]:
    """Return what the statements of a text leave behind."""
    names: dict[str, object] = {}

    def code_of(statement):
        return compile(ast.Module([statement], []), "net.py", "exec")

    run_statements(ast.parse(text).body, names, code_of, {}, lenient=beside)
    return names


def test_a_removed_name_fails_only_on_use():
    names = run_text("from math import pi, no_such_name, tau")
    assert names["pi"] < names["tau"]
    with pytest.raises(ImportError, match="no_such_name"):
        names["no_such_name"]()


def test_a_failure_in_a_lenient_file_affects_only_its_users():
    text = "a = 1 / 0\nb, c = 3, 4\nopen('/no/such/file')\nclass D(a): pass\nd = a + b\n"
    with pytest.raises(ZeroDivisionError):
        run_text(text)
    names = run_text(text, beside=True)
    assert (names["b"], names["c"]) == (3, 4)
    for name in "aDd":
        assert isinstance(names[name], MissingImport)
        with pytest.raises((ZeroDivisionError, TypeError)):
            names[name].anything()
