"""Numbers, sizes and sentences as text."""
