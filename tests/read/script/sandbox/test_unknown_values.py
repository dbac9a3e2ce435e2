"""Unknown values flow by name, and whoever needs a real one is told."""

from __future__ import annotations

import ast
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.read.script.sandbox.arrays import (
    ShapedValue,
    expand_dims,
    index_shape,
    make_numpy,
    make_one_hot,
    reshape,
)
from net2fig.read.script.sandbox.missing_modules import run_statements
from net2fig.read.script.unknown.modules import UnknownModule
from net2fig.read.script.unknown.runs import prepare_names
from net2fig.read.script.unknown.values import (
    MissingImport,
    UnknownData,
    UnknownDataError,
    UnknownValue,
    find_size,
    name_of,
    replace_unknown,
)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the notices about sizes."""
    texts: list[str] = []
    monkeypatch.setattr(UnknownData, "tell", staticmethod(lambda _code, text: texts.append(text)))
    return texts


def run(text: str, **more: Any) -> dict[str, Any]:
    """Return the names that statements leave behind, where data may be missing."""
    names: dict[str, Any] = {"pd": UnknownModule("pandas"), **more}
    prepare_names(names)

    def compile_one(statement: ast.stmt) -> Any:
        return compile(ast.Module([statement], []), "net.py", "exec")

    run_statements(ast.parse(text).body, names, compile_one, {}, unknown=True)
    return names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("pd.read_csv('a.csv').label", "n"),
        ("len(pd.x)", "n"),
        ("int(pd.x.max()) + 1", "n"),
        ("pd.x['a'] * 2 // 3", "n"),
        ("sorted(set(pd.x))", "n"),
        ("open('no/such/file').read()", "n"),
        ("[each for each in pd.x]", "n"),
        ("1 if pd.x else 2", "n"),
    ],
)
def test_what_depends_on_data_is_unknown(text: str, name: str) -> None:
    value = run(f"n = {text}")["n"]
    assert isinstance(value, UnknownValue)
    assert name_of(value) == name


def test_a_container_that_data_fill_is_unknown() -> None:
    """Its length after one round would look like a known one."""
    names = run("chars = set()\nfor line in pd.lines:\n    chars.add(line)\nn = len(chars)")
    assert isinstance(names["chars"], UnknownValue)
    assert name_of(names["n"]) == "n"


def test_what_does_not_depend_on_data_stays_known() -> None:
    names = run("a = 3\nb, c = pd.x\nd = len([1, 2])\ne = int('4')\nf = isinstance(3, int)")
    assert (names["a"], names["d"], names["e"], names["f"]) == (3, 2, 4, True)
    assert name_of(names["b"]) == "b"


def test_classes_of_python_stay_what_they_are() -> None:
    """Another branch would be another model."""
    text = "a = type([]) is list\nb = type(3) == int\nclass C(dict): pass\nc = C(x=3)['x']"
    more = "def f(x: int = 3): return isinstance(x, (int, float)), list\nd = f()"
    names = run(f"{text}\n{more}")
    assert (names["a"], names["b"], names["c"], names["d"]) == (True, True, 3, (True, list))
    assert run("def len(x): return 5\na = len(pd.x)")["a"] == 5


def test_methods_of_classes_may_ask_for_numbers() -> None:
    """Names that begin with two underscores mean others inside of classes."""
    names = run("class A:\n    def f(self): return int(3.5), len(pd.x)\na, b = A().f()")
    assert names["a"] == 3
    assert name_of(names["b"]) == "b"


def test_a_model_that_data_would_change_is_not_used() -> None:
    """Half of its layers might be there."""

    class Model:
        layers = ()

    names = run("for n in pd.sizes:\n    model.add(n)", model=Model())
    assert isinstance(names["model"], MissingImport)


def test_an_error_without_data_is_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        run("a = 1 // 0")


def test_decorators_and_bases_that_are_missing_are_left_out() -> None:
    text = "@pd.jit\ndef f(): return 3\nclass A(pd.Env):\n    @pd.jit\n    def g(self): return 4"
    names = run(f"{text}\na, b = f(), A().g()")
    assert (names["a"], names["b"]) == (3, 4)


def test_what_the_code_sets_is_known() -> None:
    names = run("config = pd.init().config\nconfig.width = 5\na, b = config.width, config.depth")
    assert names["a"] == 5
    assert isinstance(names["b"], UnknownValue)


def test_a_rate_is_no_size(told: list[str]) -> None:
    rate = UnknownValue("config.dropout")
    assert replace_unknown(rate) == 0.1
    assert replace_unknown(UnknownValue("config.activation")) == "relu"
    assert replace_unknown(UnknownValue("config.dropout * 2", 7)) == 7
    assert told[0] == "only data know config.dropout: took 0.1"


def test_a_size_is_told_and_set(told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert replace_unknown((None, UnknownValue("data.num_classes"), 3)) == (None, 10, 3)
    assert told == [
        "only data know data.num_classes: took 10; to choose: --set num_classes=10",
    ]
    monkeypatch.setattr(UnknownData, "values", {"num_classes": 7})
    assert replace_unknown(UnknownValue("num_classes")) == 7
    assert len(told) == 1


def test_a_module_that_is_missing_gives_no_size() -> None:
    with pytest.raises(ModuleNotFoundError):
        replace_unknown(MissingImport(ModuleNotFoundError("no")))


@given(st.integers(1, 99), st.sampled_from(["+", "-", "*", "//"]))
def test_sizes_follow_arithmetic(number: int, sign: str) -> None:
    value = run(f"n = pd.vocab_size {sign} {number}")["n"]
    assert find_size(value) == eval(f"10000 {sign} {number}")  # noqa: S307


def test_the_value_of_an_unknown_one_is_an_error() -> None:
    value = UnknownValue("x")
    for ask in (len, int, float, bool, list, iter, lambda x: x < 3, lambda x: 3 in x):
        with pytest.raises(UnknownDataError):
            ask(value)  # type: ignore[operator]


# Arrays without values, compared with numpy.

KEYS = st.one_of(
    st.integers(0, 1),
    st.none(),
    st.just(Ellipsis),
    st.builds(slice, st.integers(0, 3), st.integers(0, 9)),
)


@given(st.lists(st.integers(2, 5), min_size=1, max_size=3), st.lists(KEYS, max_size=3))
def test_parts_of_arrays_have_the_shapes_of_numpy(sizes: list[int], keys: list[Any]) -> None:
    numpy = pytest.importorskip("numpy")
    try:
        expected = numpy.zeros(sizes)[tuple(keys)].shape
    except (IndexError, TypeError):
        return
    assert index_shape(tuple(sizes), tuple(keys)) == expected


@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.integers(-4, 3))
def test_arrays_are_reshaped_like_those_of_numpy(sizes: list[int], axis: int) -> None:
    numpy = pytest.importorskip("numpy")
    array = ShapedValue("x", tuple(sizes))
    assert reshape(array, (-1, sizes[-1])).shape == (math.prod(sizes[:-1]), sizes[-1])
    if -len(sizes) - 1 <= axis <= len(sizes):
        assert expand_dims(array, axis).shape == numpy.expand_dims(numpy.zeros(sizes), axis).shape


def test_numbers_are_computed_without_numpy() -> None:
    names = run(
        "a = np.prod((28, 28))\nb = np.random.normal(0, 1, (3, 4)).shape\nc = np.zeros(5).shape\n"
        "d = len(np.unique(y))\ne = np.max(y) + 1\nf = y.max() + 1\ng = np.fft.fft(y)\n"
        "h = (x.astype('float32') / 255.0).reshape(-1, 784).shape\ni = np.log2(8)\n"
        "j = np.array([[1, 2]]).shape",
        np=make_numpy(),
        x=ShapedValue("x", (100, 28, 28)),
        y=ShapedValue("y", (100,), 10),
    )
    assert (names["a"], names["b"], names["c"]) == (784, (3, 4), (5,))
    assert (names["e"], names["f"], names["h"], names["i"]) == (10, 10, (100, 784), 3)
    assert (names["d"], names["j"]) == (10, (1, 2))
    assert isinstance(names["g"], UnknownValue)
    assert make_one_hot(ShapedValue("y", (100,), 10)).shape == (100, 10)


# Loops and branches.


def test_a_loop_over_data_runs_once_for_what_is_new_in_it() -> None:
    names = run("for train, test in pd.split(3):\n    made = [3]\n    first = train[0]")
    assert names["made"] == [3]
    assert isinstance(names["first"], UnknownValue)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\nfor size in pd.sizes:\n    x = x + 1",
        "x = 1\nfor number in range(len(pd.sizes)):\n    x += 1",
        "x = []\nfor size in pd.sizes:\n    for _ in range(2):\n        x.append(3)",
        "x = 0\nwhile pd.x:\n    x += 1",
    ],
)
def test_what_a_loop_over_data_carries_on_is_unknown(text: str) -> None:
    assert isinstance(run(text)["x"], UnknownValue)


def test_a_branch_that_data_decide_is_taken_and_told(told: list[str]) -> None:
    names = run("if pd.x > 3:\n    a = 1\nelse:\n    a = 2\nif 3 > 4:\n    b = 1\nelse:\n    b = 2")
    assert (names["a"], names["b"]) == (1, 2)
    assert told == ["only data decide in line 1: took the first branch"]
