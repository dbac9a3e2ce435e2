"""What a file says of names and calls, and what stands in for what it does not say."""

from __future__ import annotations

import ast
import inspect
import textwrap
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.data.resources import data_dir
from net2fig.read.script.guess.arguments import Guesser
from net2fig.read.script.guess.builders import find_root_builders
from net2fig.read.script.guess.parameters import Guess, describe_guesses
from net2fig.read.script.guess.shapes import Candidate, list_candidates
from net2fig.read.script.guess.stand_ins import load_stand_ins
from net2fig.read.script.guess.values import NotKnown, find_values
from net2fig.read.script.sources import Code


def parse(text: str) -> Code:
    return Code(Path("net.py"), tuple(ast.parse(textwrap.dedent(text)).body))


def guesser(text: str, **names: object) -> Guesser:
    return Guesser(names, parse(text))


def guess(text: str, signature: str, name: str = "build") -> dict[str, object] | None:
    """Return the values for the arguments of a function, without their places."""
    space: dict[str, object] = {}
    exec(f"def {name}({signature}): pass", space)  # noqa: S102  (the text is the test's)
    found = guesser(text, **{name: space[name]}).guess_all(space[name], name)
    return None if found is None else {word: each.value for word, each in found.items()}


def test_values_follow_from_literals_and_names() -> None:
    values = find_values(parse("a = 3\nb, c = a * 2, (a, 4)\nd = f(a)\ne = d + 1").statements)
    assert values.constants == {"a": 3, "b": 6, "c": (3, 4)}
    for text in ("d", "e + 1", "'a' * 9**9", "9**9 // 0", "x.y"):
        with pytest.raises(NotKnown):
            values.evaluate(ast.parse(text, mode="eval").body)


@given(st.integers(-99, 99), st.integers(1, 99), st.sampled_from(["+", "-", "*", "//"]))
def test_arithmetic_is_that_of_python(one: int, two: int, sign: str) -> None:
    text = f"a = {one}\nb = a {sign} {two}"
    assert find_values(parse(text).statements).constants["b"] == eval(f"{one} {sign} {two}")  # noqa: S307


def test_a_call_of_the_file_gives_arguments() -> None:
    def build(shape: object, n: object) -> None:
        del shape, n

    text = "SIZE = 96\ndef build(shape, n): pass\nif x:\n    net = build((SIZE, SIZE, 3), n=4)"
    assert guess(text, "shape, n") == {"shape": (96, 96, 3), "n": 4}
    found = guesser(text).guess_all(build, "build")
    assert found is not None
    assert describe_guesses(found) == "shape=(96, 96, 3) (line 4), n=4 (line 4)"


def test_names_defaults_and_options_of_the_command_line_give_arguments() -> None:
    assert guess("N_CLASSES = 7", "n_classes") == {"n_classes": 7}
    assert guess("def other(depth=9): pass", "depth") == {"depth": 9}
    text = "parser.add_argument('-d', '--my-depth', default=5)"
    assert guess(text, "my_depth") == {"my_depth": 5}


def test_the_layers_of_a_function_tell_the_shape_of_its_input() -> None:
    sequence = "def part(x): return LSTM(3)(x)\ndef build(input_shape): return part(input_shape)"
    assert guess(sequence, "input_shape") == {"input_shape": (100, 64)}
    image = "def build(input_shape): return Convolution2D(3, 3)"
    assert guess(image, "input_shape") == {"input_shape": (224, 224, 3)}
    first = Guesser({}, parse(image), features_first=True)
    parameter = inspect.Parameter("input_shape", inspect.Parameter.POSITIONAL_ONLY)
    assert first.guess(parameter, "build") == Guess((3, 224, 224))


def test_an_argument_that_nothing_tells_is_not_known() -> None:
    assert guess("", "frobs") is None
    assert guess("", "frobs: int") == {"frobs": 4}
    assert guess("", "num_classes, frobs=3, *args, **more") == {"num_classes": 10}


def test_the_only_configuration_of_a_file_is_made() -> None:
    class NetConfig:
        depth = 3

    def build(config: object) -> None:
        del config

    found = Guesser({"NetConfig": NetConfig}).guess_all(build, "build")
    assert found is not None
    assert isinstance(found["config"].value, NetConfig)


def test_every_stand_in_has_a_name_of_its_own() -> None:
    """No name of the file is hidden by an earlier entry."""
    data = tomllib.loads((data_dir("grammar") / "stand_ins.toml").read_text("utf-8"))
    for each in data["argument"]:
        for word in filter(str.isidentifier, each["names"].split()):
            assert load_stand_ins().find_argument(word) == each["value"], word


def test_what_builds_a_model_and_is_used_by_nothing_else() -> None:
    text = """
        class Block(Model): pass
        class Net(Model):
            def __init__(self): self.block = Block()
        def small(): return Net()
        def part(): return Sequential([])
        def large(): return Model(part())
        class LeNet:
            @staticmethod
            def build(width): return Sequential([])
        class Trainer:
            def fit(self): pass
        """
    assert find_root_builders(parse(text).statements) == ["small", "large", "LeNet.build"]


class Net:
    layers = ()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Net().build((None, 32, 32, 3))", ((32, 32, 3), "that of net.py, line 1")),
        ("s = 64\nnet(tf.zeros((1, s, s, 3)))", ((64, 64, 3), "that of net.py, line 2")),
        ("x = x.reshape(-1, 28, 28, 1)", ((28, 28, 1), "that of net.py, line 1")),
        ("x = np.reshape(x, (n, 8, 1))", ((8, 1), "that of net.py, line 1")),
        ("Input(shape=(None, None, 3))", ((None, None, 3), "that of net.py, line 1")),
        ("from keras.datasets import mnist", ((28, 28, 1), "that of mnist")),
        ("x = cifar10.load_data()", ((32, 32, 3), "that of cifar10")),
        ("class Net:\n    a = Embedding(3, 4)", ((100,), "a usual one")),
        ("class Net:\n    a = Dense(3)", ((64,), "a usual one")),
    ],
)
def test_the_first_shape_to_try(text: str, first: tuple[tuple[int | None, ...], str]) -> None:
    assert list_candidates(Net(), parse(text), "net.py")[0] == Candidate(*first)
