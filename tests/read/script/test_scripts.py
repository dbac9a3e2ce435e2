"""Whole scripts: what comes out of each, and what did not happen on the way. One process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from net2fig.errors import WORDS
from net2fig.read.native import load

pytestmark = pytest.mark.keras

ROOT = Path(__file__).resolve().parents[3]
MODELS = ROOT / "tests" / "models"

FILES = sorted(
    [*MODELS.glob("*.py"), *MODELS.glob("scripts/*.py"), *MODELS.glob("scripts/*.ipynb")]
)

PICKS = {
    "scripts/helper_nets.py:small(classes=5)": None,
    "scripts/vae.py:encoder": None,
    "scripts/subclass_called.py:Net(4)": [6],
    "scripts/gan.py:generator": None,
    "scripts/data_file.py:model": None,
    "scripts/only_a_function.py:unet()": None,
}


@pytest.fixture(scope="module")
def script_answers(tmp_path_factory):
    """What is read from each file, by its name."""
    folder = tmp_path_factory.mktemp("scripts")
    targets = {str(path): None for path in FILES} | {
        str(MODELS / text): shape for text, shape in PICKS.items()
    }
    done = subprocess.run(
        [sys.executable, "-P", str(ROOT / "tests/read/many.py"), json.dumps(targets)],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    # Nothing was trained, saved, downloaded or drawn.
    assert list(folder.iterdir()) == []
    answers = json.loads(done.stdout)
    return {str(Path(text).relative_to(MODELS)): answer for text, answer in answers.items()}


@pytest.fixture
def network(script_answers):
    def of(name):
        answer = script_answers[name]
        assert "network" in answer, answer
        return load(answer["network"])

    return of


@pytest.mark.parametrize(
    ("name", "layers", "last"),
    [
        ("functional_helpers.py", 73, (None, 10)),
        ("functional_input.py", 4, (None, 10)),
        ("multi_output.py", 10, (None, 1)),
        ("nested.py", 10, (None, 28, 28, 1)),
        ("sequential_add.py", 9, (None, 10)),
        ("subclassed.py", 7, (None, 10)),
        ("tf_keras_imports.py", 159, (None, 1)),
        ("time_distributed.py", 11, (None, 5)),
        ("trains_at_bottom.py", 7, (None, 10)),
        ("scripts/full_length.py", 3, (None, 10)),
        ("scripts/gan.py", 8, (None, 1)),
        ("scripts/gan.py:generator", 5, (None, 28, 28, 16)),
        ("scripts/helper_nets.py", 4, (None, 10)),
        ("scripts/helper_nets.py:small(classes=5)", 4, (None, 5)),
        ("scripts/imports_helper.py", 4, (None, 7)),
        ("scripts/in_main.py", 3, (None, 2)),
        ("scripts/main_guard.py", 4, (None, 1)),
        ("scripts/missing_imports.py", 7, (None, 4)),
        ("scripts/shape_of_data.py", 4, (None, 10)),
        ("scripts/strategy.py", 4, (None, 10)),
        ("scripts/subclass_called.py", 3, (1, 3)),
        ("scripts/subclass_called.py:Net(4)", 3, (None, 4)),
        ("scripts/transfer.py", 178, (None, 200)),
        ("scripts/tutorial.ipynb", 2, (None, 46, 46, 4)),
        ("scripts/vae.py:encoder", 6, (None, 2)),
        ("scripts/words.py", 4, (None, 1)),
        ("scripts/words_end_to_end.py", 6, (None, 1)),
        ("scripts/data_file.py:model", 5, (None, None, 93)),
        ("scripts/downloaded_text.py", 3, (None, 64)),
        ("scripts/vision_transformer.py", 29, (None, 100)),
        ("scripts/siamese.py", 550, (None,)),
        ("scripts/only_a_function.py", 9, (None, 64, 64, 1)),
        ("scripts/only_a_function.py:unet()", 9, (None, 64, 64, 1)),
    ],
)
def test_scripts_are_read(network, name, layers, last):
    read_network = network(name)
    assert len(read_network.layers) == layers
    assert read_network.layers[-1].output == last


@pytest.mark.parametrize(
    ("name", "start"),
    [
        (
            "scripts/layers_from_file.py",
            "missing file: 'no/layers.txt', on which the model",
        ),
    ],
)
def test_scripts_that_fail(script_answers, name, start):
    line, hint = script_answers[name]["error"]
    assert line.startswith(start)
    assert hint.startswith("hint: ")
    assert line.split()[0] in WORDS


@pytest.mark.parametrize(
    ("name", "notices"),
    [
        ("trains_at_bottom.py", []),
        ("tf_keras_imports.py", ["the weights 'imagenet' of MobileNetV2 were not loaded"]),
        ("scripts/transfer.py", ["the weights 'imagenet' of ResNet50 were not loaded"]),
        (
            "scripts/shape_of_data.py",
            ["arrays in the shape of cifar10 replace its data, which were not loaded"],
        ),
        (
            "scripts/tutorial.ipynb",
            ["left out a cell: invalid Python: invalid syntax in tutorial.ipynb, cell 5, line 1"],
        ),
        (
            "scripts/helper_nets.py",
            ["small was made with classes=10; to choose: helper_nets.py:small(…)"],
        ),
        (
            "scripts/words_end_to_end.py",
            ["only data know 'raw_train_ds', 'text_ds'"],
        ),
        (
            "scripts/downloaded_text.py",
            [
                "only data know len(chars): took 64; to choose: --set chars=64",
                "only data know 'chars', 'f', 'text'",
            ],
        ),
    ],
)
def test_notices_of_scripts(network, name, notices):
    assert [notice.text for notice in network(name).notices] == notices


def test_several_models_are_parts_of_one_network(network):
    read_network = network("scripts/vae.py")
    assert [(part.name, len(part.layers)) for part in read_network.parts] == [
        ("encoder", 6),
        ("decoder", 3),
    ]
    assert read_network.notices[0].text == (
        "drew 2 models: encoder, decoder; to draw one: vae.py:encoder"
    )
    assert [part.name for part in network("two_candidates.py").parts] == [
        "discriminator",
        "generator",
    ]


def test_every_script_is_tested(script_answers):
    assert len(script_answers) == len(FILES) + len(PICKS)
