"""Slices: what a name needs is kept and gives the same value; the rest does not run."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net2fig.read.script.model_names import find_model_classes, find_model_names
from net2fig.read.script.slicing import slice_statements
from net2fig.read.script.strip_training import drop_irrelevant, replace_irrelevant


def slice_text(text, *wanted, calls=()):
    """Return the lines of the slice for some names."""
    body = drop_irrelevant(ast.parse(textwrap.dedent(text)).body)
    return "\n".join(map(ast.unparse, slice_statements(body, set(wanted), calls))).splitlines()


def test_a_slice_contains_only_the_statements_for_a_name():
    text = """
        import keras, cv2
        from nets import unet as net, load
        data = load("x")
        depth = 3
        m = net(depth)
        m.fit(data)
        print(m)
        """
    assert (
        slice_text(text, "m")
        == [
            "import keras",
            "from nets import unet as net",
            "depth = 3",
            "m = net(depth)",
        ][1:]
    )


def test_an_overwritten_binding_is_dropped():
    text = """
        x = f()
        m = g(x)
        x = load()
        """
    assert slice_text(text, "m") == ["x = f()", "m = g(x)"]
    assert slice_text("x = 1\nx = x + 1\nx = load()\nx += 1", "x") == ["x = load()", "x += 1"]


def test_changes_of_an_object_are_kept():
    text = """
        m = make()
        m.add(1)
        m.compile("adam")
        layers = m.layers
        layers[0].name = "first"
        other = make()
        other.add(2)
        for layer in m.layers:
            layer.trainable = False
        m.layers.pop()
        setattr(m, "x", 3)
        m.save("m.h5")
        """
    assert slice_text(text, "m") == [
        "m = make()",
        "m.add(1)",
        "layers = m.layers",
        "layers[0].name = 'first'",
        "for layer in m.layers:",
        "    layer.trainable = False",
        "m.layers.pop()",
        "setattr(m, 'x', 3)",
    ]


def test_functions_that_change_arguments_or_globals():
    text = """
        def grow(model, n): model.add(n)
        def show(model): print(model.name)
        def setting():
            global WIDTH
            WIDTH = 3
        def note(x): LOG.append(x)
        LOG = []
        setting()
        note(1)
        m = make(WIDTH)
        grow(m, 3)
        show(m)
        """
    statements = slice_text(text, "m")
    assert {"grow(m, 3)", "setting()"} <= set(statements)
    assert not {"show(m)", "note(1)", "LOG = []"} & set(statements)
    assert {"note(1)", "LOG = []"} <= set(slice_text(text, "LOG"))


def test_a_loss_is_not_a_part_of_a_model():
    text = """
        m = make()
        loss = cross(m.output, old_name(3))
        m.add_loss(mean(loss))
        """
    assert slice_text(text, "m") == ["m = make()"]


def test_local_names_of_functions_are_separate():
    text = """
        WIDTH = 80
        def say(start):
            x = start[:WIDTH]
            return x
        def build():
            layer = embed(WIDTH)
            x = layer(given)
            return model(x)
        words = {}
        for number, word in enumerate(load("words.txt")):
            words[word] = number
        start = [words.get(word) for word in "so it is".split()]
        voice = say(start, WIDTH)
        given = put(WIDTH)
        m = build()
        """
    statements = slice_text(text, "m")
    assert {"WIDTH = 80", "given = put(WIDTH)"} <= set(statements)
    assert not any("words" in line or "start =" in line for line in statements)


def test_a_function_that_changes_a_part_changes_the_whole():
    text = """
        m = make()
        first = m.layers[0]
        def freeze():
            def inner():
                first.trainable = False
            inner()
        n = 3
        n = find(m)
        n.rate = 4
        freeze()
        """
    assert {"n.rate = 4", "freeze()"} <= set(slice_text(text, "m"))


def test_a_function_may_read_names_that_are_bound_later():
    text = """
        def build(): return make(WIDTH, helper())
        def helper(): return DEPTH
        WIDTH = 3
        DEPTH = 4
        UNUSED = 5
        m = build()
        """
    assert "UNUSED = 5" not in slice_text(text, "m")
    assert {"WIDTH = 3", "DEPTH = 4"} <= set(slice_text(text, "m"))


def test_classes_decorators_defaults_and_comprehensions():
    text = """
        import a, b, c, d, e
        @a.register
        class Net(b.Model):
            width = c.WIDTH
            def call(self, x, y=d.Y): return e.relu(x)
        m = [Net() for _ in range(3)]
        """
    assert slice_text(text, "m")[:5] == [
        "import a, b, c, d, e",
        "@a.register",
        "class Net(b.Model):",
        "    width = c.WIDTH",
        "",
    ]


def test_blocks_keep_only_the_needed_statements():
    text = """
        try:
            import fast as k
        except ImportError:
            import slow as k
        if train:
            data = load()
            shape = (3,)
        else:
            shape = (4,)
        with scope() as s:
            m = k.Model(shape)
            m.compile()
            log("done")
        while True:
            m.fit(data)
        for n in range(9):
            if n > 3:
                break
            m.add(n)
            print(n)
        """
    assert slice_text(text, "m") == [
        "try:",
        "    import fast as k",
        "except ImportError:",
        "    import slow as k",
        "if train:",
        "    shape = (3,)",
        "else:",
        "    shape = (4,)",
        "with scope() as s:",
        "    m = k.Model(shape)",
        "for n in range(9):",
        "    if n > 3:",
        "        break",
        "    m.add(n)",
    ]


def test_settings_are_kept_and_plots_are_not():
    text = """
        import os, sys, keras, numpy as np, plt
        os.environ["KERAS_BACKEND"] = "jax"
        sys.path.append("..")
        keras.backend.set_image_data_format("channels_first")
        keras.utils.plot_model(m)
        np.save("x", 1)
        plt.figure()
        m = keras.Model(np.pi)
        """
    assert slice_text(text, "m") == [
        "import os, sys, keras, numpy as np",
        "os.environ['KERAS_BACKEND'] = 'jax'",
        "sys.path.append('..')",
        "keras.backend.set_image_data_format('channels_first')",
        "m = keras.Model(np.pi)",
    ]


def test_star_imports_are_kept_for_unknown_names():
    assert slice_text("from k import *\nm = Model(3)", "m") == ["from k import *", "m = Model(3)"]
    assert (
        slice_text("from k import *\nfrom l import Model\nm = Model(3)", "m")[0]
        != "from k import *"
    )


def test_reloading_a_built_model_is_dropped():
    assert slice_text("m = make()\nm = load_model('x')", "m") == ["m = make()"]
    assert slice_text("m = load_model('x')", "m") == ["m = load_model('x')"]


def test_calls_of_a_user_model_are_kept():
    text = "net = Net()\n_ = net(zeros(3))\nother = f(net)"
    assert slice_text(text, "net") == ["net = Net()"]
    assert slice_text(text, "net", calls=["Net"]) == ["net = Net()", "_ = net(zeros(3))"]


def test_dynamic_names_prevent_slicing():
    assert slice_statements(ast.parse("exec('m = 3')").body, {"m"}) is None
    assert slice_statements(ast.parse("globals()['m'] = 3").body, {"m"}) is None


def test_an_irrelevant_statement_remembers_its_object():
    body = ast.parse(
        "def f():\n    m.compile(g())\n    show(3)\ndef g():\n    show(1)\nm.fit()"
    ).body
    lines = "\n".join(map(ast.unparse, replace_irrelevant(body))).splitlines()
    assert lines == [
        "def f():",
        "    __net2fig_remember__(m)",
        "def g():",
        "    pass",
        "__net2fig_remember__(m)",
    ]
    # A function of one's own by that name may do anything.
    own = ast.parse("def fit(): pass\nfit(3)").body
    assert len(drop_irrelevant(own)) == 2


# Programs at random: assignments and changes to lists, in loops and under conditions.

NAMES = "abcd"
values = st.one_of(
    st.integers(0, 9).map(lambda n: f"[{n}]"),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=2).map(" + ".join),
    st.sampled_from(NAMES).map(lambda name: f"{name}[-2:]"),
    st.sampled_from(NAMES).map(lambda name: f"f({name})"),
)
simple = st.one_of(
    st.tuples(st.sampled_from(NAMES), values).map(" = ".join),
    st.tuples(st.sampled_from(NAMES), values).map(" += ".join),
    st.tuples(st.sampled_from(NAMES), st.integers(0, 9)).map(lambda it: f"{it[0]}.append({it[1]})"),
    st.tuples(st.sampled_from(NAMES), values).map(lambda it: f"{it[0]}[:1] = {it[1]}"),
    st.sampled_from(NAMES).map(lambda name: f"g({name})"),
    st.sampled_from(NAMES).map(lambda name: f"print({name})"),
)


def nested(inner):
    block = st.lists(inner, min_size=1, max_size=3).map(
        lambda lines: textwrap.indent("\n".join(lines), "    ")
    )
    return st.one_of(
        st.tuples(st.sampled_from(NAMES), block).map(lambda it: f"if len({it[0]}) > 2:\n{it[1]}"),
        st.tuples(st.sampled_from(NAMES), block).map(
            lambda it: f"for n in range(3):\n    if len({it[0]}) > 9:\n        break\n{it[1]}"
        ),
        block.map(lambda text: f"try:\n{text}\nfinally:\n    a.append(0)"),
    )


programs = st.lists(st.recursive(simple, nested, max_leaves=5), min_size=1, max_size=8).map(
    "\n".join
)
HEAD = """
a, b, c, d = [1], [2], [3], [4]
def f(x): return x[-3:] + d[-1:]
def g(x): x.append(c[0] if c else 7)
"""


def after(statements):
    names = {"print": lambda *_: None}
    code = compile(ast.Module(list(statements), []), "program", "exec")
    exec(code, names)  # noqa: S102  (the text stands above)
    return names


@given(programs, st.sampled_from(NAMES))
def test_a_slice_computes_the_same_value_as_the_module(text, name):
    body = ast.parse(HEAD + text).body
    part = slice_statements(body, {name})
    assert after(part)[name] == after(body)[name]


# Which names may be models.


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("m = keras.Sequential()\nh = m.fit()", {"m"}),
        ("g, d = make()\ndef make(): return Model(1), Model(2)", {"g", "d"}),
        ("from keras.applications import VGG16 as V\nbase = V()\nn = 3", {"base"}),
        ("base = tf.keras.applications.resnet.ResNet50()", {"base"}),
        ("class N(keras.Model): pass\nclass O(N): pass\nn = O(3)", {"n"}),
        ("from elsewhere import net\nm = net()\nm.compile()\nre.compile('x')", {"m"}),
        ("def get_model(): return f()\ndef other(): return 3", {"get_model"}),
        ("def f():\n    m = Model()\n    m.compile()", set()),
        ("with s():\n    if x:\n        m = Sequential([])", {"m"}),
    ],
)
def test_model_names(text, names):
    assert find_model_names(ast.parse(text).body) == names


def test_models_imported_from_a_neighbour(tmp_path):
    (tmp_path / "nets.py").write_text(
        "import keras\nclass Net(keras.Model): pass\ndef small(): return Net()\nbig = small()\n"
    )
    text = "from nets import small as s, big, Net\nimport nets\nm = s()\nn = nets.small()\nx = f()"
    body = ast.parse(text).body
    assert find_model_names(body, tmp_path) == {"m", "n", "big"}
    assert "Net" in find_model_classes(body, tmp_path)
    assert find_model_names(body, tmp_path / "elsewhere") == set()


# Notebooks and guards.
