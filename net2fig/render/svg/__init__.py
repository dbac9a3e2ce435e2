"""Scene → SVG."""
