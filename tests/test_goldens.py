"""What each stage makes of four small networks: where these differ shows where a change began.

`pytest tests/test_goldens.py --accept` takes what is made now, after you have looked at the files
that were written beside, with "-changed" in their names.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from net2fig.figure import draw
from net2fig.geometry import Route
from net2fig.group import outline
from net2fig.layout import Handle, layout
from net2fig.network import Network
from net2fig.options.table import Options
from net2fig.outline import Block, Outline
from tests.compose.figures import GRAMMAR, PAGE, make_context, sized
from tests.conftest import ROOT
from tests.group.nets import Builder, chain, conv_bn_relu, inception, resnet, unet

GOLDENS = ROOT / "tests" / "goldens"


def small_chain() -> Network:
    return chain(
        lambda net, x: conv_bn_relu(net, x, 16),
        lambda net, x: net.pool(x),
        lambda net, x: net.conv(x, 32),
        lambda net, x: net.gap(x),
        lambda net, x: net.dense(x, 10),
    )


def two_inceptions() -> Network:
    net = Builder()
    x = net.conv(net.input(28, 28, 3), 192)
    x = inception(net, x, (64, 96, 16, 32))
    x = inception(net, net.pool(x), (128, 128, 32, 64))
    return net.network(net.dense(net.gap(x), 10))


CASES: dict[str, tuple[Callable[[], Network], str]] = {
    "chain": (small_chain, "layers"),
    "residual": (lambda: resnet((2, 2)), "blocks"),
    "u": (lambda: unet(2), "layers"),
    "inception": (two_inceptions, "layers"),
}


def outline_text(made: Outline) -> str:
    """Return an outline with a block or a link on each line, the bodies of groups after it."""
    lines = [_block(block) for block in made.blocks]
    lines += [f"{link.source} > {link.target}" for link in made.links]
    lines += [f"hidden {count} {name}" for name, count in made.hidden.items()]
    for group in made.groups:
        lines.append(f"group {group.name}, {group.occurrences} times, {group.layers} layers")
        lines += ["  " + _block(block) for block in group.body.blocks]
        lines += [f"  {link.source} > {link.target}" for link in group.body.links]
    return "\n".join(lines) + "\n"


def _block(block: Block) -> str:
    shape = block.output and (*block.output.spatial, block.output.features)
    return f"{block.id}: {block.type} ({block.kind}) {shape} ×{block.count} = {len(block.layers)}"


def placement_text(made: Outline) -> str:
    """Return where everything stands, a node or a line on each line."""
    diagram = sized(made)
    style = make_context(made)
    placement = layout(diagram.nodes, diagram.edges, style.spacing(), PAGE.width)
    lines = [f"size {placement.size.width:.2f} {placement.size.height:.2f}, rows {placement.rows}"]
    for id, placed in placement.nodes.items():
        sides = f"{_handles(placed.left)} | {_handles(placed.right)}"
        lines.append(f"{id}: row {placed.row}, x {placed.x:.2f} + {placed.width:.2f}, {sides}")
    for edge, routes in zip(diagram.edges, placement.routes, strict=True):
        lines.append(f"{edge.source} > {edge.target}: {'; '.join(map(_route, routes))}")
    return "\n".join(lines) + "\n"


def _handles(handles: tuple[Handle, ...]) -> str:
    return " ".join(f"{handle.top:.2f}-{handle.bottom:.2f}" for handle in handles)


def _route(route: Route) -> str:
    return " ".join(f"{point.x:.2f},{point.y:.2f}" for point in route)


def made_of(case: str) -> dict[str, str]:
    """Return what the stages make of a case, by the name of the file."""
    network, level = CASES[case][0](), CASES[case][1]
    found = outline(network, GRAMMAR, Options(), level)
    svg = draw(network, detail=level).to_bytes("svg").decode()
    return {
        "outline.txt": outline_text(found),
        "placement.txt": placement_text(found),
        "figure.svg": svg,
    }


def compare(golden: Path, now: str, *, accept: bool) -> bool:
    """Tell whether a golden is what is made now; what differs is written beside, or accepted."""
    changed = golden.with_stem(f"{golden.stem}-changed")
    if accept:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(now, "utf-8")
    same = golden.is_file() and golden.read_text("utf-8") == now
    if same:
        changed.unlink(missing_ok=True)
    else:
        changed.write_text(now, "utf-8")
    return same


@pytest.mark.parametrize("case", CASES)
def test_stages(case: str, *, accept: bool) -> None:
    made = made_of(case).items()
    differ = [name for name, now in made if not compare(GOLDENS / case / name, now, accept=accept)]
    assert differ == [], f"look at {GOLDENS / case}, then: pytest tests/test_goldens.py --accept"


def test_a_difference_is_seen_and_written_beside(tmp_path: Path) -> None:
    golden, changed = tmp_path / "case" / "outline.txt", tmp_path / "case" / "outline-changed.txt"
    assert compare(golden, "one", accept=True)
    assert not compare(golden, "two", accept=False)
    assert (golden.read_text(), changed.read_text()) == ("one", "two")
    assert compare(golden, "two", accept=True)
    assert not changed.exists()
