"""What the operations of attentions compute, in numpy: tensors of a batch, of steps and features.

Heads are a further axis before that of the steps.
"""

from __future__ import annotations

from typing import Any

from net2fig.cells.evaluate import Ops, Step, find_function
from net2fig.cells.topology import ALL, CellNode


def project(step: Step, node: CellNode) -> Any:
    """Return the product with a matrix: for each head, or of all heads side by side."""
    import numpy as np

    (value,) = step.read(node)
    kernel = step.weights[node.weights[ALL]]
    bias = step.bias(node)
    if node.times:
        found = np.einsum("bsd,dnk->bnsk", value, kernel)
        return found + (bias[:, None, :] if np.ndim(bias) else 0.0)
    return value @ kernel.reshape(-1, kernel.shape[-1]) + bias


def mask(step: Step, node: CellNode) -> Any:
    """Return scores in which hidden steps are far below all others."""
    import numpy as np

    (scores,) = step.read(node)
    at = step.cell.attributes
    rows = np.arange(scores.shape[-2])[:, None]
    columns = np.arange(scores.shape[-1])[None, :]
    seen = np.ones(scores.shape[-2:], bool)
    if at.flag("causal"):
        seen &= rows >= columns
    if at.get("sliding_window"):
        seen &= abs(rows - columns) < at.get("sliding_window")
    return np.where(seen, scores, -1e9)


def softmax(step: Step, node: CellNode) -> Any:
    """Return shares of the last axis."""
    import numpy as np

    (scores,) = step.read(node)
    power = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return power / power.sum(axis=-1, keepdims=True)


def match(step: Step, node: CellNode) -> Any:
    """Return the dot products of queries and keys."""
    import numpy as np

    query, key = step.read(node)
    return query @ np.swapaxes(key, -1, -2)


def weigh(step: Step, node: CellNode) -> Any:
    """Return the sums of values."""
    scores, value = step.read(node)
    return scores @ value


def scale(step: Step, node: CellNode) -> Any:
    """Return a quotient by the root of the depth."""
    return step.read(node)[0] / float(step.cell.sizes["depth"]) ** 0.5


def concat(step: Step, node: CellNode) -> Any:
    """Return the heads side by side."""
    import numpy as np

    (heads,) = step.read(node)
    moved = np.moveaxis(heads, 1, 2)
    return moved.reshape(*moved.shape[:2], -1)


def repeat(step: Step, node: CellNode) -> Any:
    """Return each head as often as it serves."""
    import numpy as np

    return np.repeat(step.read(node)[0], step.cell.counts["each"], axis=1)


def pairs(step: Step, node: CellNode) -> Any:
    """Return the sum of each query and each key."""
    query, key = step.read(node)
    return query[..., :, None, :] + key[..., None, :, :]


ATTENTION: Ops = {
    "project": project,
    "match": match,
    "scale": scale,
    "mask": mask,
    "softmax": softmax,
    "weigh": weigh,
    "concat": concat,
    "repeat": repeat,
    "pairs": pairs,
    "curve": lambda step, node: find_function(step.cell.acts[node.id])(step.read(node)[0]),
    "score": lambda step, node: step.read(node)[0] @ step.weights[node.weights[ALL]],
    "total": lambda step, node: step.read(node)[0].sum(axis=-1),
    "gain": lambda step, node: step.read(node)[0] * step.weights[node.weights[ALL]],
}
"""What the operations of attentions compute."""
