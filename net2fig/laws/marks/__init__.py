"""The laws of what is said on a figure: pins and tints."""
