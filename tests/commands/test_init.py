"""The grouping file that `net2fig init` writes."""

from __future__ import annotations

import json
import re
import struct
import tomllib
import zlib
from pathlib import Path

import jsonschema
import pytest

from net2fig.commands.explain import explain_data
from net2fig.commands.explain.explain_data import find_matching_patterns
from net2fig.commands.init import init_groups
from net2fig.commands.init.command import (
    SCHEMA,
    _make_relative,
    find_relative_schema,
    write_grouping_file,
)
from net2fig.commands.init.init_groups import find_groups
from net2fig.compose.style.accents import choose_accent
from net2fig.data.grammar import load_grammar
from net2fig.data.template import FIELDS
from net2fig.figure import draw
from net2fig.options.resolve import load_options
from net2fig.options.rows import index_options
from net2fig.options.table import Options
from tests.applications import NAMES, SAMPLE, application
from tests.conftest import ROOT, keras_layer, keras_model
from tests.group.nets import gates
from tests.running import names


def picture() -> bytes:
    """Return a PNG of one grey pixel."""
    parts = [(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)), (b"IEND", b"")]
    parts.insert(1, (b"IDAT", zlib.compress(b"\0\x80")))
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def uncommented(text: str, keep: str = ".") -> str:
    """Return the text with its defaults in force; those of other tables than `keep` stay out."""
    lines, at = [], ""
    for line in text.splitlines():
        match = re.match(r"#?\[+([\w]+)\]+$", line)
        at = match[1] if match else at
        bare = re.match(r"#[^ :]", line) and re.match(keep, at or "top")
        lines.append(line[1:] if bare else line)
    return "\n".join(lines)


@pytest.mark.parametrize("name", names())
def test_the_unchanged_file_gives_the_same_figure(name: str, models: Path, tmp_path: Path) -> None:
    model, file = models / f"{name}.network.json", tmp_path / "net2fig.toml"
    file.write_text(write_grouping_file(model, {"template": "cvpr"}), encoding="utf-8")
    mine, plain = draw(model, config=file), draw(model, template="cvpr")
    assert mine.to_bytes("svg") == plain.to_bytes("svg")
    assert [notice.text for notice in mine.warnings] == [notice.text for notice in plain.warnings]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.slow) for name in NAMES],
)
def test_the_file_of_an_application_gives_the_same_figure_and_no_warning(
    name: str, tmp_path: Path
) -> None:
    network, file = application(name), tmp_path / "net2fig.toml"
    file.write_text(write_grouping_file(network, {}), encoding="utf-8")
    mine, plain = draw(network, config=file), draw(network)
    assert mine.scene == plain.scene
    assert mine.outline.blocks == plain.outline.blocks
    assert mine.warnings == plain.warnings


@pytest.mark.parametrize("name", ["lenet5", "resnet50", "vae"])
def test_lines_in_comments_are_defaults(name: str, models: Path, tmp_path: Path) -> None:
    model, file = models / f"{name}.network.json", tmp_path / "net2fig.toml"
    text = uncommented(write_grouping_file(model, {}), keep="top|labels")
    assert tomllib.loads(text)["labels"]["kernel"] is False
    file.write_text(text, encoding="utf-8")
    assert draw(model, config=file).to_bytes("svg") == draw(model).to_bytes("svg")


@pytest.mark.parametrize("name", ["inceptionv3", "densenet121", "vgg16", "siamese"])
def test_all_lines_in_comments_are_valid(name: str, models: Path, tmp_path: Path) -> None:
    file = tmp_path / "net2fig.toml"
    text = uncommented(write_grouping_file(models / f"{name}.network.json", {}), keep="(?!sample)")
    file.write_text(text, encoding="utf-8")
    assert load_options(None, file, {}).styles["Conv2D"].label == "Conv"


def test_every_class_is_listed_with_its_hidden_layers_and_the_reason(models: Path) -> None:
    text = write_grouping_file(models / "resnet50.network.json", {})
    assert re.search(
        r"^#   BatchNormalization +53  :norm +not shown  normalisations are", text, re.MULTILINE
    )
    assert re.search(r"^#   Conv2D +53  :conv +drawn$", text, re.MULTILINE)


def test_a_group_with_a_pattern_is_active(models: Path) -> None:
    data = tomllib.loads(write_grouping_file(models / "vit.network.json", {"template": "cvpr"}))
    assert data["group"] == [
        {
            "name": "Transformer block",
            "match": "(LayerNormalization > MultiHeadAttention | .) > Add"
            " > (LayerNormalization > Dense > Dense | .) > Add",
            "active": True,
            "color": "accent-1",
        }
    ]


