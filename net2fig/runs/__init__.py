"""The records of trainings: their types, and readers of the files that tools write."""
