"""Which module of PyTorch a piece of code holds, and what the code feeds it."""