def test_variants_of_a_group_have_more_patterns(models: Path) -> None:
    data = tomllib.loads(
        write_grouping_file(models / "mobilenetv2.network.json", {"template": "cvpr"})
    )
    (group,) = data["group"]
    first, bare, slim = group["match"]
    assert first.endswith(" | .) > Add")
    assert first.startswith(f"({bare} | ")
    assert bare.endswith(f" > {slim}")


def test_groups_of_a_model_with_open_axes_are_active() -> None:
    data = tomllib.loads(write_grouping_file(application("MobileNetV3Small"), {}))
    names = [group["name"] for group in data["group"]]
    assert names == ["Squeeze-and-excite", "Inverted residual", "MBConv"]


def test_patterns_that_match_nothing_are_left_out() -> None:
    first, _ = tomllib.loads(write_grouping_file(application("Xception"), {}))["group"]
    assert first["match"] == "(SeparableConv2D*2 > MaxPooling2D | Conv2D) > Add"


def test_a_group_without_a_pattern_has_a_style_with_its_name_and_colour(
    models: Path, tmp_path: Path
) -> None:
    model, file = models / "fpn.network.json", tmp_path / "net2fig.toml"
    text = write_grouping_file(model, {"template": "cvpr"})
    assert '#name = "class_head"' in text
    assert "# The pattern alone is met 6 times." in text
    accent = choose_accent("class_head", 6) + 1
    look = f'class_head = {{ label = "class head", color = "accent-{accent}" }}'
    assert look in text
    file.write_text(text.replace(look, look.replace('label = "class head', 'label = "Classes')))
    assert b"Classes" in draw(model, config=file).to_bytes("svg")


def test_groups_of_the_next_level_are_offered(models: Path) -> None:
    figure = draw(models / "vgg16.network.json", template="cvpr")
    groups = find_groups(figure, Options(template="cvpr"), load_grammar())
    assert all(not each.active and "level 'layers'" in each.why_not for each in groups)


def test_the_palette_has_its_colours(models: Path) -> None:
    text = write_grouping_file(models / "unet.network.json", {"palette": "okabe-ito"})
    assert '\npalette = "okabe-ito"\n' in text
    assert re.search(r"^#   conv +#[0-9a-f]{6}  Conv$", text, re.MULTILINE)


