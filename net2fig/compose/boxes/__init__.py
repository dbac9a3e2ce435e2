"""Block diagrams: named boxes in a stack, as papers draw Transformers.

`joined` joins what authors write in one box, `inlined` opens small groups, `runs` frames what is
drawn once; `faces` says what stands in a box; `picture` places boxes, opened groups and lines,
whose ends are those of `routes`; `towers` sets stacks beside each other; `draw` makes the scene;
`fit` chooses what fits the page.
"""

from net2fig.compose.boxes.fit import LEVELS, fit_boxes

__all__ = ["LEVELS", "fit_boxes"]
