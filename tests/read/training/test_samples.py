"""What code gives to a model, compared with what numpy makes of the same code."""

from __future__ import annotations

import ast
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.network import Feed, Sample
from net2fig.read.training.samples import find_feeds

IMPORTS = """
import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from keras.datasets import mnist, cifar10
from keras.utils import to_categorical
"""


def feeds(text: str, model: str = "model") -> tuple[Feed, ...]:
    statements = ast.parse(IMPORTS + dedent(text)).body
    return find_feeds(statements, "net.py", model)


def fed(text: str) -> tuple[Sample | None, Sample | None]:
    """Return the only input and the only target of the only call."""
    (feed,) = feeds(text)
    (sample,), (target,) = feed.inputs or (None,), feed.targets or (None,)
    return sample, target


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("np.zeros((100, 7))", (7,)),
        ("np.zeros(shape=(100, 7))", (7,)),
        ("np.zeros((100, size()))", (None,)),
        ("np.array(np.random.random((5, 3, 3)), dtype=np.float32)", (3, 3)),
        ("np.array([[1], [2], [3]])", (1,)),
        ("np.array([[1], [2, 3]])", None),
        ("np.arange(400)", ()),
        ("np.arange(12).reshape(-1, 3)", (3,)),
        ("np.arange(12).reshape((3, -1))", (4,)),
        ("np.ones((4, 5)).T", (4,)),
        ("np.ones((4, 5))[:, None]", (1, 5)),
        ("np.ones((4, 5))[..., np.newaxis]", (5, 1)),
        ("np.ones((4, 5))[:, 1:3]", (2,)),
        ("np.ones((4, 5))[0]", ()),
        ("np.ones((4, 5))[mask]", None),
        ("np.eye(10)[np.random.randint(0, 10, 50)]", (10,)),
        ("np.expand_dims(np.ones((4, 5)), -1)", (5, 1)),
        ("np.concatenate([np.ones((4, 5)), np.ones((4, 2))], axis=1)", (7,)),
        ("np.random.permutation(6)", ()),
        ("to_categorical(np.random.randint(0, 3, 8))", (3,)),
        ("StandardScaler().fit_transform(np.ones((4, 5)))", (5,)),
        ("my_own(np.ones((4, 5)))", None),
        ("np.unheard_of((4, 5))", None),
        ("list(np.ones((4, 5)))", None),
        ("mnist.load_data()[0][0] / 255", (28, 28)),
        ("np.ones((2,) + (3, 4))", (3, 4)),
    ],
)
def test_shapes(text: str, shape: tuple[int | None, ...] | None) -> None:
    found = feeds(f"model.fit({text}, np.zeros((1, 1)))")[0].inputs
    assert (found[0].shape if found and found[0] else None) == shape


def test_names_hold_until_they_are_bound_again() -> None:
    text = """
    (x, y), _ = mnist.load_data()
    x = x.reshape(60000, 784).astype("float32")
    x /= 255
    y = to_categorical(y, 10)
    model.fit(x, y)
    """
    assert fed(text) == (Sample((784,), 0.0, 1.0), Sample((10,), 0, 1))


def test_labels_keep_their_range() -> None:
    sample, target = fed("(x, y), _ = cifar10.load_data()\nmodel.fit(x, y)")
    assert sample == Sample((32, 32, 3), 0, 255, True)
    assert target == Sample((1,), 0, 9, True)


def test_parts_of_a_split() -> None:
    text = """
    a, b, c, d = train_test_split(np.ones((10, 3)), np.zeros(10), test_size=0.2)
    model.fit(a, c)
    """
    assert fed(text)[0] == Sample((3,), 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "if flag:\n    x = x[:, :2]",
        "for _ in range(3):\n    x = np.concatenate([x, x], axis=1)",
        "while more():\n    x = next_one()",
        "try:\n    x = x[:, :2]\nexcept E:\n    pass",
        "x = prepare(x)",
        "del x",
        "from data import x",
        "x.shape = (20, 2)",
        "x.resize((20, 2))",
        "x, z = pair()",
        "def change():\n    global x\n    x = 1",
    ],
)
def test_what_may_have_changed_is_not_known(text: str) -> None:
    code = f"x = np.ones((10, 4))\n{text}\nmodel.fit(x, np.zeros((10, 1)))"
    assert feeds(code)[0].inputs in ((), (None,))


@pytest.mark.parametrize("text", ["x[0] = 400", "fill(x)", "x -= means"])
def test_what_may_have_changed_in_place_keeps_its_shape(text: str) -> None:
    (feed,) = feeds(f"x = np.zeros((10, 4))\n{text}\nmodel.fit(x)") or (Feed((None,)),)
    assert feed.inputs[0] in (Sample((4,)), None)


