"""A model that is read once and drawn many times."""
