"""The options: their types, where they are set, and how they become typed values."""
