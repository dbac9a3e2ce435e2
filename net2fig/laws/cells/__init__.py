"""The laws of figures of cells."""
