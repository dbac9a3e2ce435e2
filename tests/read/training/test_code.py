"""What code says of its training, without running it."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from net2fig.network import Loss, Training
from net2fig.read.training.code import OWN_LOSS, read_training


def stated(text: str, model: str = "") -> Training | None:
    return read_training(ast.parse(dedent(text)).body, "net.py", model)


def test_words_and_numbers_are_read() -> None:
    text = """
    model.compile("adam", "mse", ["accuracy"])
    model.fit(x, y, batch_size=32, nb_epoch=20)
    """
    assert stated(text) == Training(
        "adam", None, (Loss("mean_squared_error"),), ("accuracy",), 32, 20, "net.py:2"
    )


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        ("'SGD'", ("sgd", None)),
        ("Adam(1e-3)", ("adam", 0.001)),
        ("keras.optimizers.SGD(lr=RATE)", ("sgd", 0.5)),
        ("tf.keras.optimizers.legacy.Adam(learning_rate=ExponentialDecay(0.1, 5))", ("adam", 0.1)),
        ("opt", ("rmsprop", 0.25)),
        ("Adam(find_rate())", ("adam", None)),
        ("MyOwn(0.1)", ("", None)),
    ],
)
def test_optimizers(optimizer: str, expected: tuple[str, float | None]) -> None:
    text = f"RATE = 0.5\nopt = RMSprop(0.25)\nmodel.compile(optimizer={optimizer}, loss='mse')"
    training = stated(text)
    assert training is not None
    assert (training.optimizer, training.rate) == expected


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("'binary_crossentropy'", [Loss("binary_crossentropy")]),
        ("keras.losses.categorical_crossentropy", [Loss("categorical_crossentropy")]),
        (
            "SparseCategoricalCrossentropy(from_logits=True)",
            [Loss("sparse_categorical_crossentropy", "", True)],
        ),
        ("BinaryCrossentropy(flag)", [Loss("binary_crossentropy", "", None)]),
        ("MeanSquaredError()", [Loss("mean_squared_error")]),
        (
            "tf.nn.softmax_cross_entropy_with_logits",
            [Loss("softmax_cross_entropy_with_logits", "", True)],
        ),
        ("own", [Loss(OWN_LOSS)]),
        ("own(3)", [Loss(OWN_LOSS, "", None)]),
        ("lambda a, b: a", [Loss(OWN_LOSS, "", None)]),
        ("['mse', own]", [Loss("mean_squared_error", "0"), Loss(OWN_LOSS, "1")]),
        (
            "{'a': 'mse', 'b': 'mae'}",
            [Loss("mean_squared_error", "a"), Loss("mean_absolute_error", "b")],
        ),
        ("{key: 'mse'}", [Loss(OWN_LOSS, "?", None)]),
        ("None", []),
    ],
)
def test_losses(loss: str, expected: list[Loss]) -> None:
    training = stated(f"def own(a, b): pass\nmodel.compile('sgd', loss={loss})")
    assert training is not None
    assert list(training.losses) == expected


def test_calls_that_disagree_state_what_they_share() -> None:
    text = """
    if fast:
        model.compile("adam", "mse")
    else:
        model.compile(SGD(0.1), "mse")
    """
    assert stated(text) == Training("", None, (Loss("mean_squared_error"),), line="net.py:5")


def test_of_calls_in_turn_the_last_one_holds() -> None:
    text = """
    model.compile("adam", "mse")
    model.compile(SGD(0.1), "mae")
    """
    assert stated(text) == Training("sgd", 0.1, (Loss("mean_absolute_error"),), line="net.py:3")


def test_the_calls_of_the_model_itself_count() -> None:
    text = """
    critic.compile("adam", "mse")
    gan.compile("adam", "mae")
    """
    training = stated(text, "gan")
    assert training is not None
    assert training.losses == (Loss("mean_absolute_error"),)
    both = stated(text)
    assert both is not None
    assert both.losses == ()


def test_the_calls_of_another_model_do_not_count() -> None:
    text = """
    encoder = build(3)
    autoencoder = build(4)
    autoencoder.compile("adam", "mse")
    """
    assert stated(text, "encoder") is None
    assert stated(text, "autoencoder") is not None
    assert stated("model = f()\ndef f():\n    m.compile('adam', 'mse')", "model") is not None


def test_no_other_method_is_taken_for_it() -> None:
    assert stated("pattern = re.compile('a')\nmodel = torch.compile(model)") is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "mnist"),
        ("x = x / 255", ""),
        ("x /= 255.0", ""),
        ("x = preprocess_input(x)", ""),
        ("model.add(Rescaling(1.0))", ""),
        ("x = x.reshape(-1, 784)", "mnist"),
    ],
)
def test_pictures_that_nothing_scales(line: str, expected: str) -> None:
    text = f"(x, y), test = keras.datasets.mnist.load_data()\n{line}\nmodel.compile('sgd', 'mse')"
    training = stated(text)
    assert training is not None
    assert training.pixels == expected
