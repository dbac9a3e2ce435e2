"""The legend: entries, the bodies of groups, notes, and their arrangement."""

from net2fig.compose.legend.legend import Legend, draw_legend, write_notes

__all__ = ["Legend", "draw_legend", "write_notes"]
