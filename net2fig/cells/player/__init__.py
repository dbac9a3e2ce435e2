"""The page that steps through a sequence, with the weights of the model."""
