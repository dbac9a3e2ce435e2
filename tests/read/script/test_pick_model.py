"""Which model is meant: parts, models built alike, models in lists and in objects."""

from __future__ import annotations

import ast
import textwrap

import pytest

from net2fig.read.script.model_names import (
    find_builders,
    find_model_names,
    find_sole_builder,
    required_parameters,
)


def parse_statements(text):
    return ast.parse(textwrap.dedent(text)).body


def test_an_alias_of_a_keras_class_builds_models():
    text = """
        import keras
        base = keras.applications.xception.Xception
        prepare = keras.applications.xception.preprocess_input
        m = base(weights=None)
        x = prepare(3)
        """
    assert find_model_names(parse_statements(text)) == {"m"}


def test_a_function_that_returns_no_model_is_no_builder():
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
    assert find_builders(parse_statements(text)) == ["build", "choose"]


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
    assert find_model_names(parse_statements(text)) == {"gan", "nets"}


def test_methods_of_the_user_model_may_be_left_out(tmp_path):
    from net2fig.read.script.attempts import plan_attempts, unparse_all
    from net2fig.read.script.sources import load_code

    text = """
        class Net(Model):
            def show(self, n): pass
        m = Net()
        m.add(3)
        m.show(load("x"))
        """
    path = tmp_path / "net.py"
    path.write_text(textwrap.dedent(text))
    first, second, *_ = [
        unparse_all(each.statements) for each in plan_attempts(load_code(path), None)
    ]
    assert "m.show" in first
    assert "m.add(3)" in second
    assert "m.show" not in second


def test_the_only_function_that_builds_a_model_is_called():
    text = """
        def part(n): return Model(n)
        def unet(n=3, *, m=4): return Model(part(n))
        """
    assert find_sole_builder(parse_statements(text)) == "unet"
    assert find_model_names(parse_statements(text)) == {"unet"}
    assert find_sole_builder(parse_statements(text.replace("n=3", "n"))) == ""
    assert (
        find_sole_builder(
            [*parse_statements(text), *parse_statements("def vgg(): return Model(3)")]
        )
        == ""
    )
    assert required_parameters(parse_statements("def f(a, b=1, *c, d, e=2): pass")[0]) == ["a", "d"]


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
def test_the_first_of_equal_models_is_chosen(dense):
    from net2fig.read.script.pick_model import choose_models

    notices = []
    names = {"a": dense(), "b": dense(name="other"), "c": dense()}
    chosen = choose_models(names, None, "x.py", lambda *notice: notices.append(notice))
    assert chosen == {"a": names["a"]}
    assert notices == [("models-alike", "drew 'a'; others have the same architecture: 'b', 'c'")]
    models = {"a": dense(5), "b": dense(7), "c": dense(5)}
    assert choose_models(models, None, "x.py") == {"a": models["a"], "b": models["b"]}
    chosen = choose_models({**models, "get_model": dense}, None, "x.py")
    assert [*chosen] == ["a", "b", "get_model"]


@pytest.mark.keras
def test_a_model_of_intermediate_tensors_is_not_chosen(dense):
    import keras

    from net2fig.read.script.pick_model import find_candidates

    model = dense()
    inside = keras.Model(model.inputs, [layer.output for layer in model.layers])
    assert find_candidates({"inside": inside, "model": model}) == {"model": model}


@pytest.mark.keras
def test_a_preprocessing_model_is_not_chosen(dense):
    import keras

    from net2fig.read.script.pick_model import find_candidates

    augment = keras.Sequential([keras.layers.RandomFlip(), keras.layers.Rescaling(2.0)])
    assert find_candidates({"augment": augment, "model": dense()}).keys() == {"model"}
    assert find_candidates({"augment": augment}).keys() == {"augment"}


@pytest.mark.keras
def test_models_in_objects_and_lists(dense):
    from net2fig.errors import UsageError
    from net2fig.read.script.pick_model import choose_models

    class Gan:
        def __init__(self):
            self.both = dense()

    Gan.__module__ = "gan"
    gan = Gan()
    names = {"__name__": "gan", "Gan": Gan, "gan": gan}
    assert choose_models(names, None, "gan.py") == {"gan.both": gan.both}
    assert choose_models(names, {"name": "Gan", "call": True, "args": [], "kwargs": []}, "gan.py")
    pick = {"name": "gan", "call": False, "args": [], "kwargs": [], "path": [".both"]}
    assert choose_models(names, pick, "gan.py") == {"gan": gan.both}
    with pytest.raises(UsageError, match=r"unknown name: 'gan.bot' in gan.py") as caught:
        choose_models(names, {**pick, "path": [".bot"]}, "gan.py")
    assert "'gan.both'" in caught.value.hint
    several = [dense(), dense()]
    assert choose_models({"several": several}, None, "x.py") == {"several[0]": several[0]}
