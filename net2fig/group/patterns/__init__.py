"""Groups that the author names by a pattern."""
