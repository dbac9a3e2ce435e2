"""Which calls of modules are around an operation."""

from __future__ import annotations

from net2fig.read.onnx.evaluate import Operation
from net2fig.read.onnx.scopes import find_places, get_root_class, read_list


def operation(name: str, scopes: list[tuple[str, str]] | None = None) -> Operation:
    notes = {}
    if scopes:
        notes = {
            "name_scopes": repr([path for path, _ in scopes]),
            "class_hierarchy": repr([name for _, name in scopes]),
        }
    return Operation("Relu", "", name, [], [], {}, notes=notes)


def paths(
    names: list[str], weights: list[list[str]] | None = None, *, torch: bool = True
) -> list[list[tuple[str, int]]]:
    places = find_places(
        [operation(name) for name in names], weights or [[] for _ in names], torch=torch
    )
    return [[(frame.path, frame.call) for frame in place.frames] for place in places]


def test_names_repeat_the_path_of_a_sequence() -> None:
    (found,) = paths(["/layer1/layer1.0/conv1/Conv"])
    assert found == [("layer1", 1), ("layer1.0", 1), ("layer1.0.conv1", 1)]
    (found,) = paths(["/encoder/layer.0/attention/self/query/MatMul"])
    assert [path for path, _ in found][1:3] == ["encoder.layer.0", "encoder.layer.0.attention"]


def test_a_number_counts_calls_of_a_module_with_the_same_weights() -> None:
    names = ["/conv/Conv", "/conv_1/Conv", "/conv_2/Conv"]
    same = paths(names, [["conv.weight"]] * 3)
    assert same == [[("conv", 1)], [("conv", 2)], [("conv", 3)]]
    own = paths(names, [["conv.weight"], ["conv_1.weight"], ["conv_2.weight"]])
    assert own == [[("conv", 1)], [("conv_1", 1)], [("conv_2", 1)]]
    assert paths(["/conv_1/Conv"]) == [[("conv_1", 1)]]


def test_notes_tell_paths_classes_and_the_function() -> None:
    scopes = [
        ("", "nets.Net"),
        ("layer1", "torch.nn.modules.container.Sequential"),
        ("layer1.0", "nets.Block"),
        ("add_1", "aten.add.Tensor"),
    ]
    (place,) = find_places([operation("node_add", scopes)], [[]], torch=True)
    assert [(frame.path, frame.class_name) for frame in place.frames] == [
        ("layer1", "Sequential"),
        ("layer1.0", "Block"),
    ]
    assert (place.function, place.target) == ("add_1", "aten.add.Tensor")
    assert [frame.is_container for frame in place.frames] == [True, False]
    assert get_root_class([operation("a"), operation("b", scopes)]) == "Net"


def test_what_only_calls_others_by_numbers_is_a_container() -> None:
    names = ["/stem/stem.0/Conv", "/stem/stem.1/Relu", "/head/head.0/Gemm", "/head/Add"]
    places = find_places([operation(name) for name in names], [[]] * 4, torch=True)
    assert [place.frames[0].is_container for place in places] == [True, True, False, False]


def test_other_frameworks_have_scopes_around_all() -> None:
    names = ["net/model/conv1/Conv2D", "net/model/conv1/BiasAdd", "net/model/head/dense/MatMul"]
    found = paths(names, torch=False)
    assert [[path for path, _ in each] for each in found] == [
        ["conv1"],
        ["conv1"],
        ["head", "head/dense"],
    ]


def test_notes_that_are_no_lists_tell_nothing() -> None:
    assert read_list("[[[[" * 1000) == []
    odd = Operation("Relu", "", "a", [], [], {}, notes={"name_scopes": "['a'", "b": ""})
    assert not find_places([odd], [[]], torch=True)[0].frames
