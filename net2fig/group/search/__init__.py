"""The search for repeated blocks."""
