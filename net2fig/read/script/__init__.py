"""Scripts and notebooks: run as far as the model needs."""
