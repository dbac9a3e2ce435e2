"""What a figure would hide of the inside of a group is noted."""

from __future__ import annotations

from pathlib import Path

from net2fig.data.grammar import Grammar
from net2fig.figure import draw
from net2fig.network import Network
from tests.group.nets import Builder
from tests.group.outlines import at, notes

MODELS = Path(__file__).resolve().parents[3] / "gallery" / "models"


def windowed(size: int) -> Network:
    """Return blocks that attend within windows, at two resolutions."""
    net = Builder()
    x = net.input(16, 16, 8)
    for _ in range(2):
        for _ in range(2):
            side = net.shape(x)[1] or 0
            inside = (None, side * side // size**2, size**2, 8)
            y = net.add("Reshape", [net.same("LayerNormalization", x)], inside)
            y = net.add("Reshape", [y], (None, size**2, 8))
            y = net.add("MultiHeadAttention", [y, y], (None, size**2, 8), num_heads=2)
            x = net.merge("Add", x, net.add("Reshape", [y], net.shape(x)))
        x = net.conv(x, 8, strides=2)
    return net.network(net.dense(net.gap(x), 4))


def test_windows_are_told_where_a_map_has_several(grammar: Grammar) -> None:
    assert any("windows of 16 tokens" in note for note in notes(at(windowed(4), grammar)))
    # At the lesser resolution the map is one window.
    assert any("windows of 64 tokens" in note for note in notes(at(windowed(8), grammar)))
    assert not any("windows" in note for note in notes(at(windowed(16), grammar)))


def test_what_a_kernel_leaves_of_the_border_is_no_reduction() -> None:
    """Between its three poolings the siamese network's last kernel leaves 6 of 9 places."""
    figure = draw(MODELS / "siamese.network.json", detail="stages")
    (group,) = figure.outline.groups
    told = {note.kind: note.values for note in group.notes}
    assert told["descent"] == {"spatial": (6, 6), "steps": 3, "by": ("pool",)}


def test_what_a_class_token_attends_to_is_no_window(grammar: Grammar) -> None:
    net = Builder()
    x = net.dense(net.input(17, 8), 8)
    for _ in range(4):
        first = net.add("MultiHeadAttention", [x, x], (None, 1, 8), num_heads=2)
        x = net.add("Concatenate", [first, net.same("LayerNormalization", x)], (None, 18, 8))
        x = net.add("Add", [x, net.dense(x, 8)], (None, 18, 8))
    assert not any("windows" in note for note in notes(at(net.network(x), grammar)))
