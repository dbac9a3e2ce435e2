"""Parses the files that Keras writes, without Keras."""
