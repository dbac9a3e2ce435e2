"""The laws of pins and tints on a figure."""
