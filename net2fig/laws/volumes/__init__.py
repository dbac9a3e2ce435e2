"""The laws of figures in volumes.

    L4 cuboids keep apart or touch as a page does a book, lines lead from face to face
    L7 height and depth are the axes of a map, widths its features, edges to the back parallel

L1, L2, L3, L5, L6 and L8 are those of all figures.
"""

from net2fig.laws.volumes.faces import check_faces
from net2fig.laws.volumes.truth import check_cuboids

__all__ = ["check_cuboids", "check_faces"]