def test_a_list_that_grows_is_not_known() -> None:
    assert feeds("x = [[1, 2]]\nx.append(row)\nmodel.fit(np.array(x), np.zeros(1))")[0].inputs == ()
    grown = "x = [[1, 2]]\nfor r in rows:\n    x.append(r)\nmodel.fit(np.array(x), np.zeros(1))"
    assert feeds(grown)[0].inputs == ()


def test_a_function_of_the_code_is_not_one_of_numpy() -> None:
    assert feeds("def ones(n):\n    return 3\nmodel.fit(ones((3, 4)), np.zeros(1))")[0].inputs == ()
    assert feeds("np = other()\nmodel.fit(np.ones((3, 4)))") == ()


def test_the_data_of_a_function() -> None:
    text = """
    SIZE = 5
    def main(x):
        y = np.zeros((4, SIZE))
        model.fit(x, y)
    main(1)
    """
    (feed,) = feeds(text)
    assert (feed.inputs, feed.targets) == ((), (Sample((5,), 0, 0),))


def test_the_data_of_another_model_are_not_this_one_s() -> None:
    text = "model.fit(np.ones((3, 4)))\nother.fit(np.ones((3, 9)))"
    assert [each.inputs for each in feeds(text)] == [(Sample((4,), 1, 1),)]
    assert feeds(text, model="third") == ()


def test_the_model_is_the_one_that_its_name_is_bound_to_last() -> None:
    text = "model = one()\nmodel.fit(np.ones((3, 4)))\nmodel = two()\nmodel.fit(np.ones((3, 9)))"
    assert [each.inputs for each in feeds(text)] == [(Sample((9,), 1, 1),)]


def test_several_inputs() -> None:
    (feed,) = feeds("model.predict([np.ones((1, 4)), np.zeros((1, 2))])")
    assert feed.inputs == (Sample((4,), 1, 1), Sample((2,), 0, 0))
    assert feed.line == "net.py:7"


def test_an_expression_that_is_very_deep_is_not_followed() -> None:
    deep = "x = np.ones((3, 4))" + " + 1" * 900
    assert [each.inputs for each in feeds(f"{deep}\nmodel.fit(x)")] in ([], [(Sample((4,)),)])


@pytest.mark.parametrize(
    "text",
    ["np.ones()", "np.reshape()", "np.eye(2, 3, 4)[0, 0, 0, 0]", "np.arange(0, 5, 0)", "1 / 0",
     "np.concatenate([])", "np.argmax()", "np.ones((3, 4))[5:2, 'a']", "np.expand_dims(3)",
     "to_categorical()", "np.random.randint()", "np.full()", "[][0]", "-'a'", "np.ones(-3)"],
)  # fmt: skip
def test_calls_that_fail_are_not_known(text: str) -> None:
    found = feeds(f"model.fit({text}, np.zeros((2, 1)))")[0].inputs
    assert found in ((), (None,), (Sample(()),))


sizes = st.integers(1, 4)
steps = st.lists(
    st.sampled_from(
        [
            "x.T", "x[:, None]", "x[..., None]", "x[0:2]", "x[:, 0]", "x[-1]", "x / 2", "x - 3",
            "x.reshape(-1)", "x.reshape((1, -1))", "np.expand_dims(x, 0)", "x * -1", "-x",
            "np.concatenate([x, x])", "np.transpose(x)", "x[1:]", "x.flatten()", "x.astype(float)",
            "np.argmax(x, axis=0)", "np.array([x, x])",
        ]
    ),
    max_size=4,
)  # fmt: skip


@given(st.tuples(sizes, sizes, sizes), steps)
def test_shapes_are_those_of_numpy(shape: tuple[int, ...], chosen: list[str]) -> None:
    np = pytest.importorskip("numpy")
    text, scope = f"x = np.ones({shape})", {"np": np}
    lines: list[str] = [text, *(f"x = {each}" for each in chosen)]
    try:
        exec("\n".join(lines), scope)  # noqa: S102  (numpy is the oracle)
    except (IndexError, ValueError):
        return
    found: Any = scope["x"]
    known = feeds("\n".join([*lines, "model.fit(x, np.zeros((1, 1)))"]))[0].inputs
    if not found.ndim:
        assert known in ((), (None,))
    elif known and known[0] is not None:
        sample = known[0]
        assert len(sample.shape) == found.ndim - 1
        assert all(a in (None, b) for a, b in zip(sample.shape, found.shape[1:], strict=True))
        if sample.low is not None and found.size:
            assert sample.low <= found.min()
            assert found.max() <= sample.high
