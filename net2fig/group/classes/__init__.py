"""Groups by the classes of the author."""
