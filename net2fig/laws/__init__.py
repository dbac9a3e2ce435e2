"""The laws of a figure, as checks of the finished scene.

    L1 text is large enough       L4 glyphs keep apart, lines meet them   L7 sizes are true
    L2 text touches nothing       L5 no needless crossing                 L8 the legend tells all
    L3 all is on the page         L6 data flows to the right               L12 pins touch glyphs

Every check looks at what a reader sees, not at how the scene was made. L11, that the outline is the
network, is checked where outlines are made (`group/expansion`).
"""

from __future__ import annotations

from net2fig.data.template import Template
from net2fig.laws.annotations import check_annotations
from net2fig.laws.boxes import check_boxes
from net2fig.laws.breach import Breach
from net2fig.laws.crossings import check_crossings
from net2fig.laws.dot_crossings import count_dot_crossings
from net2fig.laws.flow import check_flow
from net2fig.laws.glyphs import check_apart, check_ends, check_passing
from net2fig.laws.legend import check_legend
from net2fig.laws.marks.pins import check_pins
from net2fig.laws.page import check_page
from net2fig.laws.reader_view import read_scene
from net2fig.laws.texts import check_clear, check_size
from net2fig.laws.truth import check_heights, check_widths
from net2fig.laws.volumes import check_cuboids, check_faces
from net2fig.laws.whole import check_whole
from net2fig.outline import Outline
from net2fig.scene import Scene

__all__ = ["Breach", "find_breaches"]


def find_breaches(scene: Scene, outline: Outline, template: Template) -> list[Breach]:
    """Return every breach of a law in a scene that shows an outline on a template's page.

    `template` is the one that the scene was made for, with the author's own width and height and
    with `legend` as it was wanted.
    """
    sight = read_scene(scene)
    breaches = [
        *check_size(sight, template),
        *check_clear(sight),
        *check_page(sight, template),
        *check_crossings(sight, count_dot_crossings),
        *check_annotations(sight, template.zoom),
        *check_pins(sight),
    ]
    if sight.boxes:
        return [*breaches, *check_boxes(sight, outline, has_legend=template.legend)]
    if sight.volumes:
        breaches += [*check_faces(sight), *check_cuboids(sight, outline)]
    else:
        breaches += [
            *check_apart(sight),
            *check_passing(sight),
            *check_ends(sight),
            *check_heights(sight, outline),
            *check_widths(sight, outline),
        ]
    return [
        *breaches,
        *check_flow(sight),
        *check_legend(sight, outline, template),
        *check_whole(sight, outline),
    ]
