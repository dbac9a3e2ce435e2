"""net2fig draws neural networks for papers."""

__version__ = "0.1.0"
