"""Reads modules of PyTorch: records the calls of one run on tensors without data."""
