"""The modules that stand in for `keras` and `tensorflow`."""
