"""What the gates of convolutional cells compute, in numpy: sums of convolutions along all axes.

Requires: maps with their features last.
Ensures: padding, strides and dilation are those of Keras; the kernels of states move by one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from net2fig.cells.evaluate import Ops, Step
from net2fig.cells.topology import CellNode

INPUT = "x"
"""The port whose convolution has the strides, the dilation and the padding of the layer."""


def weigh_maps(step: Step, node: CellNode) -> Any:
    """Return the function of the sum of convolutions, and the bias."""
    at = step.cell.attributes
    total: Any = 0.0
    for id in step.join(node):
        value, kernel = step.values[id], step.weights[node.weights[id]]
        rank = kernel.ndim - 2
        if id == INPUT:
            steps, holes = at.per_axis("stride", rank, 1), at.per_axis("dilation", rank, 1)
            total = total + convolve(value, kernel, steps, holes, at.get("padding") or "valid")
        else:
            total = total + convolve(value, kernel, [1] * rank, [1] * rank, "same")
    return step.curve(node, total + step.bias(node))


def convolve(
    value: Any, kernel: Any, strides: Sequence[int], dilation: Sequence[int], padding: str
) -> Any:
    """Return the convolution of one map with a kernel, features last."""
    import numpy as np

    rank = kernel.ndim - 2
    spans = [(size - 1) * hole + 1 for size, hole in zip(kernel.shape, dilation, strict=False)]
    if padding == "same":
        needs = [
            max((-(-size // stride) - 1) * stride + span - size, 0)
            for size, stride, span in zip(value.shape, strides, spans, strict=False)
        ]
        value = np.pad(value, [*((need // 2, need - need // 2) for need in needs), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(value, spans, axis=tuple(range(rank)))
    places = tuple(slice(None, None, stride) for stride in strides)
    inside = tuple(slice(None, None, hole) for hole in dilation)
    # Axes: places, features, axes of the window.
    windows = windows[(*places, slice(None), *inside)]
    axes = [*range(rank + 1, 2 * rank + 1), rank]
    return np.tensordot(windows, kernel, axes=(axes, list(range(rank + 1))))


CONVOLUTION: Ops = {"gate": weigh_maps}
"""What operations on maps compute."""
