"""How a model is trained: from what Keras saves, and from code without running it."""
