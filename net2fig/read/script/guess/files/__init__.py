"""What other files of a project tell: their calls, settings and options."""
