"""SVG → PDF and PNG, by cairo."""
