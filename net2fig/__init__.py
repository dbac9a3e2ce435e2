"""net2fig turns a neural network into the figure for the paper.

    figure = net2fig.draw(model, template="cvpr")
    figure.save("fig.pdf", "fig.svg")

`draw` takes a Keras model, a path or a `Network`, and options with the names of the grouping file.
A `Figure` knows its `scene`, its `outline`, the `network` it shows, a `report` of what was done,
`alt`, the figure in sentences, and `warnings`. `read` stops at the `Network`, for whoever wants to
compute on the graph; `Net2figError` is what every error of net2fig is.
"""

from __future__ import annotations

from net2fig.errors import Net2figError
from net2fig.figure import Figure, draw
from net2fig.network import Network
from net2fig.read import read

__all__ = ["Figure", "Net2figError", "Network", "__version__", "draw", "read"]
__version__ = "0.1.0"
