"""Reads ONNX files as data, without the onnx library."""
