"""net2fig turns a neural network into the figure for the paper.

    figure = net2fig.draw(model, template="cvpr")
    figure.save("fig.pdf", "fig.svg")

`draw` takes a Keras model, a module of PyTorch, a path or a `Network`, and options with the names
of the grouping file.
A `Figure` knows its `scene`, its `outline`, the `network` it shows, a `report` of what was done,
`alt`, the figure in sentences, and `warnings`. A `Network` can be computed on by itself, by its
`to_networkx()`. `chip` draws a model as a chip, several as a table of them; `compare` writes and
draws the differences of two models, `check` finds faults of one and of its training. A `Session`
reads a model once and draws it again and again. `view` shows a model in a notebook, as views that
share a selection; `page` writes views as one file. `Watch` is a callback of Keras that keeps a run.
Every error of net2fig is a `Net2figError`, every warning a `Net2figWarning`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = [
    "CellFigure",
    "Chips",
    "Comparison",
    "Figure",
    "Net2figError",
    "Net2figWarning",
    "Network",
    "Session",
    "View",
    "Watch",
    "__version__",
    "cell",
    "check",
    "chip",
    "compare",
    "draw",
    "page",
    "view",
]
__version__ = "0.1.0"

if TYPE_CHECKING:
    from net2fig.cells.pipeline import cell
    from net2fig.cells.result import CellFigure
    from net2fig.checks.pipeline import check
    from net2fig.chips import Chips, chip
    from net2fig.comparison import Comparison, compare
    from net2fig.errors import Net2figError, Net2figWarning
    from net2fig.figure import Figure, draw
    from net2fig.network import Network
    from net2fig.session.session import Session
    from net2fig.views.api import view
    from net2fig.views.page import page
    from net2fig.views.view import View
    from net2fig.watch.callback import Watch

HOMES = {
    **dict.fromkeys(("Figure", "draw"), "figure"),
    **dict.fromkeys(("Chips", "chip"), "chips"),
    **dict.fromkeys(("Comparison", "compare"), "comparison"),
    **dict.fromkeys(("Net2figError", "Net2figWarning"), "errors"),
    "Network": "network",
    "CellFigure": "cells.result",
    "cell": "cells.pipeline",
    "check": "checks.pipeline",
    "Session": "session.session",
    "View": "views.view",
    "Watch": "watch.callback",
    "page": "views.page",
    "view": "views.api",
}
"""Where names come from, which are imported when first asked for: code is read without drawing."""


def __getattr__(name: str) -> Any:
    """Import what is asked for."""
    if name in HOMES:
        from importlib import import_module

        value = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
        globals()[name] = value
        return value
    message = f"unknown attribute: {name!r} of {__name__}"
    raise AttributeError(message)
