"""A strip as a drawing: lengths, places, strokes, and the legend beneath."""