def test_arguments_are_kept(run, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(picture())
    options = ("-t", "cvpr", "--width", "3in", "--hide", "Dropout,Flatten", "--labels", "kernel")
    more = ("--group", "Start = Conv2D > MaxPooling2D", "--sample", "image=cat.png")
    result = run("init", tiny, *options, *more)
    assert (result.code, result.out) == (0, "")
    file = tiny.parent / "net2fig.toml"
    assert result.err == f"wrote {file}\n"
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    assert data == {
        "template": "cvpr",
        "width": "3in",
        "hide": ["Dropout", "Flatten"],
        "page": {},
        "show": [],
        "labels": {"kernel": True},
        "style": {},
        "group": [{"name": "Start", "match": "Conv2D > MaxPooling2D"}],
        "sample": {"image": "../cat.png"},
    }


def test_a_file_is_not_overwritten(run, tiny: Path) -> None:
    file = tiny.parent / "net2fig.toml"
    file.write_text("mine", encoding="utf-8")
    result = run("init", tiny)
    assert result.code == 2
    assert result.err.startswith(f"invalid output: '{file}' (there is one already)\nhint: --force")
    assert file.read_text(encoding="utf-8") == "mine"
    assert run("init", tiny, "--force").code == 0
    assert file.read_text(encoding="utf-8").startswith("# The figure of tiny.keras: 7 layers, ")


def test_standard_output_is_the_file_alone(run, tiny: Path) -> None:
    result = run("init", tiny, "-o", "-")
    assert (result.code, result.err) == (0, "")
    assert result.out == write_grouping_file(tiny, {})
    assert list(tiny.parent.iterdir()) == [tiny]


def test_the_option_schema_writes_the_schema_beside_the_file(run, tiny: Path) -> None:
    result = run("init", tiny, "--schema")
    file, schema = tiny.parent / "net2fig.toml", tiny.parent / SCHEMA
    assert (result.code, result.err) == (0, f"wrote {file}\nwrote {schema}\n")
    first, *rest = file.read_text(encoding="utf-8").splitlines()
    assert first == f"#:schema ./{SCHEMA}"
    known = json.loads(schema.read_text(encoding="utf-8"))
    jsonschema.validate(tomllib.loads("\n".join(rest)), known)


def test_the_file_contains_no_path_of_this_machine(run, tiny: Path) -> None:
    """The file is shared: where net2fig is installed is another place elsewhere."""
    assert run("init", tiny).code == 0
    text = (tiny.parent / "net2fig.toml").read_text(encoding="utf-8")
    assert "schema" not in text
    assert str(ROOT) not in text
    assert "../" not in text
    assert not (tiny.parent / SCHEMA).exists()


def test_in_the_project_of_the_schema_the_file_contains_its_relative_path() -> None:
    schema = ROOT / "grammar" / "schema" / "grouping.json"
    for folder in (ROOT / "gallery", ROOT / "docs" / "models", ROOT):
        assert (folder / find_relative_schema(folder)).resolve() == schema
    assert find_relative_schema(ROOT.parent) == ""


def test_beside_an_installed_package_the_file_has_no_path_of_the_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "project" / ".venv" / "net2fig" / "_data" / "grammar"
    monkeypatch.setattr("net2fig.commands.init.command.data_dir", lambda _: installed)
    assert find_relative_schema(tmp_path / "project") == ""


def test_a_sample_on_another_drive_is_named_from_its_root(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def apart(path: str, start: object) -> str:
        raise ValueError(path, start)

    monkeypatch.setattr("net2fig.commands.init.command.os.path.relpath", apart)
    assert _make_relative(tiny.parent, "cat.png") == (Path.cwd() / "cat.png").as_posix()


def test_mistakes_are_reported(run, tiny: Path) -> None:
    assert run("init").err == "missing argument: MODEL\nhint: net2fig init model.py\n"
    assert run("init", tiny, "-o", "no/x.toml").err.startswith("missing folder: 'no'")
    assert run("init", tiny, "-o", "-", "--schema").err.startswith("unsupported option: '--schema'")
    assert run("init", tiny, "-t", "cvrp").err.startswith("unknown template: 'cvrp'")


def test_the_pattern_of_a_group_with_several_inputs_matches() -> None:
    network = gates()
    text = write_grouping_file(network, {})
    (group,) = tomllib.loads(text)["group"]
    gate = "((.1 > Conv2D | .2 > Conv2D) > Add > Conv2D | .1) > Multiply"
    assert (group["name"], group["match"]) == ("Attention gate", f"({gate} | .2) > Concatenate")
    figure = draw(network, group=[{"name": "Gate", "match": group["match"]}], detail="blocks")
    assert [(each.name, each.occurrences) for each in figure.outline.groups] == [("Gate", 3)]
    assert not [notice for notice in figure.warnings if notice.code == "unmatched-group"]
    assert list(find_matching_patterns(draw(network), load_grammar()).values()) == [group["match"]]


def test_a_pattern_that_matches_nothing_is_left_as_a_comment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unmet = "((Conv2D | Conv2D) > Add > Conv2D | .) > Multiply"
    for module in (init_groups, explain_data):
        monkeypatch.setattr(module, "pattern_of", lambda *_, **__: unmet)
    text = write_grouping_file(gates(), {})
    assert f'#match = "{unmet}"' in text
    assert "The pattern alone is met 0 times." in text
    assert find_matching_patterns(draw(gates()), load_grammar()) == {}


def test_the_file_has_the_keys_of_the_page(run, tiny: Path) -> None:
    text = run("init", tiny, "-o", "-", "-t", "cvpr-column").out
    page = text[text.index("\n[page]") : text.index("\n[style]")]
    keys = tomllib.loads(re.sub(r"^#(?=\S)", "", page, flags=re.MULTILINE))["page"]
    assert keys["glyph"]["height"] == [9.0, 66.0]
    shown = {key for key in FIELDS if key.removeprefix("page.") in page}
    own = {option.template for option in index_options().values()}
    assert {key for key in FIELDS if not key.startswith("show.")} - own <= shown


def test_a_class_with_breaks_of_lines_stays_in_its_comment(run, tmp_path: Path) -> None:
    name = 'Evil\ntitle = """\n#\u2028\x85\u202e'
    layers = [
        keras_layer("InputLayer", "x", batch_shape=[None, 8]),
        keras_layer(name, 'a\nb = """', "x"),
    ]
    (tmp_path / "m.json").write_text(json.dumps(keras_model(layers, "x", 'a\nb = """')))
    assert run("init", "m.json", "-o", "a.toml").code == 0
    text = (tmp_path / "a.toml").read_text(encoding="utf-8")
    assert text.replace("\n", "").isprintable()
    assert not {"title", "b"} & set(tomllib.loads(text))
    for line in text.splitlines():
        assert line.startswith("#") or "Evil" not in line
