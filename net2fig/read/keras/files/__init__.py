"""The files that Keras writes, parsed without Keras."""
