"""The commands beside drawing, one per file; `net2fig.cli` registers them."""
