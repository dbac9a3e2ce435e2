"""Annotations: what an author adds to a figure, anchored to names.

What places them is imported where there are some.
"""

from __future__ import annotations

from net2fig.options.table import Options


def has_annotations(options: Options) -> bool:
    """Tell whether an author asks for more than the figure of the model."""
    lists = (options.notes, options.brackets, options.arrows, options.panels)
    return any(lists) or options.labels.title or options.labels.stage != "none"
