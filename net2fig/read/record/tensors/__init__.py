"""Symbolic tensors, the calls that make them, and operations on them."""
