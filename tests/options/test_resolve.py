"""From arguments and the grouping file to options."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from net2fig.errors import UsageError, UsageProblemsError
from net2fig.figure import draw_network
from net2fig.options.arguments import ReadingArguments
from net2fig.options.formats import check_stdout_format, find_format
from net2fig.options.resolve import load_options
from net2fig.options.table import Options
from net2fig.options.types import GroupRule, Labels, Style
from net2fig.pattern import parse
from net2fig.read import read
from net2fig.toml import Place
from tests.conftest import ROOT


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tmp_path / "model.keras"


def write_config(folder: Path, text: str, name: str = "net2fig.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def lines_of(model: object, config: object = None, /, **arguments: object) -> list[str]:
    with pytest.raises(UsageProblemsError) as caught:
        load_options(model, config, arguments, command=True)
    return caught.value.lines()


def test_without_sources_options_have_their_defaults(model: Path) -> None:
    assert load_options(model, None, {}) == Options()
    assert load_options(object(), None, {"width": None}) == Options()


def test_every_key_of_the_file_is_resolved(tmp_path: Path, model: Path) -> None:
    (tmp_path / "cat.png").write_bytes(b"")
    write_config(
        tmp_path,
        """
        template = "cvpr"
        width = "3.25in"
        height = 100
        detail = "blocks"
        hide = [":norm", "Dropout"]
        show = ["Activation"]
        repeats = false
        match = "config"
        split = true
        palette = "okabe-ito"
        mono = true
        legend = false
        placeholders = "never"
        reader = "keras"
        title = "A network"
        sample = { image = "cat.png" }
        [labels]
        resolution = "all"
        kernel = true
        [style.Conv2D]
        label = "Conv"
        texture = "diagonal"
        [[group]]
        name = "Residual block"
        match = "(Conv2D | .) > Add"
        color = "accent-2"
        """,
    )
    place = Place(str(tmp_path / "net2fig.toml"), "group[0]")
    assert load_options(model, None, {}) == Options(
        template="cvpr",
        width=234.0,
        height=100.0,
        detail="blocks",
        hide=(":norm", "Dropout"),
        show=("Activation",),
        groups=(GroupRule("Residual block", "(Conv2D | .) > Add", "accent-2", place=place),),
        repeats=False,
        match="config",
        split=True,
        styles={"Conv2D": Style(label="Conv", texture="diagonal")},
        labels=Labels(resolution="all", kernel=True),
        palette="okabe-ito",
        mono=True,
        legend=False,
        placeholders="never",
        sample={"image": str(tmp_path / "cat.png")},
        reader="keras",
        title="A network",
    )


# Precedence


def test_an_argument_wins_over_the_file(tmp_path: Path, model: Path) -> None:
    write_config(tmp_path, "palette = 'grey'\nmono = true\nhide = ['Dropout']")
    options = load_options(model, None, {"palette": "default", "hide": (":norm",)})
    assert options.palette == "default"
    assert options.hide == (":norm",)
    assert options.mono is True


def test_tables_are_merged_key_by_key(tmp_path: Path, model: Path) -> None:
    write_config(tmp_path, "[labels]\nkernel = true\nstride = true\n[style.Dense]\nlabel = 'FC'")
    arguments = {"labels": {"kernel": False}, "style": {":conv": {"color": "pool"}}}
    options = load_options(model, None, arguments)
    assert options.labels == Labels(kernel=False, stride=True)
    assert options.styles == {"Dense": Style(label="FC"), ":conv": Style(color="pool")}


def test_a_group_of_the_arguments_replaces_that_of_the_same_name(
    tmp_path: Path, model: Path
) -> None:
    write_config(
        tmp_path,
        "[[group]]\nname='A'\nmatch='Conv2D'\ncolor='pool'\n[[group]]\nname='B'\nmatch='Dense'",
    )
    options = load_options(model, None, {"group": [{"name": "A", "match": "Add"}]}, command=True)
    assert [(rule.name, rule.match, rule.color) for rule in options.groups] == [
        ("A", "Add", None),
        ("B", "Dense", None),
    ]
    assert options.groups[0].place == Place("", "--group[0]")


# Where the file is found


def test_a_named_file_is_used_alone(tmp_path: Path, model: Path) -> None:
    write_config(tmp_path, "mono = true")
    other = write_config(tmp_path, "palette = 'grey'", "other.toml")
    assert load_options(model, other, {}) == Options(palette="grey")


@pytest.mark.parametrize("suffix", ["", ":build", ":build(depth=4, name='a:b')"])
def test_the_file_beside_code_is_found(tmp_path: Path, suffix: str) -> None:
    write_config(tmp_path, "mono = true")
    assert load_options(f"{tmp_path / 'model.py'}{suffix}", None, {}).mono is True


def test_the_table_in_a_pyproject_above_is_found(tmp_path: Path) -> None:
    write_config(tmp_path, "[tool.net2fig]\nmono = true", "pyproject.toml")
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    write_config(tmp_path / "a", "[tool.other]\nx = 1", "pyproject.toml")
    assert load_options(folder / "m.keras", None, {}).mono is True
    (tmp_path / "pyproject.toml").write_text("[tool.net2fig.labels]\nfeatures = 1")
    (line,) = lines_of(folder / "m.keras")
    assert line.endswith("pyproject.toml, tool.net2fig.labels.features (must be true or false)")


def test_a_module_is_drawn_with_the_file_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_config(tmp_path, "mono = true")
    assert load_options("package.module:build()", None, {}).mono is True


def test_a_model_in_memory_has_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_config(tmp_path, "mono = true")
    assert load_options(object(), None, {}) == Options()


def test_paths_in_the_file_are_relative_to_it(tmp_path: Path, model: Path) -> None:
    write_config(tmp_path, "template = 'page.toml'")
    write_config(tmp_path, "extends = 'base'\nlabel = 'Mine'", "page.toml")
    assert load_options(model, None, {}).template == str(tmp_path / "page.toml")


# What is wrong


@pytest.mark.parametrize(
    ("text", "start", "hint"),
    [
        ("template = 'cvrp'", "unknown template: 'cvrp' in {}, template (one of", "cvpr"),
        ("palette = 'gray'", "unknown palette: 'gray' in {}, palette (one of", "grey"),
        ("hide = [':nrom']", "unknown kind: ':nrom' in {}, hide[0] (one of", ":norm"),
        ("show = ['A', ':pol']", "unknown kind: ':pol' in {}, show[1] (one of", ":pool"),
        (
            "[style.':cnov']\nlabel = 'x'",
            "unknown kind: ':cnov' in {}, style.\":cnov\" (one of",
            ":conv",
        ),
        (
            "[style.Conv2D]\ncolor = 'accent2'",
            "unknown color: 'accent2' in {}, style.Conv2D.color (one of",
            "accent-2",
        ),
        (
            "[style.Conv2D]\ntexture = 'wave'",
            "unknown texture: 'wave' in {}, style.Conv2D.texture (one of",
            "waves",
        ),
        (
            "[[group]]\nname = 'A'\nmatch = ':cnov > Add'",
            "unknown kind: ':cnov' in {}, group[0].match (one of",
            ":conv",
        ),
        ("widht = 3", "unknown key: 'widht' in {} (one of '", "width"),
    ],
)
def test_unknown_names_are_errors_with_a_hint(
    tmp_path: Path, model: Path, text: str, start: str, hint: str
) -> None:
    path = write_config(tmp_path, text)
    lines = lines_of(model)
    assert lines[0].startswith(start.format(path))
    assert lines[1:] == [f"hint: did you mean '{hint}'?"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("width = '0in'", "invalid length: '0in' in {}, width"),
        ("height = 30000", "invalid length: 30000 in {}, height"),
        ("[sample]\nimage = 'no.png'", "missing picture: 'no.png' in {}, sample.image"),
        (
            "[[group]]\nname = 'A'\nmatch = 'Conv2D >'",
            "invalid pattern: 'Conv2D >' in {}, group[0]",
        ),
        (
            "[[group]]\nname='A'\nmatch='Add'\n[[group]]\nname='A'\nmatch='Dense'",
            "duplicate group: 'A' in {}, group[1].name",
        ),
        ("template = 'page.toml'", "missing template: "),
    ],
)
def test_invalid_values_are_errors(tmp_path: Path, model: Path, text: str, expected: str) -> None:
    path = write_config(tmp_path, text)
    assert lines_of(model)[0].startswith(expected.format(path))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("template = cvpr", 'texts stand in quotes: "cvpr"'),
        ("hide = [:norm]", 'texts stand in quotes: ":norm"'),
        ("[style.Conv2D]\ncolor = 'red'", "a colour of your own is written '#rrggbb'"),
        ("[group]\nname = 'A'", "a list of tables is written in double brackets: [[group]]"),
    ],
)
def test_a_hint_shows_how_a_value_is_written(
    tmp_path: Path, model: Path, text: str, hint: str
) -> None:
    path = write_config(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_options(model, path, {})
    assert f"hint: {hint}" in caught.value.lines()


def test_an_unknown_class_may_be_styled_and_hidden(tmp_path: Path, model: Path) -> None:
    write_config(tmp_path, "hide = ['MyLayer']\n[style.MyLayer]\ncolor = '#4C72B0'")
    options = load_options(model, None, {})
    assert options.hide == ("MyLayer",)
    assert options.styles == {"MyLayer": Style(color="#4C72B0")}


def test_all_problems_of_file_and_arguments_are_reported_together(
    tmp_path: Path, model: Path
) -> None:
    write_config(tmp_path, "hide = [':nrom']\nwidth = 0\n[labels]\nfeatures = 1")
    lines = [line for line in lines_of(model, width="3ft", hieght=3) if not line.startswith("hint")]
    assert [line.split(" (")[0].replace(f"{tmp_path}/", "") for line in lines] == [
        "invalid value: '3ft' in --width",
        "unknown option: 'hieght'",
        "invalid value: 0 in net2fig.toml, width",
        "invalid value: 1 in net2fig.toml, labels.features",
        "unknown kind: ':nrom' in net2fig.toml, hide[0]",
    ]


def test_errors_in_python_speak_of_arguments(model: Path) -> None:
    with pytest.raises(UsageProblemsError, match="argument width"):
        load_options(model, None, {"width": 0.0})
    with pytest.raises(UsageProblemsError, match="argument labels.kernel"):
        load_options(model, None, {"labels": {"kernel": "3"}})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, "missing grouping file: "),
        (b"a = = 1", "invalid grouping file: "),
        (b"\xff\xfe", "invalid grouping file: "),
        (b"x = " + b"[" * 5000, "invalid grouping file: "),
        (b"#" * 1_000_001, "invalid grouping file: "),
    ],
)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, model: Path, data: bytes | None, expected: str
) -> None:
    path = tmp_path / "mine.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(Exception, match=expected) as caught:
        load_options(model, path, {})
    assert getattr(caught.value, "exit_code", None) == 2


def test_a_folder_is_no_file(tmp_path: Path, model: Path) -> None:
    with pytest.raises(Exception, match="invalid grouping file: "):
        load_options(model, tmp_path, {})


def test_all_arguments_of_reading_are_options() -> None:
    assert set(ReadingArguments.__annotations__) <= set(Options.__struct_fields__)
    options = Options(reader="record", timeout=7)
    assert set(options.reading) == set(ReadingArguments.__annotations__)
    assert (options.reading["reader"], options.reading["timeout"]) == ("record", 7)


def test_unknown_formats_are_errors() -> None:
    assert find_format("figures/x.PDF", ("svg", "pdf")) == "pdf"
    with pytest.raises(UsageError, match=r"^unknown format: '.pfd' in 'x.pfd' \(one of '.svg',"):
        find_format("x.pfd", ("svg", "pdf"))
    assert check_stdout_format("svg", ("svg", "pdf")) == "svg"
    with pytest.raises(UsageError, match=r"^missing option: '--format' .* \(one of 'svg'\)"):
        check_stdout_format(None, ("svg",))
    with pytest.raises(UsageError, match=r"^unknown format: 'gif' in --format \(one of 'svg'\)"):
        check_stdout_format("gif", ("svg",))


def test_all_invalid_patterns_are_reported_together(tmp_path: Path, model: Path) -> None:
    groups = "".join(
        f"[[group]]\nname = '{name}'\nmatch = {match}\n"
        for name, match in (("A", "'Conv2D >'"), ("B", "['| B', ':nrom', 3]"), ("C", "3"))
    )
    path = write_config(tmp_path, groups)
    lines = [line for line in lines_of(model) if not line.startswith("hint")]
    assert [line.split(f" in {path}, ")[1].split(" ")[0].rstrip(",") for line in lines] == [
        "group[1].match[2]", "group[2].match", "group[0].match", "group[1].match[0]",
        "group[1].match[1]",
    ]  # fmt: skip


def test_patterns_are_parsed_once(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(tmp_path, "[[group]]\nname = 'A'\nmatch = ['Conv2D > ReLU', 'Add']")
    options = load_options(model, None, {})
    assert options.groups[0].patterns == (parse("Conv2D > ReLU"), parse("Add"))
    monkeypatch.setattr("net2fig.options.types.parse", None)
    monkeypatch.setattr("net2fig.group.patterns.named.parse", None)
    network = read(ROOT / "gallery" / "models" / "vgg16.network.json")
    figure = draw_network(network, replace(options, detail="blocks"))
    assert {notice.place for notice in figure.warnings} == {options.groups[0].place}


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("net2fig.toml", "mono = true\n\nwidht = 3", "line 3 ("),
        ("net2fig.toml", "[[group]]\nname = 'A'\nnmae = 'A'", "line 3, group[0] ("),
        ("net2fig.toml", "[labels]\nname = true\nkernels = true", "line 3, labels ("),
        ("net2fig.toml", "mono = true\n[[groups]]\nname = 'A'", "line 2 ("),
        ("pyproject.toml", "[tool.net2fig]\nmono = true\nwidht = 3", "line 3, tool.net2fig ("),
    ],
)
def test_an_unknown_key_has_its_own_line(
    tmp_path: Path, model: Path, name: str, text: str, place: str
) -> None:
    path = write_config(tmp_path, text, name)
    with pytest.raises(UsageProblemsError) as caught:
        load_options(model, None, {})
    assert f" in {path}, {place}" in caught.value.lines(line_numbers=True)[0]


def test_errors_have_their_place_as_a_value(tmp_path: Path, model: Path) -> None:
    path = write_config(tmp_path, "mono = true\nhide = [\n':norm',\n':nrom']\n[labels]\nkernel = 3")
    with pytest.raises(UsageProblemsError) as caught:
        load_options(model, None, {"width": "x"}, command=True)
    places = [error.place for error in caught.value.problems]
    assert places == [
        Place("", "--width"),
        Place(str(path), "labels.kernel"),
        Place(str(path), "hide[1]"),
    ]
    shown = caught.value.lines(line_numbers=True)
    assert any(f"in {path}, line 4, hide[1] (one of" in line for line in shown)
    assert any(f"in {path}, line 6, labels.kernel (must" in line for line in shown)


def test_a_style_that_is_a_word_is_reported_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "net2fig.toml").write_text('template = "cvpr"\nstyle = "boxs"\n', encoding="utf-8")
    with pytest.raises(UsageProblemsError, match="'boxs' in .*net2fig.toml, style"):
        load_options(str(tmp_path / "model.py"), None, {})
