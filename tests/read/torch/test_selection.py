"""Selections of detectors: what becomes of the calls that choose boxes."""

from __future__ import annotations

import pytest

from net2fig.read.torch.axes import Roles
from net2fig.read.torch.fold import Folded
from net2fig.read.torch.selection import TARGET, merge_selections, takes_samples
from net2fig.read.torch.trace import INPUT, Origin, Record, Trace

SIZES = {1: ("w", 9)}


def call(target: str, *sources: int, weighted: bool = False) -> Record:
    """Return a call with one tensor."""
    return Record(
        target=target,
        module="torch",
        path=f"net.{target}" if weighted else "",
        is_layer=weighted,
        sources=[(source, 0) for source in sources],
        words=[None] * len(sources),
        outputs=[(2, 8, 4, 4)],
        weights=[1] if weighted else [],
        dtypes=["float32"],
    )


def conv(source: int, target: str = "Conv2d") -> Record:
    return call(target, source, weighted=True)


def folded(records: list[Record], **outputs: int) -> Folded:
    ends: list[tuple[str, Origin]] = [(name, (number, 0)) for name, number in outputs.items()]
    trace = Trace([call(INPUT), *records], [("x", 0)], ends)
    return Folded(trace, [[Roles(0, 1)] for _ in trace.records])


def targets(made: Folded) -> list[str]:
    return [record.target for record in made.trace.records]


def check_order(made: Folded) -> None:
    """Raise AssertionError unless every record reads what stands before it."""
    for number, record in enumerate(made.trace.records):
        for source, port in record.sources:
            assert source < number, f"{record.target} reads what comes later"
            assert port < len(made.trace.records[source].outputs)
        assert len(record.words) == len(record.sources)


def test_a_network_ends_where_it_only_selects() -> None:
    records = [conv(0), conv(1, "scores"), call("view", 2), call("sigmoid", 3), call("topk", 4)]
    made, told = merge_selections(folded([*records, call("getitem", 5)], best=6), SIZES)
    assert targets(made) == [INPUT, "Conv2d", "scores"]
    assert made.trace.outputs == [("scores", (2, 0))]
    assert [notice.code for notice in told] == ["post-processing"]
    assert told[0].text.startswith("4 operations")


def test_experts_are_no_selection_of_a_detector() -> None:
    records = [conv(0), call("topk", 1), call("mul", 1, 2), conv(3)]
    before = folded(records, y=4)
    assert merge_selections(before, SIZES) == (before, [])


def test_boxes_are_selected_by_one_call() -> None:
    records = [
        conv(0),
        conv(1, "scores"),
        call("topk", 2),
        call("nms", 3),
        call("getitem", 3, 4),
        call("roi_align", 1, 5),
        conv(6, "head"),
        call("add", 7, 4),
        call("nms", 8),
    ]
    made, told = merge_selections(folded(records, boxes=9, proposals=5), SIZES)
    assert targets(made) == [INPUT, "Conv2d", "scores", TARGET, "roi_align", "head"]
    check_order(made)
    align = made.trace.records[4]
    assert [source for source, _ in align.sources] == [1, 3]
    assert dict(made.trace.outputs) == {"proposals": (3, 1), "head": (5, 0)}
    assert {notice.code for notice in told} == {"post-processing", "selections"}
    assert made.roles[5][0].batch == 0


def test_what_follows_the_last_layer_behind_a_selection_belongs_to_it() -> None:
    records = [conv(0, "scores"), call("nms", 1), call("roi_align", 1, 2), conv(3, "mask")]
    made, told = merge_selections(folded([*records, call("interpolate", 4)], masks=5), SIZES)
    assert targets(made) == [INPUT, "scores", TARGET, "roi_align", "mask"]
    assert made.trace.outputs == [("mask", (4, 0))]
    assert {notice.code for notice in told} == {"post-processing", "selections"}


def test_what_is_read_elsewhere_stays() -> None:
    records = [conv(0), call("permute", 1), call("topk", 2), conv(2, "mask")]
    made, _ = merge_selections(folded(records, best=3, mask=4), SIZES)
    assert targets(made) == [INPUT, "Conv2d", "permute", "mask"]
    assert [name for name, _ in made.trace.outputs] == ["mask"]


def test_without_a_selection_nothing_changes() -> None:
    before = folded([conv(0), call("softmax", 1)], y=2)
    assert merge_selections(before, SIZES) == (before, [])


def test_a_breach_of_the_order_would_be_seen() -> None:
    before = folded([conv(0), call("softmax", 1)], y=2)
    before.trace.records.reverse()
    with pytest.raises(AssertionError, match="later"):
        check_order(before)


def test_samples_are_taken_apart() -> None:
    assert takes_samples(folded([call("unbind", 0), conv(1)], y=2).trace)
    assert not takes_samples(folded([conv(0)], y=1).trace)
    assert not takes_samples(folded([call("unbind", 0), conv(0)], y=2).trace)
