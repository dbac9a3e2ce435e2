"""A model is read once; whatever was drawn before, a figure is the one of a new `draw`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import net2fig
import net2fig.session.session
from net2fig.errors import UsageError
from net2fig.network import Network
from net2fig.session.session import Session
from tests.applications import application
from tests.group.nets import Builder, inception, resnet, unet

PATTERNS = (
    "Conv2D > BatchNormalization",
    "(Conv2D > Conv2D | .) > Add",
    "Conv2D > ReLU",
    ":conv*2",
)


def inceptions() -> Network:
    net = Builder()
    x = net.conv(net.input(28, 28, 3), 192)
    x = inception(net, x, (64, 96, 16, 32))
    x = inception(net, net.pool(x), (128, 128, 32, 64))
    return net.network(net.dense(net.gap(x), 10))


NETWORKS = (resnet((2, 2)), unet(2), inceptions(), application("ResNet50V2"))

groups = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(("A", "B")), "match": st.sampled_from(PATTERNS)},
        optional={
            "color": st.sampled_from(("accent-1", "#4c72b0")),
            "active": st.booleans(),
        },
    ),
    max_size=2,
    unique_by=lambda rule: rule["name"],
)

options = st.fixed_dictionaries(
    {},
    optional={
        "detail": st.sampled_from(("auto", "everything", "layers", "blocks", "stages")),
        "template": st.sampled_from(("cvpr", "ieee-column", "poster")),
        "width": st.sampled_from(("3.25in", "160pt")),
        "hide": st.sampled_from(([":norm"], ["Add"], [":pool", "ReLU"])),
        "show": st.sampled_from((["BatchNormalization"], [":activation"])),
        "group": groups,
        "repeats": st.booleans(),
        "match": st.sampled_from(("type", "config", "shape")),
        "split": st.booleans(),
        "mono": st.booleans(),
        "legend": st.booleans(),
        "labels": st.sampled_from(({"name": True}, {"resolution": "all"}, {"params": True})),
        "style": st.sampled_from(({":conv": {"label": "C"}}, {"A": {"color": "#884422"}})),
    },
)


def bytes_of(figure: net2fig.Figure) -> tuple[bytes, list[str]]:
    return figure.to_bytes("svg"), [notice.text for notice in figure.warnings]


@given(st.sampled_from(NETWORKS), st.lists(options, min_size=2, max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_session_draws_the_same_as_draw(network: Network, several: list[dict[str, Any]]) -> None:
    session = Session(network)
    for each in (*several, several[0]):
        kept, new = session.draw(**each), net2fig.draw(network, **each)
        assert kept.outline == new.outline
        assert bytes_of(kept) == bytes_of(new)


def test_a_page_is_the_same_after_other_figures() -> None:
    network = resnet((2, 2))
    session = Session(network)
    session.draw(detail="stages", hide=[":norm"])
    session.draw(detail="layers").to_bytes("html")
    assert session.draw().to_bytes("html") == net2fig.draw(network).to_bytes("html")


def test_a_model_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / "a.json"
    net2fig.draw(unet(2)).save(model)
    read = net2fig.session.session.read
    sources: list[str] = []

    def noted(source: str, **how: Any) -> Network:
        sources.append(source)
        return read(source, **how)

    monkeypatch.setattr(net2fig.session.session, "read", noted)
    session = Session(str(model))
    session.draw()
    session.draw(detail="layers")
    assert sources == [str(model)]
    session.draw(input_shape="64x64x3")
    assert len(sources) == 2
    session.forget()
    session.draw(input_shape="64x64x3")
    assert len(sources) == 3


def test_the_grouping_file_is_read_each_time(tmp_path: Path) -> None:
    model = tmp_path / "a.json"
    net2fig.draw(unet(2)).save(model)
    session = Session(str(model))
    assert session.draw().report["template"] == "base"
    (tmp_path / "net2fig.toml").write_text("template = 'cvpr'\n", encoding="utf-8")
    assert session.draw().report["template"] == "cvpr"


def test_an_unknown_option_is_an_error() -> None:
    with pytest.raises(UsageError, match="unknown option: 'hidden'"):
        Session(unet(2)).draw(hidden=["Add"])


def test_kept_outlines_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of looks, or of what is open, groups nothing anew."""
    import net2fig.group.outlines as stage

    session = Session(resnet((2, 2)))
    figure = session.draw()
    monkeypatch.setattr(stage, "hide", None)
    monkeypatch.setattr(stage, "found_groups", None)
    changed = session.draw(style={":conv": {"color": "#884422"}}, width="5in")
    assert changed.to_bytes("svg") != figure.to_bytes("svg")
    assert b"data-open" in figure.to_bytes("html")
    with pytest.raises(TypeError):
        session.draw(hide=["Add"])
