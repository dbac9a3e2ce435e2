"""Views of models that share a selection: in notebooks, and on pages of one file."""
