"""Reads programs that PyTorch and ONNX export, and says what other files of theirs hold."""
