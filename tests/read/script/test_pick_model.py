"""Which model is meant: parts, models built alike, models in lists and in objects."""

from __future__ import annotations

import ast
import textwrap

import pytest

from net2fig.read.script.model_names import builders, demanded, model_names, sole_builder


def parsed(text):
    return ast.parse(textwrap.dedent(text)).body


def test_a_class_of_keras_may_go_by_another_name():
    text = """
        import keras
        base = keras.applications.xception.Xception
        prepare = keras.applications.xception.preprocess_input
        m = base(weights=None)
        x = prepare(3)
        """
    assert model_names(parsed(text)) == {"m"}


def test_what_returns_something_else_builds_no_model():
    text = """
        def build(n):
            model = Model(n)
            return model, n
        def choose(n):
            return Sequential([n]) if n else None
        def heat(model, x):
            inner = Model(model.inputs, model.layers[-2].output)
            return inner(x).numpy()
        """
    assert builders(parsed(text)) == ["build", "choose"]


def test_objects_and_lists_hold_models():
    text = """
        class Gan:
            def __init__(self): self.both = Model(1)
        gan = Gan()
        nets = []
        for n in (1, 2):
            nets.append(Model(n))
        other = Other()
        """
    assert model_names(parsed(text)) == {"gan", "nets"}


def test_what_a_model_is_asked_for_at_last_may_be_left_out(tmp_path):
    from net2fig.read.script.attempts import attempts, listed
    from net2fig.read.script.sources import code_of

    text = """
        class Net(Model):
            def show(self, n): pass
        m = Net()
        m.add(3)
        m.show(load("x"))
        """
    path = tmp_path / "net.py"
    path.write_text(textwrap.dedent(text))
    first, second, *_ = [listed(each.statements) for each in attempts(code_of(path), None)]
    assert "m.show" in first
    assert "m.add(3)" in second
    assert "m.show" not in second


def test_the_only_function_that_builds_a_model_is_called():
    text = """
        def part(n): return Model(n)
        def unet(n=3, *, m=4): return Model(part(n))
        """
    assert sole_builder(parsed(text)) == "unet"
    assert model_names(parsed(text)) == {"unet"}
    assert sole_builder(parsed(text.replace("n=3", "n"))) == ""
    assert sole_builder([*parsed(text), *parsed("def vgg(): return Model(3)")]) == ""
    assert demanded(parsed("def f(a, b=1, *c, d, e=2): pass")[0]) == ["a", "d"]


@pytest.fixture(scope="module")
def dense():
    """A model of two layers, and what it is made of."""
    import keras

    def build(units=3, name=None):
        first = keras.Input((4,))
        x = keras.layers.Dense(units)(first)
        return keras.Model(first, keras.layers.Dense(1)(x), name=name)

    return build


@pytest.mark.keras
def test_models_that_are_built_alike(dense):
    from net2fig.errors import ModelError
    from net2fig.read.script.pick_model import model_in

    told = []
    names = {"a": dense(), "b": dense(name="other"), "c": dense()}
    assert model_in(names, None, "x.py", lambda *notice: told.append(notice)) is names["a"]
    assert told == [("models-alike", "'a' is drawn; built like it: 'b', 'c'")]
    with pytest.raises(ModelError, match="2 models in x.py"):
        model_in({"a": dense(3), "b": dense(5)}, None, "x.py")
    names = {"a": dense(3), "b": dense(5), "get_model": dense}
    model_in(names, None, "x.py", lambda *notice: told.append(notice))
    text = "what get_model() returns is drawn, not 'a', 'b': say which, as in x.py:b"
    assert told[-1] == ("models-left-out", text)


@pytest.mark.keras
def test_what_looks_into_a_model_is_not_the_model(dense):
    import keras

    from net2fig.read.script.pick_model import candidates

    model = dense()
    inside = keras.Model(model.inputs, [layer.output for layer in model.layers])
    assert candidates({"inside": inside, "model": model}) == {"model": model}


@pytest.mark.keras
def test_what_prepares_data_is_not_the_model(dense):
    import keras

    from net2fig.read.script.pick_model import candidates

    augment = keras.Sequential([keras.layers.RandomFlip(), keras.layers.Rescaling(2.0)])
    assert candidates({"augment": augment, "model": dense()}).keys() == {"model"}
    assert candidates({"augment": augment}).keys() == {"augment"}


@pytest.mark.keras
def test_models_in_objects_and_lists(dense):
    from net2fig.errors import UsageError
    from net2fig.read.script.pick_model import model_in

    class Gan:
        def __init__(self):
            self.both = dense()

    Gan.__module__ = "gan"
    gan = Gan()
    names = {"__name__": "gan", "Gan": Gan, "gan": gan}
    assert model_in(names, None, "gan.py") is gan.both
    assert model_in(names, {"name": "Gan", "call": True, "args": [], "kwargs": []}, "gan.py")
    pick = {"name": "gan", "call": False, "args": [], "kwargs": [], "path": [".both"]}
    assert model_in(names, pick, "gan.py") is gan.both
    with pytest.raises(UsageError, match=r"unknown name: 'gan.bot' in gan.py") as caught:
        model_in(names, {**pick, "path": [".bot"]}, "gan.py")
    assert "'gan.both'" in caught.value.hint
    several = [dense(), dense()]
    assert model_in({"several": several}, None, "x.py") is several[0]
