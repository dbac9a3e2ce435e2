"""SVG → PNG, by cairo."""
