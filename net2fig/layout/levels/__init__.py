"""A row or a line for each resolution, where a network goes down and up again."""
