"""Names for the groups that were found, and notes on how occurrences differ."""
